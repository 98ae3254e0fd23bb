import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { instant } from '../core/text.ts'

export const MailState = z.object({
  state: z.enum(['waiting', 'sent', 'filed', 'failed']),
  /** Why the last attempt failed. */
  reason: z.enum(['unreachable', 'sign_in', 'refused_address', 'refused_message', 'other']).nullable(),
  folder: z.string().nullable(),
  at: instant(),
})

export const getMail = endpoint({
  id: 'mail.get',
  method: 'GET',
  path: '/api/mail',
  summary: 'How messages to members leave: through a mail server, or into a folder where none is set up',
  tag: 'Members',
  permission: 'members.manage',
  ok: z.object({ folder: z.string().nullable(), from: z.string().nullable() }),
})

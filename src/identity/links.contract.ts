import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { text } from '../core/text.ts'
import { email } from './email.contract.ts'
import { knownPassword, newPassword, SessionState } from './session.contract.ts'
import { NewWorkspace } from './workspaces.contract.ts'

const token = () => text(100, 1)

export const setUp = endpoint({
  id: 'setup.create',
  method: 'POST',
  path: '/api/setup',
  summary: 'Make the first workspace and its owner, once, with the link printed at the start',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({
    token: token(),
    workspace: NewWorkspace,
    owner: z.strictObject({ name: text(120, 1), email: email(), password: newPassword() }),
  }),
  ok: SessionState,
})

export const inspectLink = endpoint({
  id: 'links.inspect',
  method: 'POST',
  path: '/api/links/inspect',
  summary: 'What a one-time link is for; looking does not use it up',
  tag: 'Session',
  auth: 'public',
  readOnly: true,
  body: z.strictObject({ token: token() }),
  ok: z.object({
    purpose: z.enum(['installation', 'join', 'password']),
    email: z.string().nullable(),
    workspace_name: z.string().nullable(),
  }),
})

export const redeemLink = endpoint({
  id: 'links.redeem',
  method: 'POST',
  path: '/api/links/redeem',
  summary: 'Use a one-time link to join a workspace or to choose a new password, and sign in',
  description: 'To join, somebody who has an account here gives its password; anybody else chooses one.',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ token: token(), password: knownPassword() }),
  ok: SessionState,
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { email } from './email.contract.ts'
import { roles } from './rights.contract.ts'

const Member = z.object({
  id: id(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  state: z.enum(['invited', 'active', 'disabled']),
  created_at: instant(),
})

/** A link that works once. The token stands behind #, so it reaches no server log and no other site. */
const OneTimeLink = z.object({ path: z.string(), expires_at: instant() })

export const listMembers = endpoint({
  id: 'members.list',
  method: 'GET',
  path: '/api/members',
  summary: 'Members of the workspace',
  tag: 'Members',
  permission: 'workspace.read',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: id().optional(),
  }),
  ok: page(Member),
})

export const addMember = endpoint({
  id: 'members.add',
  method: 'POST',
  path: '/api/members',
  summary: 'Add a member, who joins with a one-time link',
  tag: 'Members',
  permission: 'members.manage',
  body: z.strictObject({ name: text(120, 1), email: email(), role: z.enum(roles) }),
  ok: z.object({ member: Member, link: OneTimeLink }),
  status: 201,
  secret: true,
})

export const updateMember = endpoint({
  id: 'members.update',
  method: 'PATCH',
  path: '/api/members/{id}',
  summary: 'Change the role of a member, or disable and enable them',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  body: z.strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional() }),
  ok: Member,
})

export const renewInvitation = endpoint({
  id: 'members.renew_invitation',
  method: 'POST',
  path: '/api/members/{id}/invitation',
  summary: 'A new one-time link for a member who has not joined yet',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  ok: OneTimeLink,
  secret: true,
})

export const resetPassword = endpoint({
  id: 'members.reset_password',
  method: 'POST',
  path: '/api/members/{id}/password-link',
  summary: 'A one-time link with which a member chooses a new password',
  tag: 'Members',
  auth: 'session',
  permission: 'installation.manage',
  params: z.strictObject({ id: id() }),
  ok: OneTimeLink,
  secret: true,
})

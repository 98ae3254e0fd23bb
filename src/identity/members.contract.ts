import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { email } from './email.contract.ts'
import { MailState } from './mail.contract.ts'
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
  summary: 'Invite a member: a message with a one-time link goes to the address',
  tag: 'Members',
  permission: 'members.manage',
  body: z.strictObject({
    name: text(120, 1),
    email: email(),
    role: z.enum(roles),
    team_ids: z.array(id()).max(50).default([]),
  }),
  ok: Member,
  status: 201,
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

export const listInvitations = endpoint({
  id: 'invitations.list',
  method: 'GET',
  path: '/api/invitations',
  summary: 'Who was invited and has not joined yet, and how far their message has come',
  tag: 'Members',
  permission: 'members.manage',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: id().optional(),
  }),
  ok: page(
    z.object({
      id: id(),
      name: z.string(),
      email: z.string(),
      role: z.enum(roles),
      created_at: instant(),
      expires_at: instant().nullable(),
      expired: z.boolean(),
      mail: MailState.nullable(),
    }),
  ),
})

export const resendInvitation = endpoint({
  id: 'members.resend_invitation',
  method: 'POST',
  path: '/api/members/{id}/invitation',
  summary: 'Send the invitation again; the link in the earlier message stops working',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  ok: z.undefined(),
})

export const revokeInvitation = endpoint({
  id: 'members.revoke_invitation',
  method: 'DELETE',
  path: '/api/members/{id}/invitation',
  summary: 'Take an invitation back; its link stops working',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  ok: z.undefined(),
})

export const showInvitationLink = endpoint({
  id: 'members.invitation_link',
  method: 'POST',
  path: '/api/members/{id}/invitation-link',
  summary: 'The one-time link of an invitation, for an owner of the installation to hand over',
  tag: 'Members',
  auth: 'session',
  permission: 'installation.manage',
  params: z.strictObject({ id: id() }),
  ok: OneTimeLink,
  secret: true,
})

export const resetSecondFactor = endpoint({
  id: 'members.reset_second_factor',
  method: 'DELETE',
  path: '/api/members/{id}/second-factor',
  summary: 'Take the second factor of a member who has lost it away, and sign every browser of theirs out',
  tag: 'Members',
  auth: 'session',
  permission: 'installation.manage',
  params: z.strictObject({ id: id() }),
  ok: z.undefined(),
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

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { languages } from '../core/languages.contract.ts'
import { id, instant, page, text } from '../core/text.ts'
import { email } from './email.contract.ts'
import { noticeKinds } from './notices.contract.ts'
import { passwordLengthMin } from './password.contract.ts'
import { timeZone } from './places.contract.ts'
import { scopes } from './rights.contract.ts'
import { Workspace } from './workspaces.contract.ts'

/** A password that is being chosen; what makes one too easy is said by password.contract.ts. */
export const newPassword = () => text(500, passwordLengthMin)
/** A password that was chosen before. */
export const knownPassword = () => text(500, 1)

const reach = z.object({ read: z.enum(scopes), write: z.enum(scopes), delete: z.enum(scopes) })

/** Whether passkeys work at the address that the page was opened at, and where else if not. */
const PasskeyPlace = z.object({
  state: z.enum(['available', 'https_needed', 'ip_address', 'other_address']),
  address: z.string().nullable(),
})
export type PasskeyPlace = z.output<typeof PasskeyPlace>

/** What the browser starts from: who is signed in, where, and what would be allowed. */
export const SessionState = z.object({
  state: z.enum(['set_up', 'signed_out', 'second_factor', 'signed_in']),
  /** After the password of an account with a second factor: what the code is sent with. */
  step: z.string().nullable(),
  account: z
    .object({
      id: id(),
      name: z.string(),
      email: z.string(),
      /** What he has set, on whichever device; null: as the browser and the workspace have it. */
      language: z.enum(languages).nullable(),
      time_zone: z.string().nullable(),
      muted: z.array(z.enum(noticeKinds)),
    })
    .nullable(),
  member_id: id().nullable(),
  role: z.string().nullable(),
  workspace: Workspace.nullable(),
  workspaces: z.array(z.object({ id: id(), name: z.string(), slug: z.string() })),
  permissions: z.array(z.string()),
  kinds: z.record(z.string(), reach),
  hidden_classes: z.array(z.string()),
  /** The workspace lets members in with a second factor only, and this account has none. */
  owes_second_factor: z.boolean(),
  passkeys: PasskeyPlace,
})

export const getSession = endpoint({
  id: 'session.get',
  method: 'GET',
  path: '/api/session',
  summary: 'Who is signed in and what they may do',
  tag: 'Session',
  auth: 'public',
  ok: SessionState,
})

export const signIn = endpoint({
  id: 'session.create',
  method: 'POST',
  path: '/api/session',
  summary: 'Sign in',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ email: email(), password: knownPassword() }),
  ok: SessionState,
})

export const askForReset = endpoint({
  id: 'password_reset.ask',
  method: 'POST',
  path: '/api/password-reset',
  summary: 'Have a link for a new password sent to an address; the answer is the same whoever has it',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ email: email() }),
  ok: z.undefined(),
})

export const signOut = endpoint({
  id: 'session.delete',
  method: 'DELETE',
  path: '/api/session',
  summary: 'Sign out',
  tag: 'Session',
  auth: 'public',
  ok: SessionState,
})

export const switchWorkspace = endpoint({
  id: 'session.switch',
  method: 'PUT',
  path: '/api/session/workspace',
  summary: 'Look at another of your workspaces',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ workspace_id: id() }),
  ok: SessionState,
})

const Session = z.object({
  id: id(),
  user_agent: z.string(),
  created_at: instant(),
  last_seen_at: instant(),
  expires_at: instant(),
  /** Name of the passkey it was signed in with. */
  passkey: z.string().nullable(),
  current: z.boolean(),
})

export const listSessions = endpoint({
  id: 'sessions.list',
  method: 'GET',
  path: '/api/sessions',
  summary: 'Browsers you are signed in with',
  tag: 'Session',
  auth: 'session',
  permission: 'account.manage',
  ok: page(Session),
})

export const revokeSession = endpoint({
  id: 'sessions.revoke',
  method: 'DELETE',
  path: '/api/sessions/{id}',
  summary: 'Sign one of your browsers out',
  tag: 'Session',
  auth: 'session',
  permission: 'account.manage',
  params: z.strictObject({ id: id() }),
  ok: z.undefined(),
})

export const revokeSessions = endpoint({
  id: 'sessions.revoke_all',
  method: 'DELETE',
  path: '/api/sessions',
  summary: 'Sign out everywhere',
  tag: 'Session',
  auth: 'session',
  permission: 'account.manage',
  query: z.strictObject({ keep_current: z.enum(['true', 'false']).default('false') }),
  ok: z.undefined(),
})

export const updateAccount = endpoint({
  id: 'account.update',
  method: 'PATCH',
  path: '/api/account',
  summary: 'Change your name, language, time zone, or which messages reach you',
  tag: 'Session',
  auth: 'session',
  permission: 'account.manage',
  body: z
    .strictObject({
      name: text(120, 1),
      language: z.enum(languages).nullable(),
      time_zone: timeZone().nullable(),
      muted: z.array(z.enum(noticeKinds)).max(noticeKinds.length),
    })
    .partial(),
  ok: z.undefined(),
})

export const changePassword = endpoint({
  id: 'account.change_password',
  method: 'POST',
  path: '/api/account/password',
  summary: 'Change your password and sign every other browser out',
  tag: 'Session',
  auth: 'session',
  permission: 'account.manage',
  body: z.strictObject({ current_password: knownPassword(), new_password: newPassword() }),
  ok: z.undefined(),
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { knownPassword, SessionState } from './session.contract.ts'

const own = { tag: 'Session', auth: 'session', permission: 'account.manage' } as const

const bytes = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/)
/** What names the question that is answered; it is good for one answer. */
const ceremony = () => text(100, 1)
/** What the browser is to be asked with, as the WebAuthn standard writes it. */
const Question = z.object({ ceremony: z.string(), options: z.record(z.string(), z.unknown()) })

export const beginPasskeySignIn = endpoint({
  id: 'session.begin_passkey',
  method: 'POST',
  path: '/api/session/passkey/begin',
  summary: 'Ask for something to sign with a passkey; `again` is for who is signed in and confirms it',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ again: z.boolean().default(false) }),
  ok: Question,
})

export const signInWithPasskey = endpoint({
  id: 'session.create_with_passkey',
  method: 'POST',
  path: '/api/session/passkey',
  summary: 'Sign in with a passkey; it counts as both factors',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({
    ceremony: ceremony(),
    credential_id: bytes(1364),
    client_data: bytes(4000),
    authenticator_data: bytes(4000),
    signature: bytes(12_000),
    /** Devices may leave it out where the question names whose passkey is asked for. */
    user_handle: bytes(100).optional(),
  }),
  ok: SessionState,
})

const Passkey = z.object({
  id: id(),
  name: z.string(),
  /** Host name it was made for. */
  rp_id: z.string(),
  /** It works at the address that this page was opened at. */
  works_here: z.boolean(),
  synced: z.boolean(),
  created_at: instant(),
  last_used_at: instant().nullable(),
})

export const passkeysMax = 20

export const listPasskeys = endpoint({
  id: 'passkeys.list',
  method: 'GET',
  path: '/api/account/passkeys',
  summary: 'Your passkeys, and whether changing them takes the password',
  ...own,
  ok: page(Passkey).extend({ asks_password: z.boolean() }),
})

const passkeyName = () => text(80).trim().min(1)

const proof = () => z.strictObject({ password: knownPassword().optional() })

export const beginPasskey = endpoint({
  id: 'passkeys.begin',
  method: 'POST',
  path: '/api/account/passkeys/begin',
  summary: 'Begin to add a passkey; takes the password unless you have just signed in',
  ...own,
  body: proof(),
  ok: Question,
  secret: true,
})

export const addPasskey = endpoint({
  id: 'passkeys.add',
  method: 'POST',
  path: '/api/account/passkeys',
  summary: 'Add the passkey that the browser has made',
  ...own,
  body: z.strictObject({
    ceremony: ceremony(),
    name: passkeyName(),
    credential_id: bytes(1364),
    client_data: bytes(4000),
    attestation: bytes(60_000),
    transports: z.array(text(30)).max(10).default([]),
  }),
  ok: Passkey,
})

export const renamePasskey = endpoint({
  id: 'passkeys.rename',
  method: 'PATCH',
  path: '/api/account/passkeys/{id}',
  summary: 'Call a passkey something else',
  ...own,
  params: z.strictObject({ id: id() }),
  body: z.strictObject({ name: passkeyName() }),
  ok: Passkey,
})

export const removePasskey = endpoint({
  id: 'passkeys.remove',
  method: 'POST',
  path: '/api/account/passkeys/{id}/remove',
  summary: 'Remove a passkey and sign out the browsers that came in with it',
  ...own,
  params: z.strictObject({ id: id() }),
  body: proof(),
  ok: z.undefined(),
})

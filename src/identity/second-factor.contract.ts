import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { knownPassword, SessionState } from './session.contract.ts'

const own = { tag: 'Session', auth: 'session', permission: 'account.manage' } as const
const code = () => text(40, 1)
const RecoveryCodes = z.object({ recovery_codes: z.array(z.string()) })

export const passSecondFactor = endpoint({
  id: 'session.second_factor',
  method: 'POST',
  path: '/api/session/second-factor',
  summary: 'Finish signing in with a code of the authenticator application, or a recovery code',
  tag: 'Session',
  auth: 'public',
  body: z.strictObject({ step: text(100, 1), code: code() }),
  ok: SessionState,
})

export const getSecondFactor = endpoint({
  id: 'second_factor.get',
  method: 'GET',
  path: '/api/account/second-factor',
  summary: 'Whether your account has a second factor',
  ...own,
  ok: z.object({
    on_since: instant().nullable(),
    recovery_codes_left: z.number().int(),
    required: z.boolean(),
  }),
})

export const beginSecondFactor = endpoint({
  id: 'second_factor.begin',
  method: 'POST',
  path: '/api/account/second-factor',
  summary: 'Begin to set up a second factor; it counts once a first code has been given',
  ...own,
  body: z.strictObject({ password: knownPassword() }),
  ok: z.object({ secret: z.string(), uri: z.string() }),
  secret: true,
})

export const confirmSecondFactor = endpoint({
  id: 'second_factor.confirm',
  method: 'POST',
  path: '/api/account/second-factor/confirm',
  summary: 'Give the first code; the recovery codes are in the reply and never shown again',
  ...own,
  body: z.strictObject({ code: code() }),
  ok: RecoveryCodes,
  secret: true,
})

export const renewRecoveryCodes = endpoint({
  id: 'second_factor.recovery_codes',
  method: 'POST',
  path: '/api/account/second-factor/recovery-codes',
  summary: 'New recovery codes; the earlier ones stop working',
  ...own,
  body: z.strictObject({ password: knownPassword() }),
  ok: RecoveryCodes,
  secret: true,
})

export const removeSecondFactor = endpoint({
  id: 'second_factor.remove',
  method: 'POST',
  path: '/api/account/second-factor/remove',
  summary: 'Sign in with the password alone again',
  ...own,
  body: z.strictObject({ password: knownPassword() }),
  ok: z.undefined(),
})

export const accountEvents = [
  'second_factor_on',
  'second_factor_off',
  'second_factor_reset',
  'recovery_code_used',
  'recovery_codes_renewed',
  'passkey_added',
  'passkey_removed',
  'passkey_refused',
  'password_changed',
] as const

export const listAccountEvents = endpoint({
  id: 'account.events',
  method: 'GET',
  path: '/api/account/events',
  summary: 'What changed lately in how your account is entered',
  ...own,
  ok: page(z.object({ id: id(), kind: z.enum(accountEvents), by_you: z.boolean(), at: instant() })),
})

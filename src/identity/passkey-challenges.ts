import type { Kysely } from 'kysely'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { says } from './says.ts'
import { digestOf, newToken } from './tokens.ts'

export const answerWithin_ms = 5 * 60_000

interface Asked {
  purpose: 'sign_in' | 'add'
  /** The only one that may answer; null: whose passkey it is. */
  account_id: string | null
  challenge: string
}

/** Kept here and not with the browser, so that it is answered once. Returns what the browser names it by. */
export async function keepChallenge(machine: Machine, db: Kysely<Tables>, input: Asked): Promise<string> {
  const now = machine.clock.now()
  const ceremony = newToken()
  await db.deleteFrom('passkey_challenge').where('expires_at', '<', now).execute()
  await db
    .insertInto('passkey_challenge')
    .values({
      ...input,
      digest: digestOf(ceremony),
      expires_at: new Date(now.getTime() + answerWithin_ms),
    })
    .execute()
  return ceremony
}

/** In a transaction of its own: the answer may be wrong, and was the only one all the same. */
export async function takeChallenge(
  machine: Machine,
  { ceremony, purpose }: { ceremony: string; purpose: Asked['purpose'] },
) {
  const taken = await machine.auth(db =>
    db
      .deleteFrom('passkey_challenge')
      .where('digest', '=', digestOf(ceremony))
      .where('purpose', '=', purpose)
      .where('expires_at', '>', machine.clock.now())
      .returning(['challenge', 'account_id'])
      .executeTakeFirst(),
  )
  if (taken) return taken
  throw fail('gone', {
    code: 'passkey_too_late',
    detail: says.passkey_too_late(),
  })
}

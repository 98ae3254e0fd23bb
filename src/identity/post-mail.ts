import { type Kysely, sql } from 'kysely'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'

/** Spread over three and a half hours. */
export const mailAttempts = 10

interface Posted {
  purpose: 'invitation' | 'password_reset' | 'security' | 'new_sign_in'
  /** Null when nobody has the address that was given: then nothing is sent, and nobody can tell. */
  account_id: string | null
  member_id?: string
  /** What happened to the account, or the browser that signed in. */
  event?: string
}

/** Has a message sent when the transaction has committed. */
export async function postMail(
  machine: Machine,
  db: Kysely<Tables>,
  { purpose, account_id, member_id, event }: Posted,
): Promise<void> {
  await sql`select rapport.post_mail(${newId()}::uuid, ${purpose}, ${account_id}::uuid, ${member_id ?? null}::uuid, ${event ?? null},
    ${machine.publicUrl()}, ${mailAttempts}, ${machine.clock.now()})`.execute(db)
}

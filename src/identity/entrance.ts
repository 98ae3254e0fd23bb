import type { Kysely } from 'kysely'
import type { RequestFacts } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { noteEvent } from './account-events.ts'
import { countAttempt, forgiveAttempt } from './limits.ts'
import { says } from './says.ts'
import { openSession } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'
import { matchingCounter } from './totp.ts'

const step_lives_ms = 5 * 60_000
const attempts_max = 5

/** A session's token, or that of the step at which the second factor is still owed. */
export type Entrance = { token: string } | { step: string }

interface Entering {
  account_id: string
  workspace_id: string | null
  user_agent: string
}

/** Lets somebody in who has proved who they are by one thing; an account with a second factor owes that first. */
export async function enter(machine: Machine, db: Kysely<Tables>, input: Entering): Promise<Entrance> {
  const { account_id, workspace_id } = input
  const factor = await db
    .selectFrom('second_factor')
    .select('account_id')
    .where('account_id', '=', account_id)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  if (!factor) return { token: await openSession(machine, db, input) }
  const created_at = machine.clock.now()
  const step = newToken()
  const expires_at = new Date(created_at.getTime() + step_lives_ms)
  await db.deleteFrom('sign_in_step').where('expires_at', '<', created_at).execute()
  await db
    .insertInto('sign_in_step')
    .values({ digest: digestOf(step), account_id, workspace_id, created_at, expires_at })
    .execute()
  return { step }
}

const over = () =>
  fail('gone', {
    code: 'step_over',
    detail: says.step_over(),
  })

/** Counted before it is looked at and in a transaction of its own, so that tries at the same moment all count. */
async function takeAttempt(machine: Machine, step: string) {
  const taken = await machine.auth(db =>
    db
      .updateTable('sign_in_step')
      .set(eb => ({ attempts: eb('attempts', '+', 1) }))
      .where('digest', '=', digestOf(step))
      .where('attempts', '<', attempts_max)
      .where('expires_at', '>', machine.clock.now())
      .returning(['account_id', 'workspace_id'])
      .executeTakeFirst(),
  )
  if (!taken) throw over()
  return taken
}

export const wrongCode = () => {
  const message = says.wrong_code()
  return fail('invalid', { code: 'wrong_code', detail: message, errors: [{ path: 'code', message }] })
}

export async function passStep(
  machine: Machine,
  { step, code }: { step: string; code: string },
  facts: Pick<RequestFacts, 'ip' | 'user_agent'>,
): Promise<Entrance> {
  const { account_id, workspace_id } = await takeAttempt(machine, step)
  const attempt = { email: account_id, ip: facts.ip, kind: 'code' } as const
  await machine.auth(db => countAttempt(machine, db, attempt))
  const token = await machine.auth(async db => {
    if (!(await spendCode(machine, db, { account_id, code }))) return undefined
    const { numDeletedRows } = await db
      .deleteFrom('sign_in_step')
      .where('digest', '=', digestOf(step))
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw over()
    await forgiveAttempt(machine, db, attempt)
    return openSession(machine, db, { account_id, workspace_id, user_agent: facts.user_agent })
  })
  if (token === undefined) throw wrongCode()
  return { token }
}

/** Uses a code up: of the same code given twice at the same moment one counts. */
async function spendCode(
  machine: Machine,
  db: Kysely<Tables>,
  { account_id, code }: { account_id: string; code: string },
): Promise<boolean> {
  const plain = code.replaceAll(/[\s-]/g, '').toUpperCase()
  if (/^\d{6}$/.test(plain)) return spendTotp(machine, db, { account_id, code: plain })
  const { numDeletedRows } = await db
    .deleteFrom('recovery_code')
    .where('account_id', '=', account_id)
    .where('digest', '=', digestOf(plain))
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await noteEvent(machine, db, { account_id, kind: 'recovery_code_used' })
  return true
}

export const openFactor = (machine: Machine, account_id: string, sealed: Uint8Array): string =>
  machine.secrets.open('second-factor', account_id, sealed)

/** Also the first code, with which the factor begins to count. */
export async function spendTotp(
  machine: Machine,
  db: Kysely<Tables>,
  { account_id, code }: { account_id: string; code: string },
): Promise<boolean> {
  const factor = await db
    .selectFrom('second_factor')
    .select('sealed')
    .where('account_id', '=', account_id)
    .executeTakeFirst()
  if (!factor) return false
  const now = machine.clock.now()
  const counter = matchingCounter(openFactor(machine, account_id, factor.sealed), code, now)
  if (counter === undefined) return false
  const { numUpdatedRows } = await db
    .updateTable('second_factor')
    .set(eb => ({ last_counter: counter, confirmed_at: eb.fn.coalesce('confirmed_at', eb.val(now)) }))
    .where('account_id', '=', account_id)
    .where('last_counter', '<', counter)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

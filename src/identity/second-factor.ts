import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { RequestFacts } from '../core/area.ts'
import type { Ctx, Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { noteEvent } from './account-events.ts'
import { confirmPassword } from './accounts.ts'
import { spendTotp, wrongCode } from './entrance.ts'
import { countAttempt, forgiveAttempt } from './limits.ts'
import { getMember } from './members.ts'
import { says } from './says.ts'
import { accountOf, forgetSessions, revokeSessions } from './sessions.ts'
import { digestOf } from './tokens.ts'
import { base32, newSecret, uriOf } from './totp.ts'

const codes = 10

const factorOf = (db: Kysely<Tables>, account_id: string) =>
  db
    .selectFrom('second_factor')
    .select('confirmed_at')
    .where('account_id', '=', account_id)
    .executeTakeFirst()

/** Whether a workspace of theirs lets members in with a second factor only. */
async function isRequired(db: Kysely<Tables>, account_id: string): Promise<boolean> {
  const found = await db
    .selectFrom('member as m')
    .innerJoin('workspace as w', 'w.id', 'm.workspace_id')
    .select('w.id')
    .where('m.account_id', '=', account_id)
    .where('m.joined_at', 'is not', null)
    .where('m.disabled_at', 'is', null)
    .where('w.second_factor_required', '=', true)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

export async function getSecondFactor(machine: Machine, principal: Principal) {
  const account_id = accountOf(principal)
  return machine.auth(async db => {
    const left = await db
      .selectFrom('recovery_code')
      .select('digest')
      .where('account_id', '=', account_id)
      .execute()
    return {
      on_since: (await factorOf(db, account_id))?.confirmed_at ?? null,
      recovery_codes_left: left.length,
      required: await isRequired(db, account_id),
    }
  })
}

/** A new secret that does not count yet. */
export async function startFactor(machine: Machine, db: Kysely<Tables>, account_id: string): Promise<string> {
  if ((await factorOf(db, account_id))?.confirmed_at) {
    throw fail('conflict', {
      code: 'second_factor_on',
      detail: says.second_factor_on(),
    })
  }
  const secret = newSecret()
  const fresh = {
    sealed: machine.secrets.seal('second-factor', account_id, secret),
    last_counter: 0,
    created_at: machine.clock.now(),
  }
  await db
    .insertInto('second_factor')
    .values({ account_id, ...fresh, confirmed_at: null })
    .onConflict(clash =>
      clash.column('account_id').doUpdateSet(fresh).where('second_factor.confirmed_at', 'is', null),
    )
    .execute()
  return secret
}

export async function beginSecondFactor(
  machine: Machine,
  principal: Principal,
  { password }: { password: string },
  facts: RequestFacts,
) {
  const account = await confirmPassword(machine, principal, { password, path: 'password' }, facts)
  const secret = await machine.auth(db => startFactor(machine, db, account.id))
  return { secret, uri: uriOf({ secret, account: account.email }) }
}

/** 80 random bits each, in groups that one reads off paper. */
const newRecoveryCode = () => (base32(randomBytes(10)).match(/.{4}/g) ?? []).join('-')

async function replaceCodes(db: Kysely<Tables>, account_id: string): Promise<string[]> {
  const made = Array.from({ length: codes }, newRecoveryCode)
  await db.deleteFrom('recovery_code').where('account_id', '=', account_id).execute()
  await db
    .insertInto('recovery_code')
    .values(made.map(code => ({ account_id, digest: digestOf(code.replaceAll('-', '')) })))
    .execute()
  return made
}

/** From now on signing in takes it; browsers that came in without are signed out. */
export async function confirmSecondFactor(
  machine: Machine,
  principal: Principal,
  { code }: { code: string },
  facts: Pick<RequestFacts, 'ip'>,
) {
  const account_id = accountOf(principal)
  const attempt = { email: account_id, ip: facts.ip, kind: 'code' } as const
  await machine.auth(db => countAttempt(machine, db, attempt))
  const recovery_codes = await machine.auth(async db => {
    const factor = await factorOf(db, account_id)
    if (!factor || factor.confirmed_at)
      throw fail('conflict', { code: 'nothing_to_confirm', detail: says.nothing_to_confirm() })
    if (!(await spendTotp(machine, db, { account_id, code: code.replaceAll(/\s/g, '') }))) return undefined
    await forgiveAttempt(machine, db, attempt)
    const { session_id } = principal
    await revokeSessions(machine, db, { account_id, ...(session_id ? { except: session_id } : {}) })
    await noteEvent(machine, db, { account_id, kind: 'second_factor_on' })
    return replaceCodes(db, account_id)
  })
  if (!recovery_codes) throw wrongCode()
  forgetSessions(machine)
  return { recovery_codes }
}

export async function renewRecoveryCodes(
  machine: Machine,
  principal: Principal,
  { password }: { password: string },
  facts: RequestFacts,
) {
  const { id: account_id } = await confirmPassword(machine, principal, { password, path: 'password' }, facts)
  const recovery_codes = await machine.auth(async db => {
    if (!(await factorOf(db, account_id))?.confirmed_at)
      throw fail('conflict', { code: 'second_factor_off', detail: says.second_factor_off() })
    await noteEvent(machine, db, { account_id, kind: 'recovery_codes_renewed' })
    return replaceCodes(db, account_id)
  })
  return { recovery_codes }
}

async function takeAway(db: Kysely<Tables>, account_id: string): Promise<void> {
  for (const table of ['second_factor', 'recovery_code', 'sign_in_step'] as const)
    await db.deleteFrom(table).where('account_id', '=', account_id).execute()
}

export async function removeSecondFactor(
  machine: Machine,
  principal: Principal,
  { password }: { password: string },
  facts: RequestFacts,
): Promise<undefined> {
  const { id: account_id } = await confirmPassword(machine, principal, { password, path: 'password' }, facts)
  await machine.auth(async db => {
    if (await isRequired(db, account_id)) {
      throw fail('conflict', {
        code: 'second_factor_required',
        detail: says.second_factor_required(),
      })
    }
    await takeAway(db, account_id)
    await noteEvent(machine, db, { account_id, kind: 'second_factor_off' })
  })
  forgetSessions(machine)
}

/** For somebody who has lost it. Every browser is signed out: whoever asked for this may not be that person. */
export async function resetFactorOf(
  machine: Machine,
  db: Kysely<Tables>,
  { account_id, actor }: { account_id: string; actor: string },
): Promise<void> {
  await takeAway(db, account_id)
  await revokeSessions(machine, db, { account_id })
  await noteEvent(machine, db, { account_id, kind: 'second_factor_reset', actor })
}

/** Accounts stand above workspaces: only an owner of the installation may weaken how one is entered. */
export async function resetSecondFactor(ctx: Ctx, { id }: { id: string }): Promise<undefined> {
  const { account_id } = await getMember(ctx, id)
  const { machine, principal } = ctx
  const actor = `${principal.actor.kind}:${principal.actor.id}`
  await machine.auth(db => resetFactorOf(machine, db, { account_id, actor }))
  forgetSessions(machine)
}

import type { RequestFacts } from '../core/area.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Language } from '../core/languages.contract.ts'
import type { Machine } from '../core/machine.ts'
import type { Said } from '../core/text-sentence.ts'
import { noteEvent } from './account-events.ts'
import { type Entrance, enter } from './entrance.ts'
import { countAttempt, forgiveAttempt } from './limits.ts'
import type { NoticeKind } from './notices.contract.ts'
import { demandGoodPassword, hashPassword, passwordMatches } from './password.ts'
import { says } from './says.ts'
import { accountOf, forgetSessions, openSession, revokeSessions, usualWorkspace } from './sessions.ts'
import { demandKnownZone } from './zones.ts'

export async function accountsExist(machine: Machine): Promise<boolean> {
  const first = await machine.auth(db => db.selectFrom('account').select('id').limit(1).executeTakeFirst())
  return first !== undefined
}

interface Attempt {
  email: string
  password: string
  ip: string
}

/** The account that this is the password of; as long for an unknown address as for a wrong password or an account without one. */
export async function findByPassword(machine: Machine, input: Attempt): Promise<{ id: string } | undefined> {
  const attempt = { email: input.email, ip: input.ip }
  const account = await machine.auth(async db => {
    await countAttempt(machine, db, attempt)
    return db
      .selectFrom('account')
      .select(['id', 'password_hash'])
      .where('email', '=', input.email)
      .executeTakeFirst()
  })
  const matches = await passwordMatches(account?.password_hash, input.password)
  if (!account || !matches) return undefined
  await machine.auth(db => forgiveAttempt(machine, db, attempt))
  return { id: account.id }
}

export const wrongCredentials = (detail: Said) =>
  fail('unauthenticated', { code: 'wrong_credentials', detail })

/** One answer for an unknown address, a wrong password and an account without one. */
export async function checkPassword(machine: Machine, input: Attempt): Promise<{ id: string }> {
  const account = await findByPassword(machine, input)
  if (!account) throw wrongCredentials(says.wrong_credentials())
  return account
}

export async function signIn(
  machine: Machine,
  input: { email: string; password: string },
  facts: RequestFacts,
): Promise<Entrance> {
  const { id } = await checkPassword(machine, { ...input, ip: facts.ip })
  return machine.auth(async db =>
    enter(machine, db, {
      account_id: id,
      workspace_id: await usualWorkspace(db, id),
      user_agent: facts.user_agent,
    }),
  )
}

/** Every other browser is signed out, and this one gets a new session. */
export async function changePassword(
  machine: Machine,
  principal: Principal,
  input: { current_password: string; new_password: string },
  facts: RequestFacts,
): Promise<string> {
  const account_id = accountOf(principal)
  const account = await ownAccount(machine, account_id)
  demandGoodPassword(input.new_password, [account.email, account.name], 'new_password')
  const given = { password: input.current_password, path: 'current_password' }
  await confirmPassword(machine, principal, given, facts)
  const password_hash = await hashPassword(input.new_password)
  const token = await machine.auth(async db => {
    const now = machine.clock.now()
    const { passkey_id } = await db
      .selectFrom('session')
      .select('passkey_id')
      .where('id', '=', principal.session_id ?? '')
      .executeTakeFirstOrThrow()
    await db
      .updateTable('account')
      .set({ password_hash, password_set_at: now })
      .where('id', '=', account_id)
      .execute()
    await revokeSessions(machine, db, { account_id })
    await noteEvent(machine, db, { account_id, kind: 'password_changed' })
    await db
      .deleteFrom('setup_token')
      .where('account_id', '=', account_id)
      .where('purpose', '=', 'password')
      .execute()
    return openSession(machine, db, {
      account_id,
      workspace_id: principal.workspace_id,
      user_agent: facts.user_agent,
      passkey_id,
    })
  })
  forgetSessions(machine)
  return token
}

const ownAccount = (machine: Machine, account_id: string) =>
  machine.auth(db =>
    db
      .selectFrom('account')
      .select(['id', 'email', 'name'])
      .where('id', '=', account_id)
      .executeTakeFirstOrThrow(),
  )

/** Before somebody changes how the account is entered: a browser that was left open is not enough. */
export async function confirmPassword(
  machine: Machine,
  principal: Principal,
  { password, path }: { password: string; path: string },
  facts: Pick<RequestFacts, 'ip'>,
) {
  const account = await ownAccount(machine, accountOf(principal))
  try {
    await checkPassword(machine, { email: account.email, password, ip: facts.ip })
  } catch (error) {
    throw asFieldError(error, path)
  }
  return account
}

/** The person is signed in, so a wrong password is a wrong field and not a lost session. */
function asFieldError(error: unknown, path: string): unknown {
  if ((error as { code?: string }).code !== 'wrong_credentials') return error
  const message = says.wrong_password()
  return fail('invalid', { code: 'wrong_password', detail: message, errors: [{ path, message }] })
}

interface Profile {
  name?: string | undefined
  language?: Language | null | undefined
  time_zone?: string | null | undefined
  muted?: NoticeKind[] | undefined
}

/** Once, for every device and every workspace. */
export async function updateAccount(machine: Machine, principal: Principal, profile: Profile): Promise<void> {
  const account_id = accountOf(principal)
  const { name, time_zone } = profile
  await machine.auth(async db => {
    if (typeof time_zone === 'string') await demandKnownZone(db, time_zone)
    const set = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined))
    if (Object.keys(set).length === 0) return
    await db.updateTable('account').set(set).where('id', '=', account_id).execute()
    if (name === undefined) return
    // Where one has not joined, nobody may see that there is an account.
    await db
      .updateTable('member')
      .set({ name })
      .where('account_id', '=', account_id)
      .where('joined_at', 'is not', null)
      .execute()
  })
  forgetSessions(machine)
}

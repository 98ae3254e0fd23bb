import { type Kysely, sql } from 'kysely'
import type { RequestFacts } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { noteEvent } from './account-events.ts'
import { accountsExist, findByPassword, wrongCredentials } from './accounts.ts'
import { type Entrance, enter } from './entrance.ts'
import { demandGoodPassword, hashPassword } from './password.ts'
import { says } from './says.ts'
import { forgetSessions, openSession, revokeSessions, usualWorkspace } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'
import { insertWorkspace, type NewWorkspaceInput } from './workspaces.ts'

const hour_ms = 3_600_000
/** A link for a new password that somebody asked for himself; one that is handed over may be opened tomorrow. */
export const resetLives_ms = hour_ms
const lives_ms = { installation: 24 * hour_ms, join: 7 * 24 * hour_ms, password: 24 * hour_ms }

type Purpose =
  | { purpose: 'installation' }
  | { purpose: 'join'; account_id: string; workspace_id: string; member_id: string }
  | { purpose: 'password'; account_id: string }

const pages = { installation: '/set-up', join: '/join', password: '/join' }

/** A link that works once. The token stands behind #, where it reaches no log and no other site. */
export async function makeLink(
  machine: Machine,
  db: Kysely<Tables>,
  input: Purpose,
  { life_ms = lives_ms[input.purpose], asked_at }: { life_ms?: number; asked_at?: Date } = {},
) {
  const now = machine.clock.now()
  const token = newToken()
  const expires_at = new Date(now.getTime() + life_ms)
  if (input.purpose !== 'installation') {
    // A newer link for the same purpose replaces the older one; one that was made after this was asked for is the newer.
    await db
      .deleteFrom('setup_token')
      .where('account_id', '=', input.account_id)
      .where('purpose', '=', input.purpose)
      .where(eb => (input.purpose === 'join' ? eb('member_id', '=', input.member_id) : eb.lit(true)))
      .where(eb => (asked_at ? eb('created_at', '<', asked_at) : eb.lit(true)))
      .execute()
  }
  await db
    .insertInto('setup_token')
    .values({
      account_id: null,
      workspace_id: null,
      member_id: null,
      ...input,
      digest: digestOf(token),
      created_at: now,
      expires_at,
      used_at: null,
    })
    .execute()
  return { path: `${pages[input.purpose]}#${token}`, expires_at }
}

/** The link that sets up an empty installation; undefined once it has an account. */
export async function makeSetUpLink(machine: Machine): Promise<string | undefined> {
  if (await accountsExist(machine)) return undefined
  const link = await machine.auth(db => makeLink(machine, db, { purpose: 'installation' }))
  return `${machine.publicUrl()}${link.path}`
}

const spent = () =>
  fail('gone', {
    code: 'link_spent',
    detail: says.link_spent(),
  })

async function findLink(machine: Machine, db: Kysely<Tables>, token: string) {
  const link = await db
    .selectFrom('setup_token as t')
    .leftJoin('account as a', 'a.id', 't.account_id')
    .leftJoin('workspace as w', 'w.id', 't.workspace_id')
    .leftJoin('member as m', join =>
      join.onRef('m.workspace_id', '=', 't.workspace_id').onRef('m.id', '=', 't.member_id'),
    )
    .select(['t.purpose', 't.account_id', 't.workspace_id', 't.member_id', 'a.email', 'a.name'])
    .select(['a.password_hash', 'w.name as workspace_name', 'm.id as found_member', 'm.disabled_at'])
    .select('m.name as member_name')
    .where('t.digest', '=', digestOf(token))
    .where('t.used_at', 'is', null)
    .where('t.expires_at', '>', machine.clock.now())
    .$narrowType<{ purpose: Purpose['purpose'] }>()
    .executeTakeFirst()
  if (!link) throw spent()
  if (link.purpose === 'join' && (link.found_member === null || link.disabled_at !== null)) throw spent()
  return link
}

/** Uses the link up; of any number of attempts at the same moment one succeeds. */
async function consume(machine: Machine, db: Kysely<Tables>, token: string): Promise<void> {
  const now = machine.clock.now()
  const used = await db
    .updateTable('setup_token')
    .set({ used_at: now })
    .where('digest', '=', digestOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('digest')
    .executeTakeFirst()
  if (!used) throw spent()
}

export async function inspectLink(machine: Machine, token: string) {
  const link = await machine.auth(db => findLink(machine, db, token))
  if (link.purpose === 'installation' && (await accountsExist(machine))) throw spent()
  return { purpose: link.purpose, email: link.email, workspace_name: link.workspace_name }
}

/** The first workspace and its owner. As soon as there is an account this is over for good. */
export async function setUp(
  machine: Machine,
  input: {
    token: string
    workspace: NewWorkspaceInput
    owner: { name: string; email: string; password: string }
  },
  facts: RequestFacts,
): Promise<string> {
  const { owner, workspace } = input
  const over = () => fail('gone', { code: 'already_set_up', detail: says.already_set_up() })
  if (await accountsExist(machine)) throw over()
  const link = await machine.auth(db => findLink(machine, db, input.token))
  if (link.purpose !== 'installation') throw spent()
  demandGoodPassword(owner.password, [owner.name, owner.email, workspace.name], 'owner.password')
  const password_hash = await hashPassword(owner.password)
  return machine.auth(async db => {
    // Two links may be alive, one printed by each of two processes; only one of them may make the first account.
    await sql`select pg_advisory_xact_lock(hashtext('rapport.set_up'))`.execute(db)
    if (await db.selectFrom('account').select('id').limit(1).executeTakeFirst()) throw over()
    await consume(machine, db, input.token)
    await db
      .deleteFrom('setup_token')
      .where('purpose', '=', 'installation')
      .where('used_at', 'is', null)
      .execute()
    const now = machine.clock.now()
    const account_id = newId()
    await db
      .insertInto('account')
      .values({
        id: account_id,
        email: owner.email,
        name: owner.name,
        password_hash,
        password_set_at: now,
        is_installation_owner: true,
        created_at: now,
      })
      .execute()
    const workspace_id = await insertWorkspace(machine, db, workspace, {
      account_id,
      name: owner.name,
      email: owner.email,
    })
    return openSession(machine, db, { account_id, workspace_id, user_agent: facts.user_agent })
  })
}

/** Until a password is given that could be chosen, the answer is the same whether the address has an account or not. */
async function chosenPassword(
  link: { purpose: Purpose['purpose']; password_hash: string | null },
  password: string,
  words: string[],
): Promise<string> {
  demandGoodPassword(password, words)
  if (link.purpose === 'join' && link.password_hash !== null) throw wrongCredentials(says.account_here())
  return hashPassword(password)
}

/** Joins a workspace or chooses a new password, and signs in. */
export async function redeemLink(
  machine: Machine,
  input: { token: string; password: string },
  facts: RequestFacts,
): Promise<Entrance> {
  const link = await machine.auth(db => findLink(machine, db, input.token))
  const { account_id, email, name } = link
  if (account_id === null || email === null || name === null) throw spent()
  const words = [email, link.member_name ?? name, link.workspace_name ?? '']
  const attempt = { email, password: input.password, ip: facts.ip }
  const isOwn = link.purpose === 'join' && (await findByPassword(machine, attempt)) !== undefined
  const password_hash = isOwn ? undefined : await chosenPassword(link, input.password, words)
  const entrance = await machine.auth(async db => {
    await consume(machine, db, input.token)
    const now = machine.clock.now()
    if (password_hash !== undefined) {
      await db
        .updateTable('account')
        .set({ password_hash, password_set_at: now })
        .where('id', '=', account_id)
        .execute()
      await revokeSessions(machine, db, { account_id })
      if (link.purpose === 'password') await noteEvent(machine, db, { account_id, kind: 'password_changed' })
    }
    if (link.workspace_id !== null && link.member_id !== null) {
      const joined = await db
        .updateTable('member')
        .set({ joined_at: now, name })
        .where('workspace_id', '=', link.workspace_id)
        .where('id', '=', link.member_id)
        .where('disabled_at', 'is', null)
        .returning('id')
        .executeTakeFirst()
      if (!joined) throw spent()
    }
    const workspace_id = link.workspace_id ?? (await usualWorkspace(db, account_id))
    return enter(machine, db, { account_id, workspace_id, user_agent: facts.user_agent })
  })
  forgetSessions(machine)
  return entrance
}

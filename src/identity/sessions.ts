import { type Kysely, sql } from 'kysely'
import type { RequestFacts } from '../core/area.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { isLoopback } from '../core/handle.ts'
import { newId } from '../core/id.ts'
import type { Language } from '../core/languages.contract.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { announce } from './announce.ts'
import type { NoticeKind } from './notices.contract.ts'
import { type Recent, recent } from './recent.ts'
import { type Overrides, type Reach, type Rights, type Role, rightsOf } from './rights.contract.ts'
import { says } from './says.ts'
import { teammatesOf } from './teammates.ts'
import { digestOf, newToken } from './tokens.ts'

const minute_ms = 60_000
const day_ms = 24 * 60 * minute_ms
const idle_max_ms = 7 * day_ms
const age_max_ms = 30 * day_ms
export const session_max_age_s = age_max_ms / 1000

/** Who is signed in, and as what in the workspace the browser is looking at. */
export interface SignedIn {
  session_id: string
  account: {
    id: string
    name: string
    email: string
    is_installation_owner: boolean
    language: Language | null
    time_zone: string | null
    muted: NoticeKind[]
  }
  workspace_id: string | null
  member: { id: string; role: Role } | null
  overrides: Overrides
  /** Members of one's teams and those below; empty where no right asks for it. */
  team: string[]
  /** The workspace demands a second factor that the account has not. */
  owes_second_factor: boolean
  /** When one has proved who one is. */
  signed_in_at: Date
}

/** Opens a session and returns the cookie's value; only its digest is kept. */
export async function openSession(
  machine: Machine,
  db: Kysely<Tables>,
  input: {
    account_id: string
    workspace_id: string | null
    user_agent: string
    /** That it was opened with: both factors in one. */
    passkey_id?: string | null
  },
): Promise<string> {
  const now = machine.clock.now()
  const token = newToken()
  await db
    .insertInto('session')
    .values({
      id: newId(now.getTime()),
      digest: digestOf(token),
      ...input,
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + age_max_ms),
      revoked_at: null,
    })
    .execute()
  await db
    .deleteFrom('session')
    .where('expires_at', '<', new Date(now.getTime() - age_max_ms))
    .execute()
  return token
}

/** The workspace a person last looked at, or the one joined first. */
export async function usualWorkspace(db: Kysely<Tables>, account_id: string): Promise<string | null> {
  const { rows } = await sql<{ workspace_id: string }>`
    select m.workspace_id
    from rapport.member m
    left join lateral (
      select max(s.last_seen_at) as seen_at from rapport.session s
      where s.account_id = m.account_id and s.workspace_id = m.workspace_id
    ) s on true
    where m.account_id = ${account_id} and m.joined_at is not null and m.disabled_at is null
    order by s.seen_at desc nulls last, m.joined_at, m.id
    limit 1`.execute(db)
  return rows[0]?.workspace_id ?? null
}

async function loadSession(machine: Machine, digest: Buffer): Promise<SignedIn | undefined> {
  const now = machine.clock.now()
  return machine.auth(async db => {
    const row = await db
      .selectFrom('session as s')
      .innerJoin('account as a', 'a.id', 's.account_id')
      .leftJoin('member as m', join =>
        join
          .onRef('m.workspace_id', '=', 's.workspace_id')
          .onRef('m.account_id', '=', 's.account_id')
          .on('m.joined_at', 'is not', null)
          .on('m.disabled_at', 'is', null),
      )
      .leftJoin('workspace as w', 'w.id', 's.workspace_id')
      .leftJoin('second_factor as f', join =>
        join.onRef('f.account_id', '=', 's.account_id').on('f.confirmed_at', 'is not', null),
      )
      .select(['w.second_factor_required', 'f.account_id as has_factor', 's.passkey_id', 's.created_at'])
      .select(['s.id as session_id', 's.workspace_id', 's.last_seen_at', 's.account_id'])
      .select(['a.name', 'a.email', 'a.is_installation_owner', 'm.id as member_id', 'm.role'])
      .select(['a.language', 'a.time_zone', 'a.muted'])
      .where('s.digest', '=', digest)
      .where('s.revoked_at', 'is', null)
      .where('s.expires_at', '>', now)
      .where('s.last_seen_at', '>', new Date(now.getTime() - idle_max_ms))
      .$narrowType<{ role: Role | null; language: Language | null; muted: NoticeKind[] }>()
      .executeTakeFirst()
    if (!row) return undefined
    if (now.getTime() - row.last_seen_at.getTime() > minute_ms) {
      await db.updateTable('session').set({ last_seen_at: now }).where('id', '=', row.session_id).execute()
    }
    const overrides = row.workspace_id === null ? [] : await overridesOf(db, row.workspace_id)
    return {
      session_id: row.session_id,
      account: {
        id: row.account_id,
        name: row.name,
        email: row.email,
        is_installation_owner: row.is_installation_owner,
        language: row.language,
        time_zone: row.time_zone,
        muted: row.muted,
      },
      workspace_id: row.workspace_id,
      member: row.member_id && row.role ? { id: row.member_id, role: row.role } : null,
      overrides,
      team: await teamOf(db, row, overrides),
      owes_second_factor:
        row.second_factor_required === true && row.has_factor === null && row.passkey_id === null,
      signed_in_at: row.created_at,
    }
  })
}

async function teamOf(
  db: Kysely<Tables>,
  {
    workspace_id,
    member_id,
    role,
  }: Record<'workspace_id' | 'member_id', string | null> & { role: Role | null },
  overrides: Overrides,
): Promise<string[]> {
  if (workspace_id === null || member_id === null || role === null) return []
  const reaches = Object.values(rightsOf(role, overrides).kinds)
  const asked = reaches.some(reach => [reach.read, reach.write, reach.delete].includes('team'))
  return asked ? teammatesOf(db, { workspace_id, member_id }) : []
}

export function overridesOf(db: Kysely<Tables>, workspace_id: string): Promise<Overrides> {
  return db
    .selectFrom('role_reach')
    .selectAll()
    .where('workspace_id', '=', workspace_id)
    .$narrowType<{ role: Role } & Reach>()
    .execute()
}

// A session that was revoked in another process lives on here for at most this long.
const remembered = { for_ms: 900, entries_max: 20_000 }
const sessions = new WeakMap<Machine, Recent<SignedIn | undefined>>()

function known(machine: Machine): Recent<SignedIn | undefined> {
  const found = sessions.get(machine)
  if (found) return found
  const made = recent(hex => loadSession(machine, Buffer.from(hex, 'hex')), remembered)
  sessions.set(machine, made)
  return made
}

export const findSession = (machine: Machine, token: string): Promise<SignedIn | undefined> =>
  known(machine).get(digestOf(token).toString('hex'))

/** To be called after anything that changes who may do what: this process then knows at once. */
export const forgetSessions = (machine: Machine): void => known(machine).clear()

/** Until the second factor is set up there is nothing else to do. */
const onlyOneself: Rights = {
  permissions: ['account.manage'],
  kinds: { '*': { read: 'none', write: 'none', delete: 'none' } },
  hidden_classes: ['personal', 'sensitive', 'secret'],
}

/** What the session may do in its workspace; undefined while it has none. */
export function principalOf(signedIn: SignedIn): Principal | undefined {
  const { member, workspace_id, account, session_id } = signedIn
  if (!member || workspace_id === null) return undefined
  const rights = signedIn.owes_second_factor ? onlyOneself : rightsOf(member.role, signedIn.overrides)
  const permissions = new Set<string>(rights.permissions)
  if (account.is_installation_owner && !signedIn.owes_second_factor) permissions.add('installation.manage')
  return {
    workspace_id,
    actor: { kind: 'member', id: member.id },
    role: member.role,
    member_id: member.id,
    team: signedIn.team,
    permissions,
    kinds: rights.kinds,
    hidden_classes: rights.hidden_classes,
    cookie: true,
    session_id,
    account_id: account.id,
  }
}

/** Ports of one machine share one cookie jar, so a second installation beside the usual one has a cookie of its own. */
export function cookieFor(host: string): string {
  const port = /:(\d+)$/.exec(host)?.[1] ?? '3000'
  return port === '3000' ? 'rapport_session' : `rapport_session_${port}`
}

/** Stays when one signs out: it says which browser this is, not who is in it. */
export const browserCookieFor = (host: string): string =>
  cookieFor(host).replace('rapport_session', 'rapport_browser')

export const tokenOf = (facts: Pick<RequestFacts, 'host' | 'cookie'>): string | undefined =>
  facts.cookie(cookieFor(facts.host))

/** Refuses what another site makes a browser send; the endpoints that hand out or use a session all begin with it. */
export function demandSameOrigin(facts: Pick<RequestFacts, 'same_origin'>): void {
  if (!facts.same_origin) {
    throw fail('forbidden', {
      code: 'cross_site',
      detail: says.cross_site(),
    })
  }
}

function demandSafeTransport(machine: Machine, facts: Pick<RequestFacts, 'secure' | 'host'>): void {
  const hostname = facts.host.replace(/:\d+$/, '')
  if (facts.secure || isLoopback(hostname) || machine.config.insecure_cookies) return
  throw fail('forbidden', {
    code: 'https_needed',
    detail: says.https_needed(),
  })
}

/** Before a session is handed out: over a safe transport, and not because another site made the browser ask. */
export function demandOwnPage(
  machine: Machine,
  facts: Pick<RequestFacts, 'secure' | 'host' | 'same_origin'>,
): void {
  demandSafeTransport(machine, facts)
  demandSameOrigin(facts)
}

export async function listSessions(machine: Machine, principal: Principal) {
  const now = machine.clock.now()
  const rows = await machine.auth(db =>
    db
      .selectFrom('session as s')
      .leftJoin('passkey as p', 'p.id', 's.passkey_id')
      .select(['s.id', 's.user_agent', 's.created_at', 's.last_seen_at', 's.expires_at', 'p.name as passkey'])
      .where('s.account_id', '=', accountOf(principal))
      .where('s.revoked_at', 'is', null)
      .where('s.expires_at', '>', now)
      .where('s.last_seen_at', '>', new Date(now.getTime() - idle_max_ms))
      .orderBy('s.last_seen_at', 'desc')
      .limit(200)
      .execute(),
  )
  return rows.map(row => ({ ...row, current: row.id === principal.session_id }))
}

/** Revokes those of an account's sessions that are named; answers how many. */
export async function revokeSessions(
  machine: Machine,
  db: Kysely<Tables>,
  which: { account_id: string; only?: string; except?: string; passkey_id?: string },
): Promise<number> {
  let query = db
    .updateTable('session')
    .set({ revoked_at: machine.clock.now() })
    .where('account_id', '=', which.account_id)
    .where('revoked_at', 'is', null)
  if (which.only !== undefined) query = query.where('id', '=', which.only)
  if (which.except !== undefined) query = query.where('id', '<>', which.except)
  if (which.passkey_id !== undefined) query = query.where('passkey_id', '=', which.passkey_id)
  const { numUpdatedRows } = await query.executeTakeFirst()
  // Whoever has given the password so far has given the one that may just have been changed.
  if (which.only === undefined)
    await db.deleteFrom('sign_in_step').where('account_id', '=', which.account_id).execute()
  await announce(db, { of: 'account', id: which.account_id })
  return Number(numUpdatedRows)
}

export function accountOf(principal: Principal): string {
  if (principal.account_id === undefined) throw fail('unauthenticated')
  return principal.account_id
}

/** The session keeps its cookie: only where it looks changes, and the rights are read anew with every request. */
export async function switchWorkspace(
  machine: Machine,
  signedIn: SignedIn,
  workspace_id: string,
): Promise<void> {
  await machine.auth(async db => {
    const member = await db
      .selectFrom('member')
      .select('id')
      .where('workspace_id', '=', workspace_id)
      .where('account_id', '=', signedIn.account.id)
      .where('joined_at', 'is not', null)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    if (!member) throw fail('not_found', { detail: says.no_membership() })
    await db.updateTable('session').set({ workspace_id }).where('id', '=', signedIn.session_id).execute()
    await announce(db, { of: 'account', id: signedIn.account.id })
  })
  forgetSessions(machine)
}

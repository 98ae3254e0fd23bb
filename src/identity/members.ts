import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { announce } from './announce.ts'
import { makeLink } from './links.ts'
import { invite } from './mail.ts'
import { mayGrant, type Role } from './rights.contract.ts'
import { roleNamed, says } from './says.ts'
import { forgetSessions } from './sessions.ts'
import { putIntoTeams } from './teams.ts'

const shown = ['id', 'name', 'email', 'role', 'created_at', 'joined_at', 'disabled_at', 'account_id'] as const

interface Row {
  id: string
  name: string
  email: string
  role: Role
  created_at: Date
  joined_at: Date | null
  disabled_at: Date | null
  account_id: string
}

const present = ({ id, name, email, role, created_at, joined_at, disabled_at }: Row) => ({
  id,
  name,
  email,
  role,
  created_at,
  state: disabled_at ? ('disabled' as const) : joined_at ? ('active' as const) : ('invited' as const),
})

export async function listMembers(ctx: Ctx, { limit, after }: { limit: number; after?: string | undefined }) {
  let query = ctx.db
    .selectFrom('member')
    .select(shown)
    // An invitation that was taken back is nobody's membership.
    .where(eb => eb.or([eb('joined_at', 'is not', null), eb('disabled_at', 'is', null)]))
    .orderBy('id')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('id', '>', after)
  const rows = await query.$narrowType<Row>().execute()
  const items = rows.slice(0, limit)
  return { items: items.map(present), next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export function demandRank(ctx: Ctx, role: Role): void {
  if (mayGrant(ctx.principal.role, role)) return
  throw fail('forbidden', {
    code: 'role_too_high',
    detail: says.role_too_high({ role: roleNamed(role), own: roleNamed(ctx.principal.role) }),
  })
}

export async function getMember(ctx: Ctx, id: string) {
  const member = await ctx.db
    .selectFrom('member')
    .select(shown)
    .$narrowType<Row>()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!member) throw fail('not_found')
  return member
}

interface NewMember {
  name: string
  email: string
  role: Role
  team_ids: string[]
}

/** Nothing in the answer tells whether the address has an account in other workspaces: the link goes to the address. */
export async function addMember(ctx: Ctx, { team_ids, ...input }: NewMember) {
  demandRank(ctx, input.role)
  const same = await ctx.db
    .selectFrom('member')
    .select(['id', 'joined_at', 'disabled_at'])
    .where('email', '=', input.email)
    .executeTakeFirst()
  if (same && (same.joined_at !== null || same.disabled_at === null)) {
    throw fail('conflict', {
      code: 'already_member',
      detail: says.already_member(),
      errors: [{ path: 'email', message: says.member_already() }],
    })
  }
  const member = same ? await inviteAgain(ctx, same.id, input) : await insertMember(ctx, input)
  await putIntoTeams(ctx, member.id, team_ids)
  await invite(ctx, member)
  return present(member)
}

type Person = Omit<NewMember, 'team_ids'>

const inviteAgain = (ctx: Ctx, id: string, { name, role }: Person) =>
  ctx.db
    .updateTable('member')
    .set({ name, role, disabled_at: null })
    .where('id', '=', id)
    .returning(shown)
    .$narrowType<Row>()
    .executeTakeFirstOrThrow()

async function insertMember(ctx: Ctx, input: Person) {
  const account_id = await accountFor(ctx, input)
  return ctx.db
    .insertInto('member')
    .values({
      workspace_id: ctx.workspace_id,
      id: newId(),
      account_id,
      ...input,
      created_at: ctx.now,
      joined_at: null,
      disabled_at: null,
    })
    .returning(shown)
    .$narrowType<Row>()
    .executeTakeFirstOrThrow()
}

const accountFor = ({ machine, now }: Ctx, { email, name }: Person): Promise<string> =>
  machine.auth(async db => {
    await db
      .insertInto('account')
      .values({ id: newId(), email, name, password_hash: null, password_set_at: null, created_at: now })
      .onConflict(clash => clash.column('email').doNothing())
      .execute()
    const account = await db
      .selectFrom('account')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return account.id
  })

export async function updateMember(
  ctx: Ctx,
  { id, role, disabled }: { id: string; role?: Role | undefined; disabled?: boolean | undefined },
) {
  const owners = await ctx.db
    .selectFrom('member')
    .select('id')
    .where('role', '=', 'owner')
    .where('joined_at', 'is not', null)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  const member = await getMember(ctx, id)
  demandRank(ctx, member.role)
  if (role !== undefined) demandRank(ctx, role)
  const steppingDown = disabled === true || (role !== undefined && role !== 'owner')
  if (steppingDown && owners.length === 1 && owners[0]?.id === id) {
    throw fail('conflict', {
      code: 'last_owner',
      detail: says.last_owner(),
    })
  }
  if (disabled === true && ctx.principal.member_id === id) {
    throw fail('conflict', { code: 'own_membership', detail: says.own_membership() })
  }
  const disabled_at = disabled === undefined ? member.disabled_at : disabled ? ctx.now : null
  const changed = await ctx.db
    .updateTable('member')
    .set({ role: role ?? member.role, disabled_at })
    .where('id', '=', id)
    .returning(shown)
    .$narrowType<Row>()
    .executeTakeFirstOrThrow()
  await announce(ctx.db, { of: 'workspace', id: ctx.workspace_id })
  forgetSessions(ctx.machine)
  return present(changed)
}

/** Accounts stand above workspaces, so only an owner of the installation may let one choose a new password. */
export async function resetPassword(ctx: Ctx, { id }: { id: string }) {
  const member = await getMember(ctx, id)
  const { machine } = ctx
  return machine.auth(db => makeLink(machine, db, { purpose: 'password', account_id: member.account_id }))
}

import type { Kysely } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { announce } from './announce.ts'
import { adjustableRoles, type Reach, type Role, rightsOf, roles } from './rights.contract.ts'
import { says } from './says.ts'
import { accountOf, forgetSessions, overridesOf } from './sessions.ts'
import { demandKnownZone } from './zones.ts'

const shown = [
  'id',
  'name',
  'slug',
  'time_zone',
  'currency',
  'locale',
  'country',
  'second_factor_required',
] as const

export interface NewWorkspaceInput {
  name: string
  country: string
  currency: string
  time_zone: string
  locale: string
}

interface FirstOwner {
  account_id: string
  name: string
  email: string
}

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '') || 'workspace'

/** Makes a workspace, with its owner unless it is made on the command line before anybody has signed up. */
export async function insertWorkspace(
  machine: Machine,
  db: Kysely<Tables>,
  input: NewWorkspaceInput,
  owner?: FirstOwner,
): Promise<string> {
  await demandKnownZone(db, input.time_zone)
  const id = (owner && (await takeOver(machine, db, input))) ?? (await insertNamed(machine, db, input))
  if (owner) {
    const now = machine.clock.now()
    await db
      .insertInto('member')
      .values({
        workspace_id: id,
        id: newId(),
        ...owner,
        role: 'owner',
        created_at: now,
        joined_at: now,
        disabled_at: null,
      })
      .execute()
  }
  return id
}

/** A workspace that the command line made before anybody had signed up gets its owner now, and the name the owner gives it. */
async function takeOver(
  machine: Machine,
  db: Kysely<Tables>,
  input: NewWorkspaceInput,
): Promise<string | undefined> {
  if (await db.selectFrom('member').select('id').limit(1).executeTakeFirst()) return undefined
  const ownerless = await db.selectFrom('workspace').select('id').limit(2).execute()
  const id = ownerless.length === 1 ? ownerless[0]?.id : undefined
  if (id === undefined) return undefined
  await db
    .updateTable('workspace')
    .set({ ...input, updated_at: machine.clock.now() })
    .where('id', '=', id)
    .execute()
  return id
}

async function insertNamed(machine: Machine, db: Kysely<Tables>, input: NewWorkspaceInput): Promise<string> {
  const now = machine.clock.now()
  const base = slugOf(input.name)
  for (let attempt = 1; attempt < 1000; attempt++) {
    const made = await db
      .insertInto('workspace')
      .values({
        id: newId(),
        ...input,
        slug: attempt === 1 ? base : `${base}-${attempt}`,
        created_at: now,
        updated_at: now,
      })
      .onConflict(clash => clash.column('slug').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) return made.id
  }
  throw fail('conflict', { detail: says.too_many_of_name() })
}

export async function getWorkspace(ctx: Ctx) {
  return ctx.db
    .selectFrom('workspace')
    .select(shown)
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirstOrThrow()
}

type Defined<T> = { [Key in keyof T]?: T[Key] | undefined }

type Settings = NewWorkspaceInput & { second_factor_required: boolean }

export async function updateWorkspace(ctx: Ctx, input: Defined<Settings>) {
  if (input.time_zone !== undefined) await demandKnownZone(ctx.db, input.time_zone)
  if (input.second_factor_required !== undefined) {
    await announce(ctx.db, { of: 'workspace', id: ctx.workspace_id })
    forgetSessions(ctx.machine)
  }
  return ctx.db
    .updateTable('workspace')
    .set({ ...input, updated_at: ctx.now })
    .where('id', '=', ctx.workspace_id)
    .returning(shown)
    .executeTakeFirstOrThrow()
}

export async function createWorkspace(ctx: Ctx, input: NewWorkspaceInput) {
  const account_id = accountOf(ctx.principal)
  const { machine } = ctx
  return machine.auth(async db => {
    const account = await db
      .selectFrom('account')
      .select(['name', 'email'])
      .where('id', '=', account_id)
      .executeTakeFirstOrThrow()
    const id = await insertWorkspace(machine, db, input, { account_id, ...account })
    return db.selectFrom('workspace').select(shown).where('id', '=', id).executeTakeFirstOrThrow()
  })
}

export async function listRoles(ctx: Ctx) {
  const overrides = await overridesOf(ctx.db, ctx.workspace_id)
  return roles.map(role => describe(role, overrides))
}

const describe = (role: Role, overrides: Awaited<ReturnType<typeof overridesOf>>) => {
  const { permissions, kinds } = rightsOf(role, overrides)
  return { role, permissions, kinds, adjustable: adjustableRoles.some(one => one === role) }
}

export async function setReach(
  ctx: Ctx,
  input: { role: (typeof adjustableRoles)[number]; kind: string } & Reach,
) {
  const { role, kind, ...reach } = input
  await ctx.db
    .insertInto('role_reach')
    .values({ workspace_id: ctx.workspace_id, role, kind, ...reach })
    .onConflict(clash => clash.columns(['workspace_id', 'role', 'kind']).doUpdateSet(reach))
    .execute()
  await announce(ctx.db, { of: 'workspace', id: ctx.workspace_id })
  forgetSessions(ctx.machine)
  return describe(role, await overridesOf(ctx.db, ctx.workspace_id))
}

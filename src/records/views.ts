import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { isRole } from '../identity/rights.contract.ts'
import type { Catalogue } from './catalogue.contract.ts'
import { getKind, loadCatalogue } from './catalogue.ts'
import type { Condition } from './filter-compile.ts'
import { rowsChoice, rowsField, rowsKind } from './kind.contract.ts'
import { listRows } from './rows.ts'
import { says } from './says.ts'
import { refuseUnreadable, shownParts, type ViewParts } from './view-parts.ts'
import {
  type listViews,
  type NewView,
  type Sharing,
  sharings,
  type View,
  type ViewChanges,
} from './views.contract.ts'

// Saved views. A view is a question, never an answer: who opens it sees what his own rights let him see.

const mostViews = 200

const viewKind = rowsKind({
  name: 'view',
  plural: 'views',
  table: 'list_view',
  path: '/api/views',
  fields: [
    rowsField('kind', 'text', { never_null: true }),
    rowsField('name', 'text', { never_null: true }),
    rowsChoice('shared', sharings, { never_null: true }),
    rowsField('pinned', 'boolean', { never_null: true }),
    rowsField('created_at', 'date_time', { never_null: true }),
    rowsField('updated_at', 'date_time', { never_null: true }),
  ],
})

interface Row extends ViewParts {
  id: string
  kind: string
  name: string
  owner_id: string | null
  shared: Sharing
  role: string | null
  pinned: boolean
  is_my_default: boolean
  default_roles: string[]
  opens_list: boolean
  created_at: Date | string
  updated_at: Date | string
}

const manages = (ctx: Ctx) => ctx.principal.permissions.has('fields.manage')

/** The reader's own and those that are shared with him; `row` is the alias of the view. */
function open(ctx: Ctx, row: 't' | 'o'): Condition {
  const { member_id, role } = ctx.principal
  const of = (column: string) => sql.ref(`${row}.${column}`)
  return sql<SqlBool>`(${of('owner_id')} = ${member_id}::uuid or ${of('shared')} = 'workspace'
    or (${of('shared')} = 'role' and (${manages(ctx)}::boolean or ${of('role')} = ${role})))`
}

/** Those of the kinds that the reader sees. */
function seen(ctx: Ctx, kinds: readonly string[], gone = false): Condition {
  return sql<SqlBool>`t.workspace_id = ${ctx.workspace_id}::uuid
    and (t.deleted_at is null or ${gone}::boolean) and t.kind = any(${[...kinds]}::text[]) and ${open(ctx, 't')}`
}

const columnsFor = (ctx: Ctx) => sql`t.*,
  exists (select from list_view_default d where d.workspace_id = t.workspace_id and d.view_id = t.id
    and d.holder = ${memberHolder(ctx)}) as is_my_default,
  array(select substr(d.holder, 6) from list_view_default d where d.workspace_id = t.workspace_id
    and d.view_id = t.id and d.holder like 'role:%' order by 1) as default_roles,
  exists (select from list_view_default d where d.workspace_id = t.workspace_id and d.view_id = t.id
    and (d.holder = ${memberHolder(ctx)} or d.holder = ${`role:${ctx.principal.role}`} and not exists (
      select from list_view_default own
      join list_view o on o.workspace_id = own.workspace_id and o.id = own.view_id and o.deleted_at is null
      where own.workspace_id = t.workspace_id and own.kind = t.kind and own.holder = ${memberHolder(ctx)}
        and ${open(ctx, 'o')}
    ))) as opens_list`

const memberHolder = (ctx: Ctx) => `member:${ctx.principal.member_id ?? ''}`

const mayChange = (ctx: Ctx, row: Row) =>
  (row.owner_id !== null && row.owner_id === ctx.principal.member_id) || manages(ctx)

function shown(ctx: Ctx, catalogue: Catalogue, row: Row): View {
  const { id, kind, name, owner_id, shared, role, pinned, is_my_default, default_roles, opens_list } = row
  return {
    id,
    kind,
    name,
    owner_id,
    shared,
    role,
    pinned,
    is_my_default,
    default_roles,
    opens_list,
    ...shownParts(ctx, catalogue, kind, row),
    may_change: mayChange(ctx, row),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  }
}

export async function listSavedViews(
  ctx: Ctx,
  query: z.output<typeof listViews.query>,
): Promise<{ items: View[]; next: string | null }> {
  const catalogue = await loadCatalogue(ctx)
  const kinds = [...catalogue.keys()].filter(name => query.kind === undefined || name === query.kind)
  const { page, next } = await listRows(
    ctx,
    viewKind,
    { where: seen(ctx, kinds), columns: columnsFor(ctx), usual: 'name' },
    query,
  )
  const rows = page as unknown as Row[]
  return {
    items: rows.map(row => shown(ctx, catalogue, row)),
    next,
  }
}

async function getRow(ctx: Ctx, id: string, { gone = false } = {}): Promise<Row> {
  const kinds = [...(await loadCatalogue(ctx)).keys()]
  const { rows } = await sql<Row>`select ${columnsFor(ctx)} from list_view t
    where t.id = ${id}::uuid and ${seen(ctx, kinds, gone)}`.execute(ctx.db)
  const [row] = rows
  if (!row) throw fail('not_found')
  return row
}

async function getChangeable(ctx: Ctx, id: string, options: { gone?: boolean } = {}): Promise<Row> {
  const row = await getRow(ctx, id, options)
  if (mayChange(ctx, row)) return row
  throw ofAnother()
}

const ofAnother = () => fail('forbidden', { code: 'view_of_another', detail: says.view_of_another() })

export const getSavedView = async (ctx: Ctx, id: string): Promise<View> =>
  shown(ctx, await loadCatalogue(ctx), await getRow(ctx, id))

interface Shared {
  shared: Sharing
  role: string | null
}

/** A view of a role names the role, and a key has nobody to keep a private one for. */
function sharedAs({ shared, role }: Shared, owner_id: string | null): Shared {
  if (shared === 'private' && owner_id === null)
    throw fail('invalid', {
      detail: says.private_needs_member(),
      errors: [{ path: 'shared', message: says.not_shared_so() }],
    })
  if (shared !== 'role') return { shared, role: null }
  if (role === null || !isRole(role))
    throw fail('invalid', {
      detail: says.which_role(),
      errors: [{ path: 'role', message: says.not_role() }],
    })
  return { shared, role }
}

async function refuseTooMany(ctx: Ctx, kind: string): Promise<void> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from list_view
    where workspace_id = ${ctx.workspace_id} and kind = ${kind} and deleted_at is null
      and owner_id is not distinct from ${ctx.principal.member_id}::uuid`.execute(ctx.db)
  if ((rows[0]?.count ?? 0) < mostViews) return
  throw fail('conflict', {
    code: 'too_many_views',
    detail: says.too_many_views({ most: mostViews }),
  })
}

const stored = (columns: ViewParts['columns']) => (columns === null ? null : JSON.stringify(columns))

export async function saveView(ctx: Ctx, input: NewView): Promise<View> {
  const visible = (await loadCatalogue(ctx)).get(input.kind)
  if (!visible) throw fail('invalid', { errors: [{ path: 'kind', message: says.no_such_kind() }] })
  await refuseUnreadable(ctx, visible, input)
  await refuseTooMany(ctx, visible.name)
  const owner_id = ctx.principal.member_id
  const wanted = input.shared ?? (owner_id === null ? 'workspace' : 'private')
  const { shared, role } = sharedAs({ shared: wanted, role: input.role ?? null }, owner_id)
  const id = newId()
  const { kind, name, filter, search, sort, pinned } = input
  await ctx.db
    .insertInto('list_view')
    .values({
      workspace_id: ctx.workspace_id,
      id,
      kind,
      name: name.trim() || kind,
      filter,
      search,
      sort,
      columns: stored(input.columns),
      owner_id,
      shared,
      role,
      pinned,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .execute()
  return getSavedView(ctx, id)
}

export async function changeView(ctx: Ctx, id: string, changes: ViewChanges): Promise<View> {
  const row = await getChangeable(ctx, id)
  await refuseUnreadable(ctx, await getKind(ctx, row.kind), changes)
  const { columns, shared, role, name, ...plain } = changes
  const as = sharedAs({ shared: shared ?? row.shared, role: role ?? row.role }, row.owner_id)
  // It would be out of sight of whoever does it, as if it were gone.
  if (as.shared === 'private' && row.owner_id !== ctx.principal.member_id) throw ofAnother()
  await write(ctx, id, {
    ...plain,
    ...as,
    ...(name?.trim() ? { name: name.trim() } : {}),
    ...(columns === undefined ? {} : { columns: stored(columns) }),
  })
  // Who shares it away from himself (an administrator's view of a role) still sees it by his own right.
  return getSavedView(ctx, id)
}

async function write(ctx: Ctx, id: string, sets: Record<string, unknown>): Promise<void> {
  await ctx.db
    .updateTable('list_view')
    .set({ ...sets, updated_at: ctx.now })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .execute()
}

export async function removeView(ctx: Ctx, id: string): Promise<{ id: string; deleted_at: string }> {
  await getChangeable(ctx, id)
  await write(ctx, id, { deleted_at: ctx.now })
  return { id, deleted_at: ctx.now.toISOString() }
}

/** With the defaults that it had. */
export async function bringBackView(ctx: Ctx, id: string): Promise<View> {
  await getChangeable(ctx, id, { gone: true })
  await write(ctx, id, { deleted_at: null })
  return getSavedView(ctx, id)
}

/** Who has a default of his own does not follow his role's; null takes it away again. */
export async function setDefaultView(
  ctx: Ctx,
  input: { kind: string; view_id: string | null; role?: string },
): Promise<void> {
  const { kind, view_id, role } = input
  if (role !== undefined && !isRole(role))
    throw fail('invalid', { errors: [{ path: 'role', message: says.not_role() }] })
  const holder = role === undefined ? memberHolder(ctx) : `role:${role}`
  if (view_id !== null) {
    const view = await getRow(ctx, view_id)
    if (view.kind !== kind)
      throw fail('invalid', { errors: [{ path: 'view_id', message: says.view_of_other_list() }] })
    if (role !== undefined && view.shared !== 'workspace' && view.role !== role)
      throw fail('invalid', {
        code: 'view_not_shared',
        detail: says.view_not_shared(),
        errors: [{ path: 'view_id', message: says.not_shared_with_role() }],
      })
  }
  if (view_id !== null) {
    await ctx.db
      .insertInto('list_view_default')
      .values({ workspace_id: ctx.workspace_id, kind, holder, view_id })
      .onConflict(clash => clash.columns(['workspace_id', 'kind', 'holder']).doUpdateSet({ view_id }))
      .execute()
    return
  }
  await ctx.db
    .deleteFrom('list_view_default')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('holder', '=', holder)
    .execute()
}

import { type SqlBool, sql } from 'kysely'
import type { Ctx, Scope } from '../core/ctx.ts'
import { Failure, type FieldError, fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { inOne } from '../core/text-sentence.ts'
import { says as coreSays } from '../core/text-words.ts'
import type { CatalogueKind } from './catalogue.contract.ts'
import { getKind, loadCatalogue } from './catalogue.ts'
import { mergeCustom, validateCustom } from './custom.ts'
import { allOf, type Condition, endsReached, reachable } from './filter-compile.ts'
import { hooksOf, type TableRow, type WriteItem } from './hooks.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { isWithin, refuseWrite, rightsOn } from './rights.ts'
import { oneOf } from './says.contract.ts'
import { says } from './says.ts'
import { columnsOf, type Shown, shownRecord, shownWritten } from './shown.ts'
import { refuseTaken } from './unique.ts'

export type Input = Record<string, unknown>

/** A record by its id or the id of one merged into it. */
const hasId = (ctx: Ctx, kind: Kind, id: string): Condition =>
  kind.merge
    ? sql<SqlBool>`t.id = (select m.${sql.ref(kind.merge.root)} from ${sql.table(kind.table)} as m
        where m.workspace_id = ${ctx.workspace_id}::uuid and m.id = ${id}::uuid)`
    : sql<SqlBool>`t.id = ${id}::uuid`

export async function getRecord(ctx: Ctx, kind: Kind, id: string): Promise<Shown> {
  const catalogue = await loadCatalogue(ctx)
  const visible = catalogue.get(kind.name)
  if (!visible) throw fail('not_found')
  const { rows } = await sql<TableRow>`select ${columnsOf(kind, catalogue)} from ${sql.table(kind.table)} as t
    where ${hasId(ctx, kind, id)} and ${reachable(ctx, kind, 't')}`.execute(ctx.db)
  const [row] = rows
  if (!row) throw fail('not_found')
  return shownRecord(visible, row)
}

/** Locks the row that is read under this id. A merge may move that between looking and locking: then it is looked for again. */
export async function getForWriting(ctx: Ctx, kind: Kind, id: string): Promise<TableRow> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { rows } = await sql<TableRow>`select t.* from ${sql.table(kind.table)} as t
      where ${hasId(ctx, kind, id)} and ${reachable(ctx, kind, 't')} for update of t`.execute(ctx.db)
    const [row] = rows
    if (row) return row
    if (!kind.merge) break
  }
  throw fail('not_found')
}

const invalid = (errors: FieldError[]) =>
  fail('invalid', {
    detail: inOne(errors.map(({ path, message }) => coreSays.at_path({ path, problem: message }))),
    errors,
  })

/** Only fields that the writer sees and may write; texts trimmed, an empty one is no value. */
export function readValues(visible: CatalogueKind, input: Input): Record<string, unknown> {
  const errors: FieldError[] = []
  const values: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(input)) {
    if (key === 'custom' || value === undefined) continue
    const field = visible.fields.find(one => one.key === key && one.id === undefined)
    if (!field || field.read_only) errors.push({ path: key, message: says.no_field_to_write() })
    else if (typeof value !== 'string') values[key] = value
    else values[key] = value.trim() === '' ? null : field.type === 'long_text' ? value : value.trim()
  }
  if (errors.length > 0) throw invalid(errors)
  return values
}

async function readCustom(ctx: Ctx, kind: Kind, input: Input): Promise<Record<string, unknown> | undefined> {
  if (input['custom'] === undefined || input['custom'] === null) return undefined
  const [checked] = await validateCustom(ctx, kind.name, [input['custom'] as Record<string, unknown>])
  if (!checked) return undefined
  if ('errors' in checked) throw invalid(checked.errors)
  return checked.custom
}

/** A reference must be to a record that the writer can see; one to a merged record becomes one to its root. */
async function followReferences(
  ctx: Ctx,
  kind: Kind,
  items: readonly Pick<WriteItem, 'values' | 'refused'>[],
): Promise<void> {
  for (const field of kind.fields) {
    const target = field.type === 'relation' && field.kind ? findKind(field.kind) : undefined
    const referring = items.filter(({ values }) => typeof values[field.key] === 'string')
    if (!target || referring.length === 0) continue
    const asked = [...new Set(referring.map(({ values }) => values[field.key]))]
    const root = target.merge ? sql.ref(`m.${target.merge.root}`) : sql`m.id`
    const { rows } = await sql<{ asked: string; id: string }>`
      select m.id as asked, t.id from unnest(${asked}::uuid[]) as x (id)
      join ${sql.table(target.table)} as m on m.workspace_id = ${ctx.workspace_id}::uuid and m.id = x.id
      join ${sql.table(target.table)} as t on t.id = ${root} and ${reachable(ctx, target, 't')}`.execute(
      ctx.db,
    )
    const found = new Map(rows.map(row => [row.asked, row.id]))
    for (const item of referring) {
      const id = found.get(String(item.values[field.key]))
      if (id === undefined)
        item.refused ??= invalid([{ path: field.key, message: says.no_such_record({ kind: oneOf(target) }) }])
      else item.values[field.key] = id
    }
  }
}

const columnOf = (kind: Kind, key: string) => {
  const field = kind.fields.find(one => one.key === key)
  return sql.ref(field?.column ?? key)
}

export async function createRecord(ctx: Ctx, kind: Kind, input: Input): Promise<Shown> {
  const [made] = await createRecords(ctx, kind, [input])
  if (made === undefined) throw fail('internal')
  if (made instanceof Failure) throw made
  return made
}

interface NewItem extends WriteItem {
  custom: Input
}

/** Many at once, in their order. One that is refused leaves no trace and stops no other: it answers with the reason. */
export async function createRecords(
  ctx: Ctx,
  kind: Kind,
  inputs: readonly Input[],
): Promise<(Shown | Failure)[]> {
  const visible = await getKind(ctx, kind.name)
  if (rightsOn(ctx.principal, kind.name).write === 'none') throw refuseWrite(kind)
  const items = inputs.map(
    (): NewItem => ({ op: 'create', id: newId(), values: {}, custom: {}, before: null }),
  )
  const open = () => items.filter(({ refused }) => refused === undefined)
  for (const [at, item] of items.entries()) await orRefused(item, () => readNew(ctx, kind, item, inputs[at]))
  await followReferences(ctx, kind, open())
  await hooksOf(kind).beforeWrite?.(ctx, open())
  for (const item of open()) await orRefused(item, () => refuseMissing(kind, item.values))
  const written = await insertRows(ctx, kind, open())
  const rows = items.flatMap(({ id }) => {
    const after = written.get(id)
    return after ? [{ before: null, after }] : []
  })
  if (rows.length > 0) await hooksOf(kind).onWrite?.(ctx, { op: 'create', rows })
  return items.map(({ id, refused }) => {
    const row = written.get(id)
    return refused ?? (row ? shownRecord(visible, row) : fail('internal'))
  })
}

async function orRefused(item: WriteItem, check: () => void | Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    if (!(error instanceof Failure) || error.status >= 500) throw error
    item.refused = error
  }
}

async function readNew(ctx: Ctx, kind: Kind, item: NewItem, input: Input = {}): Promise<void> {
  item.values = readValues(await getKind(ctx, kind.name), input)
  item.custom = mergeCustom({}, (await readCustom(ctx, kind, input)) ?? {})
  await refuseTaken(ctx, kind, { ids: [item.id], custom: item.custom })
  const scope = rightsOn(ctx.principal, kind.name).write
  if (scope !== 'all') takeOwnership(ctx, kind, item.values, scope)
}

/** What an item leaves out is as the table has it by itself: those that say the same fields go together. */
async function insertRows(
  ctx: Ctx,
  kind: Kind,
  items: readonly NewItem[],
): Promise<ReadonlyMap<string, TableRow>> {
  const columnOf = (key: string) => kind.fields.find(field => field.key === key)?.column ?? key
  const alike = Map.groupBy(items, ({ values }) => Object.keys(values).toSorted().join())
  const written = new Map<string, TableRow>()
  for (const group of alike.values()) {
    const given = group.map(({ id, values, custom }) => ({
      ...Object.fromEntries(Object.entries(values).map(([key, value]) => [columnOf(key), value])),
      workspace_id: ctx.workspace_id,
      id,
      custom,
      created_at: ctx.now,
      updated_at: ctx.now,
    }))
    const columns = sql.join(Object.keys(given[0] ?? {}).map(column => sql.ref(column)))
    const { rows } = await sql<TableRow>`insert into ${sql.table(kind.table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.table(kind.table)}, ${JSON.stringify(given)}::jsonb)
      returning *`.execute(ctx.db)
    for (const row of rows) written.set(row.id, row)
  }
  return written
}

/** Who may write only one's own records makes them one's own. */
function takeOwnership(ctx: Ctx, kind: Kind, values: Record<string, unknown>, scope: Scope): void {
  const { owner } = kind
  if (owner === undefined) throw refuseWrite(kind)
  values[owner] ??= ctx.principal.member_id
  if (!isWithin(ctx, kind, values, scope)) throw refuseWrite(kind)
}

function refuseMissing(kind: Kind, values: Record<string, unknown>, before?: TableRow): void {
  const missing = kind.fields.filter(field => {
    if (!field.required || field.read_only) return false
    const value = field.key in values || !before ? values[field.key] : before[field.column ?? field.key]
    return value === null || value === undefined
  })
  if (missing.length > 0) throw invalid(missing.map(field => ({ path: field.key, message: says.required() })))
}

/** Equal as stored: an instant equals its text, and lists equal by their items. */
function isSame(stored: unknown, value: unknown): boolean {
  if (stored instanceof Date) return typeof value === 'string' && stored.getTime() === Date.parse(value)
  if (typeof stored === 'object' && stored !== null) return JSON.stringify(stored) === JSON.stringify(value)
  return (stored ?? null) === (value ?? null)
}

export async function updateRecord(ctx: Ctx, kind: Kind, id: string, input: Input): Promise<Shown> {
  return (await changeRecord(ctx, kind, id, input)).record
}

/** The change as asked; `changed` is false when everything already was so. */
export async function changeRecord(
  ctx: Ctx,
  kind: Kind,
  id: string,
  input: Input,
): Promise<{ record: Shown; changed: boolean }> {
  const visible = await getKind(ctx, kind.name)
  const before = await getForWriting(ctx, kind, id)
  if (!isWithin(ctx, kind, before, rightsOn(ctx.principal, kind.name).write)) throw refuseWrite(kind)
  const values = readValues(visible, input)
  const patch = await readCustom(ctx, kind, input)
  const item: WriteItem = { op: 'update', id: before.id, values, before }
  await hooksOf(kind).beforeWrite?.(ctx, [item])
  if (item.refused) throw item.refused
  refuseMissing(kind, values, before)
  const column = (key: string) => kind.fields.find(field => field.key === key)?.column ?? key
  const changes = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => !isSame(before[column(key)], value)),
  )
  const referring: Pick<WriteItem, 'values' | 'refused'> = { values: changes }
  await followReferences(ctx, kind, [referring])
  if (referring.refused) throw referring.refused
  const held = (before['custom'] ?? {}) as Record<string, unknown>
  const custom = patch ? mergeCustom(held, patch) : held
  const customChanged =
    patch !== undefined && Object.keys(patch).some(key => !isSame(held[key] ?? null, patch[key]))
  if (customChanged) await refuseTaken(ctx, kind, { ids: [before.id], custom: patch ?? {} })
  if (Object.keys(changes).length === 0 && !customChanged)
    return { record: await shownWritten(ctx, kind, visible, before), changed: false }
  const sets = Object.entries(changes).map(([key, value]) => sql`${columnOf(kind, key)} = ${value}`)
  if (customChanged) sets.push(sql`custom = ${JSON.stringify(custom)}`)
  const after = await writeRow(ctx, kind, before, sql`${sql.join(sets)}, updated_at = ${ctx.now}`)
  await hooksOf(kind).onWrite?.(ctx, { op: 'update', rows: [{ before, after }] })
  return { record: await shownWritten(ctx, kind, visible, after), changed: true }
}

async function writeRow(
  ctx: Ctx,
  kind: Kind,
  row: TableRow,
  sets: ReturnType<typeof sql>,
): Promise<TableRow> {
  const { rows } = await sql<TableRow>`update ${sql.table(kind.table)} set ${sets}
    where workspace_id = ${ctx.workspace_id}::uuid and id = ${row.id}::uuid returning *`.execute(ctx.db)
  const [after] = rows
  if (!after) throw fail('not_found')
  return after
}

export async function removeRecord(
  ctx: Ctx,
  kind: Kind,
  id: string,
): Promise<{ id: string; deleted_at: Date }> {
  const before = await getForWriting(ctx, kind, id)
  if (!isWithin(ctx, kind, before, rightsOn(ctx.principal, kind.name).delete)) throw refuseWrite(kind)
  const after = await writeRow(ctx, kind, before, sql`deleted_at = ${ctx.now}`)
  await hooksOf(kind).onWrite?.(ctx, { op: 'delete', rows: [{ before, after }] })
  return { id: after.id, deleted_at: ctx.now }
}

/** Many at once, in the order of their ids; those that are gone already are left out. */
export async function removeRecords(ctx: Ctx, kind: Kind, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const held = await sql<TableRow>`select t.* from ${sql.table(kind.table)} as t
    where t.id = any(${ids}::uuid[]) and ${reachable(ctx, kind, 't')} order by t.id for update of t`.execute(
    ctx.db,
  )
  const scope = rightsOn(ctx.principal, kind.name).delete
  const before = held.rows.filter(row => isWithin(ctx, kind, row, scope))
  const { rows } = await sql<TableRow>`update ${sql.table(kind.table)} set deleted_at = ${ctx.now}
    where workspace_id = ${ctx.workspace_id}::uuid and id = any(${before.map(row => row.id)}::uuid[]) returning *`.execute(
    ctx.db,
  )
  const was = new Map(before.map(row => [row.id, row]))
  await hooksOf(kind).onWrite?.(ctx, {
    op: 'delete',
    rows: rows.map(after => ({ before: was.get(after.id) ?? null, after })),
  })
  return rows.map(row => row.id)
}

export async function restoreRecord(ctx: Ctx, kind: Kind, id: string): Promise<Shown> {
  const visible = await getKind(ctx, kind.name)
  const { rows } = await sql<TableRow>`select t.* from ${sql.table(kind.table)} as t
    where t.workspace_id = ${ctx.workspace_id}::uuid and t.id = ${id}::uuid and t.deleted_at is not null
      and ${allOf(kind.ends ? endsReached(ctx, kind.ends, 't') : [])}
    for update of t`.execute(ctx.db)
  const [before] = rows
  const rights = rightsOn(ctx.principal, kind.name)
  if (!before || !isWithin(ctx, kind, before, rights.read)) throw fail('not_found')
  if (!isWithin(ctx, kind, before, rights.write)) throw refuseWrite(kind)
  await refuseTaken(ctx, kind, { ids: [before.id], custom: (before['custom'] ?? {}) as Input })
  const after = await writeRow(ctx, kind, before, sql`deleted_at = null`)
  await hooksOf(kind).onWrite?.(ctx, { op: 'restore', rows: [{ before, after }] })
  return shownWritten(ctx, kind, visible, after)
}

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { loadCatalogue } from './catalogue.ts'
import { type Cursor, readCursor, readSort, type SortKey, sortValue, writeCursor } from './cursor.ts'
import { allOf, type Condition, comparableColumn, indexed, parameter, valueColumn } from './filter-compile.ts'
import type { Kind } from './kind.contract.ts'
import {
  compileSelection,
  countUpTo,
  fetchStretch,
  type Ordered,
  type Query,
  type Row,
  type Selection,
  type Stretch,
} from './query.ts'
import { columnsOf, type Shown, showing } from './shown.ts'

export interface ListInput extends Selection {
  sort?: string | undefined
  limit: number
  after?: string | undefined
}
export interface ListPage {
  items: Shown[]
  next: string | null
}

/** Pages by key, never by counting: the next page begins after the last row's sort values and id. */
export async function listRecords(ctx: Ctx, kind: Kind, input: ListInput): Promise<ListPage> {
  const catalogue = await loadCatalogue(ctx)
  const visible = catalogue.get(kind.name)
  if (!visible) return { items: [], next: null }
  const query = await compileSelection(ctx, catalogue, kind, input)
  const keys = readSort(visible, input.sort)
  // Without a sort, found records come by name and others newest first (their ids are in the order of creation).
  const title = visible.fields.find(field => field.key === kind.title)
  if (keys.length === 0 && input.search?.trim() && title) keys.push({ field: title, descending: false })
  const cursor = input.after === undefined ? undefined : readCursor(keys, input.after)
  const rows = await fetchPage(ctx, query, keys, cursor, input.limit + 1)
  const { page, next } = pageOf(rows, keys, input.limit)
  return { items: page.map(showing(visible)), next }
}

/** The rows of a page, one more of which was asked for, and where the next begins. */
export function pageOf(rows: Row[], keys: SortKey[], limit: number): { page: Row[]; next: string | null } {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const next =
    last && writeCursor(keys, { values: keys.map((_, index) => sortValue(last[`s${index}`])), id: last.id })
  return { page, next: next ?? null }
}

interface Sorting {
  joins: RawBuilder<unknown>
  sorted: Ordered[]
  idDescending: boolean
}

function sortingOf(kind: Kind, keys: SortKey[]): Sorting {
  const joins: RawBuilder<unknown>[] = []
  const sorted = keys.map(({ field, descending }, index): Ordered => {
    if (field.id === undefined)
      return {
        expression: comparableColumn(kind, 't', field),
        descending,
        nullable: !field.required && !kind.fields.find(one => one.key === field.key)?.never_null,
        bind: value => plainParameter(field.type, value),
      }
    const v = `k${index}`
    joins.push(sql` left join field_value as ${sql.ref(v)} on ${sql.ref(`${v}.workspace_id`)} = t.workspace_id
      and ${sql.ref(`${v}.field_id`)} = ${field.id}::uuid and ${sql.ref(`${v}.record_id`)} = t.id`)
    return {
      expression: sql.ref(`${v}.${valueColumn(field.type)}`),
      descending,
      nullable: true,
      bind: value =>
        valueColumn(field.type) === 'time_value'
          ? sql`${String(value)}::timestamptz`
          : valueColumn(field.type) === 'number_value'
            ? indexed(field.type, value)
            : sql`${String(value)}::text`,
    }
  })
  return { joins: sql.join(joins, sql``), sorted, idDescending: keys[0]?.descending ?? true }
}

const textual = new Set(['text', 'long_text', 'email', 'url', 'phone'])

/** A cursor holds values that are in normal form already. */
const plainParameter = (type: SortKey['field']['type'], value: string | number | boolean) =>
  textual.has(type) ? sql`${String(value)}::text` : parameter(type, value)

export async function fetchPage(
  ctx: Ctx,
  query: Query,
  keys: SortKey[],
  cursor: Cursor | undefined,
  limit: number,
  columns: RawBuilder<unknown> = columnsOf(query.kind, query.catalogue),
): Promise<Row[]> {
  const sorting = sortingOf(query.kind, keys)
  const [first] = sorting.sorted
  const stretch = (where: Condition, skipped: number, wanted: number) =>
    fetchStretch(ctx, {
      ...sorting,
      query,
      columns,
      where,
      order: orderFrom(sorting, skipped),
      limit: wanted,
    })
  if (!first) {
    const where = cursor ? afterId(cursor.id, sorting.idDescending) : sql<SqlBool>`true`
    return stretch(where, 0, limit)
  }
  const rows: Row[] = []
  if (!cursor || cursor.values[0] !== null) {
    const conditions = first.nullable ? [sql<SqlBool>`${first.expression} is not null`] : []
    if (cursor) conditions.push(...after(sorting, cursor, 0))
    rows.push(...(await stretch(allOf(conditions), 0, limit)))
  }
  if (!first.nullable || rows.length === limit) return rows
  // Rows where the first key is empty are a stretch of their own, behind all others in either direction.
  const conditions = [sql<SqlBool>`${first.expression} is null`]
  if (cursor && cursor.values[0] === null) conditions.push(...after(sorting, cursor, 1))
  rows.push(...(await stretch(allOf(conditions), 1, limit - rows.length)))
  return rows
}

/** The order from key `skipped` on; the first key is never empty within its stretch, which leaves it the index. */
const orderFrom =
  ({ sorted, idDescending }: Sorting, skipped: number): Stretch['order'] =>
  (keys, id) =>
    sql.join([
      ...keys.slice(skipped).map((key, index) => {
        const { descending, nullable } = sorted[index + skipped] ?? { descending: false, nullable: false }
        const plain = order(key, descending)
        return nullable && index + skipped > 0 ? sql`${plain} nulls last` : plain
      }),
      order(id, idDescending),
    ])

const order = (expression: RawBuilder<unknown>, descending: boolean) =>
  descending ? sql`${expression} desc` : sql`${expression} asc`
const afterId = (id: string, descending: boolean) =>
  sql<SqlBool>`t.id ${descending ? sql`<` : sql`>`} ${id}::uuid`

/** What comes after the cursor, from key `from` on: greater in it, or equal and after in the next. */
function after(sorting: Sorting, cursor: Cursor, from: number): Condition[] {
  const { sorted, idDescending } = sorting
  const only = sorted[from]
  const value = cursor.values[from]
  if (
    from === 0 &&
    sorted.length === 1 &&
    only &&
    value !== null &&
    value !== undefined &&
    only.descending === idDescending
  ) {
    const side = idDescending ? sql`<` : sql`>`
    return [sql<SqlBool>`(${only.expression}, t.id) ${side} (${only.bind(value)}, ${cursor.id}::uuid)`]
  }
  const branches: Condition[] = []
  const equal: Condition[] = []
  for (let index = from; index < sorted.length; index += 1) {
    const key = sorted[index]
    const at = cursor.values[index]
    if (!key || at === undefined) continue
    // Nothing comes after an empty value within a key.
    if (at === null) {
      equal.push(sql<SqlBool>`${key.expression} is null`)
      continue
    }
    const beyond = sql<SqlBool>`${key.expression} ${key.descending ? sql`<` : sql`>`} ${key.bind(at)}`
    const empties =
      index > 0 && key.nullable ? sql<SqlBool>`(${beyond} or ${key.expression} is null)` : beyond
    branches.push(allOf([...equal, empties]))
    equal.push(sql<SqlBool>`${key.expression} = ${key.bind(at)}`)
  }
  branches.push(allOf([...equal, afterId(cursor.id, idDescending)]))
  const conditions = [sql<SqlBool>`(${sql.join(branches, sql` or `)})`]
  // Said once more for the index: the first key alone bounds the scan.
  if (from === 0 && only && value !== null && value !== undefined)
    conditions.push(
      sql<SqlBool>`${only.expression} ${only.descending ? sql`<=` : sql`>=`} ${only.bind(value)}`,
    )
  return conditions
}

const countLimit = 10_000

/** Exact up to 10,000; beyond that only "more". */
export async function countRecords(
  ctx: Ctx,
  kind: Kind,
  selection: Selection,
): Promise<{ count: number; exact: boolean }> {
  const catalogue = await loadCatalogue(ctx)
  if (!catalogue.has(kind.name)) return { count: 0, exact: true }
  const query = await compileSelection(ctx, catalogue, kind, selection)
  const count = await countUpTo(ctx, query, countLimit)
  return { count: Math.min(count, countLimit), exact: count <= countLimit }
}

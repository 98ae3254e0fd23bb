import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { CatalogueField, Hop } from './catalogue.contract.ts'
import type { Bound, CheckedCondition, CheckedFilter, Test } from './filter-check.contract.ts'
import {
  type FieldDescription,
  type FieldType,
  findKind,
  type Kind,
  type RelationDescription,
} from './kind.contract.ts'
import { readAs, shownOption } from './options.contract.ts'
import { readScope, scopeCondition } from './rights.ts'

// From a checked filter to PostgreSQL. Identifiers come from descriptions of kinds, values are parameters, always.
// An expression may be null where a field is empty; that counts as false, so a negation says "is not true".

export type Condition = RawBuilder<SqlBool>
type Expression = RawBuilder<unknown>

/** What a compilation finds out: whether an index is only of use to role `find`. */
export interface Compiling {
  ctx: Ctx
  aliases: number
  needs_find: boolean
  /** The day in the workspace, where a condition over periods asks for it. */
  today: string
}
export const startCompiling = (ctx: Ctx): Compiling => ({
  ctx,
  aliases: 0,
  needs_find: false,
  today: ctx.now.toISOString().slice(0, 10),
})

const never = sql<SqlBool>`false`
const lastCharacter = sql`chr(1114111)`

export function allOf(conditions: Condition[]): Condition {
  if (conditions.length === 0) return sql<SqlBool>`true`
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

export function compileFilter(
  compiling: Compiling,
  kind: Kind,
  alias: string,
  filter: CheckedFilter,
): Condition {
  if ('and' in filter) return allOf(filter.and.map(part => compileFilter(compiling, kind, alias, part)))
  if ('or' in filter) {
    const parts = filter.or.map(part => compileFilter(compiling, kind, alias, part))
    return parts.length === 0 ? never : sql<SqlBool>`(${sql.join(parts, sql` or `)})`
  }
  if ('not' in filter)
    return sql<SqlBool>`((${compileFilter(compiling, kind, alias, filter.not)}) is not true)`
  return overRelations(compiling, kind, alias, filter.hops, filter)
}

function overRelations(
  compiling: Compiling,
  kind: Kind,
  alias: string,
  hops: Hop[],
  condition: CheckedCondition,
): Condition {
  const [hop, ...rest] = hops
  if (!hop) return compileTest(compiling, kind, alias, condition.field, condition.test)
  const target = findKind(hop.relation.kind)
  const relation = kind.relations.find(one => one.name === hop.relation.name)
  if (!target || !relation) return never
  compiling.aliases += 1
  const other = `r${compiling.aliases}`
  const { ctx } = compiling
  const inside = overRelations(compiling, target, other, rest, condition)
  const [from, to] = relation.many ? [other, alias] : [alias, other]
  const references = [relation.by, ...(relation.only?.or_by ? [relation.only.or_by] : [])]
  const joined = pointsTo(
    ctx,
    relation.many ? kind : target,
    references.map(column => sql.ref(`${from}.${column}`)),
    to,
  )
  const meant = [joined.on, reachable(ctx, target, other), inside]
  if (relation.only) meant.push(onlyThose(compiling, relation.only, other))
  return sql<SqlBool>`exists (select 1 from ${sql.table(target.table)} as ${sql.ref(other)}${joined.join} where ${allOf(meant)})`
}

type Only = NonNullable<RelationDescription['only']>

/** A period that ended today is over. */
function onlyThose({ today }: Compiling, { column, value, until, for_now }: Only, alias: string): Condition {
  const end = sql.ref(`${alias}.${until}`)
  const lasts = sql<SqlBool>`(${end} is null or ${end} > ${today}::date)`
  return allOf([
    sql<SqlBool>`${sql.ref(`${alias}.${column}`)} = ${value}`,
    for_now ? lasts : sql<SqlBool>`not ${lasts}`,
  ])
}

/** Which references mean the record under this alias: those to the records merged into it too. A join, so that the planner may turn it round. */
function pointsTo(
  ctx: Ctx,
  kind: Kind,
  references: Expression[],
  alias: string,
): { join: Expression; on: Condition } {
  const own = sql.ref(`${alias}.id`)
  const isOne = (id: Expression) =>
    sql<SqlBool>`(${sql.join(
      references.map(reference => sql`${id} = ${reference}`),
      sql` or `,
    )})`
  if (!kind.merge) return { join: sql``, on: isOne(own) }
  const m = `${alias}_merged`
  return {
    join: sql`, ${sql.table(kind.table)} as ${sql.ref(m)}`,
    on: sql<SqlBool>`${sql.ref(`${m}.workspace_id`)} = ${ctx.workspace_id}::uuid
      and ${isOne(sql.ref(`${m}.id`))} and ${sql.ref(`${m}.${kind.merge.root}`)} = ${own}`,
  }
}

/** Rows that exist for this reader: of the workspace, alive, within the rights. Every query over records holds this. */
export function reachable(ctx: Ctx, kind: Kind, alias: string): Condition {
  const conditions = [
    sql<SqlBool>`${sql.ref(`${alias}.workspace_id`)} = ${ctx.workspace_id}::uuid`,
    sql<SqlBool>`${sql.ref(`${alias}.deleted_at`)} is null`,
  ]
  if (kind.merge) conditions.push(sql<SqlBool>`${sql.ref(`${alias}.${kind.merge.into}`)} is null`)
  const scope = readScope(ctx, kind)
  if (scope !== 'all') conditions.push(scopeCondition(ctx, kind, alias, scope))
  if (kind.ends) conditions.push(...endsReached(ctx, kind.ends, alias))
  return allOf(conditions)
}

/** Each end is one that the reader reaches, and no two of them are one by now. */
export function endsReached(ctx: Ctx, ends: NonNullable<Kind['ends']>, alias: string): Condition[] {
  const described = Object.entries(ends).flatMap(([column, name], index) => {
    const kind = findKind(name)
    return kind ? [{ kind, end: sql.ref(`${alias}.${column}`), at: `${alias}_e${index}` }] : []
  })
  return described.flatMap(({ kind, end, at }, index) => {
    const [held, shown] = [sql.ref(`${at}h`), sql.ref(at)]
    const root = sql.ref(`${at}h.${kind.merge?.root ?? 'id'}`)
    const pair = described.slice(index + 1).find(one => one.kind === kind)
    const apart = pair
      ? [
          sql<SqlBool>`(${pair.end} is null or not exists (select 1 from ${sql.table(kind.table)} as ${held}
            where ${sql.ref(`${at}h.workspace_id`)} = ${ctx.workspace_id}::uuid and ${sql.ref(`${at}h.id`)} in (${end}, ${pair.end})
            group by ${root} having count(*) > 1))`,
        ]
      : []
    return [
      sql<SqlBool>`(${end} is null or exists (select 1 from ${sql.table(kind.table)} as ${held}
        join ${sql.table(kind.table)} as ${shown} on ${sql.ref(`${at}.id`)} = ${root}
        where ${sql.ref(`${at}h.workspace_id`)} = ${ctx.workspace_id}::uuid and ${sql.ref(`${at}h.id`)} = ${end}
        and ${reachable(ctx, kind, at)}))`,
      ...apart,
    ]
  })
}

export const normalTypes: ReadonlySet<FieldType> = new Set<FieldType>(['text', 'long_text', 'email', 'url'])

const descriptionOf = (kind: Kind, field: CatalogueField): FieldDescription | undefined =>
  kind.fields.find(one => one.key === field.key)

/** What a built-in field compares and sorts by. */
export function comparableColumn(kind: Kind, alias: string, field: CatalogueField): Expression {
  const description = descriptionOf(kind, field)
  const column = sql.ref(`${alias}.${description?.column ?? field.key}`)
  if (description?.normal_column) return sql`${sql.ref(`${alias}.${description.normal_column}`)} collate "C"`
  if (normalTypes.has(field.type)) return sql`rapport.normal(${column}) collate "C"`
  if (field.type === 'phone') return sql`rapport.digits(${column}) collate "C"`
  return column
}

const valueColumns: Readonly<Record<FieldType, string>> = {
  text: 'text_value',
  long_text: 'text_value',
  email: 'text_value',
  url: 'text_value',
  phone: 'text_value',
  option: 'text_value',
  options: 'text_value',
  country: 'text_value',
  member: 'text_value',
  relation: 'text_value',
  boolean: 'text_value',
  number: 'number_value',
  money: 'number_value',
  date: 'time_value',
  date_time: 'time_value',
}
export const valueColumn = (type: FieldType): string => valueColumns[type]

function compileTest(
  compiling: Compiling,
  kind: Kind,
  alias: string,
  field: CatalogueField,
  test: Test,
): Condition {
  if (field.id !== undefined) return compileCustom(compiling, alias, field, field.id, test)
  const column = comparableColumn(kind, alias, field)
  if (field.type === 'options') return compileArray(column, test)
  if (field.type === 'relation' && test.is === 'one_of')
    return refersTo(compiling.ctx, column, descriptionOf(kind, field)?.kind, test.values)
  if (test.is === 'filled') return filled(kind, alias, field)
  const compared = compare(column, field, test, value => parameter(field.type, value))
  // An empty text is no text, and a stored normal form may fall back on another column where its own is empty.
  const condition = isTextual(field) ? allOf([compared, filled(kind, alias, field)]) : compared
  if (test.is !== 'contains') return condition
  return withSearchText(compiling, kind, alias, field, test.value, condition)
}

const isTextual = (field: CatalogueField) => normalTypes.has(field.type) || field.type === 'phone'

function filled(kind: Kind, alias: string, field: CatalogueField): Condition {
  const column = sql.ref(`${alias}.${descriptionOf(kind, field)?.column ?? field.key}`)
  return isTextual(field)
    ? sql<SqlBool>`(${column} is not null and ${column} <> '')`
    : sql<SqlBool>`${column} is not null`
}

export const hasTrigram = (text: string): boolean => /[\p{L}\p{N}]{3}/u.test(text)

/** A field that is part of the search text is first looked for in there: that is where the trigram index is. */
function withSearchText(
  compiling: Compiling,
  kind: Kind,
  alias: string,
  field: CatalogueField,
  value: string,
  condition: Condition,
): Condition {
  if (!field.searchable || !kind.search || field.type === 'phone' || !hasTrigram(value)) return condition
  compiling.needs_find = true
  return sql<SqlBool>`(${sql.ref(`${alias}.${kind.search.text}`)} like rapport.contains_pattern(${value}) and ${condition})`
}

/** A reference to one of these records or to any that is read as one with it. */
function refersTo(
  ctx: Ctx,
  column: Expression,
  kindName: string | undefined,
  values: readonly Value[],
): Condition {
  const target = kindName === undefined ? undefined : findKind(kindName)
  const ids = values.map(String)
  if (!target?.merge) return sql<SqlBool>`${column} = any(${ids}::uuid[])`
  const [table, root] = [sql.table(target.table), sql.ref(target.merge.root)]
  return sql<SqlBool>`${column} = any(array(select m.id from ${table} as m join ${table} as asked
    on asked.workspace_id = m.workspace_id and m.${root} = asked.${root}
    where asked.workspace_id = ${ctx.workspace_id}::uuid and asked.id = any(${ids}::uuid[])))`
}

function compileArray(column: Expression, test: Test): Condition {
  if (test.is === 'filled') return sql<SqlBool>`cardinality(${column}) > 0`
  if (test.is !== 'one_of' || test.values.length === 0) return never
  return sql<SqlBool>`${column} && ${test.values.map(String)}::text[]`
}

function compileCustom(
  compiling: Compiling,
  alias: string,
  field: CatalogueField,
  fieldId: string,
  test: Test,
): Condition {
  const { ctx } = compiling
  if (test.is === 'contains' && field.type === 'long_text') {
    const text = sql`rapport.normal(${sql.ref(`${alias}.custom`)} ->> ${field.key.slice('custom.'.length)}::text)`
    return sql<SqlBool>`${text} like rapport.contains_pattern(${test.value})`
  }
  compiling.aliases += 1
  const v = `v${compiling.aliases}`
  const column = sql.ref(`${v}.${valueColumn(field.type)}`)
  // Parts of words have an index only where search looks, and only role `find` may use it.
  const isIndexed = test.is === 'contains' && field.searchable && hasTrigram(test.value)
  if (isIndexed) compiling.needs_find = true
  const held = throughOptions(field, test)
  const condition =
    held.is === 'filled'
      ? unlessRemoved(column, field)
      : [compare(column, field, held, value => indexed(field.type, value))]
  return sql<SqlBool>`exists (select 1 from field_value as ${sql.ref(v)} where ${allOf([
    sql<SqlBool>`${sql.ref(`${v}.workspace_id`)} = ${ctx.workspace_id}::uuid`,
    sql<SqlBool>`${sql.ref(`${v}.field_id`)} = ${fieldId}::uuid`,
    sql<SqlBool>`${sql.ref(`${v}.record_id`)} = ${sql.ref(`${alias}.id`)}`,
    ...(isIndexed ? [sql<SqlBool>`${sql.ref(`${v}.searchable`)}`] : []),
    ...condition,
  ])})`
}

/** Who holds an option that was merged into another has the other. */
const throughOptions = (field: CatalogueField, test: Test): Test =>
  test.is === 'one_of' && field.options?.some(one => one.merged_into !== undefined)
    ? { ...test, values: test.values.flatMap(value => readAs(field.options ?? [], String(value))) }
    : test

function unlessRemoved(column: Expression, { options = [] }: CatalogueField): Condition[] {
  const gone = options.filter(one => shownOption(options, one.id) === undefined).map(one => one.id)
  return gone.length === 0 ? [] : [sql<SqlBool>`${column} <> all(${gone}::text[])`]
}

type Value = string | number | boolean

const isWhole = (value: Value): value is number => typeof value === 'number' && Number.isSafeInteger(value)

/** A value in the form of a built-in column, with its type spelled out so that no value can be misread. */
export function parameter(type: FieldType, value: Value): Expression {
  if (normalTypes.has(type)) return sql`rapport.normal(${String(value)}::text)`
  if (type === 'phone') return sql`rapport.digits(${String(value)}::text)`
  if (type === 'number' || type === 'money')
    return isWhole(value) ? sql`${value}::bigint` : sql`${Number(value)}::double precision`
  if (type === 'boolean') return sql`${value}::boolean`
  if (type === 'date') return sql`${String(value)}::date`
  if (type === 'date_time') return sql`${String(value)}::timestamptz`
  if (type === 'member' || type === 'relation') return sql`${String(value)}::uuid`
  return sql`${String(value)}::text`
}

/** A value in the form of the typed index of custom values. */
export function indexed(type: FieldType, value: Value): Expression {
  if (normalTypes.has(type)) return sql`left(rapport.normal(${String(value)}::text), 500)`
  if (type === 'number' || type === 'money') return sql`${Number(value)}::double precision`
  if (type === 'date') return sql`${`${String(value)}T00:00:00Z`}::timestamptz`
  if (type === 'date_time') return sql`${String(value)}::timestamptz`
  if (type === 'phone') return sql`rapport.digits(${String(value)}::text)`
  return sql`${String(value)}::text`
}

function compare(
  column: Expression,
  field: CatalogueField,
  test: Exclude<Test, { is: 'filled' }>,
  bind: (value: Value) => Expression,
): Condition {
  if (test.is === 'one_of') {
    const values = test.values.map(bind)
    if (values.length === 0) return never
    return values.length === 1
      ? sql<SqlBool>`${column} = ${values[0]}`
      : sql<SqlBool>`${column} in (${sql.join(values)})`
  }
  if (test.is === 'range')
    return allOf([...bound(column, test.from, '>', bind), ...bound(column, test.to, '<', bind)])
  if (test.is === 'contains')
    return field.type === 'phone'
      ? sql<SqlBool>`${column} like '%' || ${bind(test.value)} || '%'`
      : sql<SqlBool>`${column} like rapport.contains_pattern(${test.value})`
  // "starts with" is a range of keys: unlike LIKE it may use the index under row security.
  return sql<SqlBool>`(${column} >= ${bind(test.value)} and ${column} < ${bind(test.value)} || ${lastCharacter})`
}

function bound(
  column: Expression,
  limit: Bound | undefined,
  side: '<' | '>',
  bind: (value: Value) => Expression,
): Condition[] {
  if (!limit) return []
  const operator = limit.inclusive ? sql.raw(`${side}=`) : sql.raw(side)
  return [sql<SqlBool>`${column} ${operator} ${bind(limit.value)}`]
}

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { readPage } from '../core/postgres.ts'
import type { Tables } from '../core/tables.ts'
import { inOne } from '../core/text-sentence.ts'
import type { Catalogue } from './catalogue.contract.ts'
import { loadCatalogue } from './catalogue.ts'
import type { Filter } from './filter.contract.ts'
import { checkFilter, hasDates } from './filter-check.contract.ts'
import {
  allOf,
  type Compiling,
  type Condition,
  compileFilter,
  reachable,
  startCompiling,
} from './filter-compile.ts'
import { dayOf } from './filter-dates.contract.ts'
import { FilterSyntaxError } from './filter-lexer.contract.ts'
import { parseFilter } from './filter-parse.contract.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { searchCondition } from './search-condition.ts'
import { timeZoneOf } from './time-zone.ts'

/** Which records of a kind are meant. */
export interface Selection {
  filter?: string | Filter | undefined
  search?: string | undefined
}

/** A compiled selection over the table under the alias `t`; it always holds the workspace and the reader's rights. */
export interface Query {
  kind: Kind
  catalogue: Catalogue
  compiling: Compiling
  where: Condition
}

function readFilter(filter: string | Filter): Filter {
  if (typeof filter !== 'string') return filter
  try {
    return parseFilter(filter)
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error
    throw fail('invalid', {
      code: 'invalid_filter',
      detail: error.said,
      errors: [{ path: 'filter', message: error.said }],
    })
  }
}

/** What a filter says of the rows under this alias; nothing where there is none. */
export async function filterConditions(
  compiling: Compiling,
  catalogue: Catalogue,
  kind: Kind,
  alias: string,
  given: Selection['filter'],
): Promise<Condition[]> {
  const { ctx } = compiling
  const filter = typeof given === 'string' ? given.trim() : given
  if (!filter) return []
  const read = readFilter(filter)
  const time_zone = hasDates(catalogue, kind.name, read) ? await timeZoneOf(ctx) : 'UTC'
  const context = { time_zone, now: ctx.now, member_id: ctx.principal.member_id }
  compiling.today = dayOf(ctx.now.getTime(), time_zone)
  const checked = checkFilter(catalogue, kind.name, read, context)
  if ('problems' in checked)
    throw fail('invalid', {
      code: 'invalid_filter',
      detail: inOne(checked.problems.map(problem => problem.message)),
      errors: checked.problems,
    })
  return [compileFilter(compiling, kind, alias, checked.filter)]
}

export async function compileSelection(
  ctx: Ctx,
  catalogue: Catalogue,
  kind: Kind,
  selection: Selection,
  alias = 't',
): Promise<Query> {
  const compiling = startCompiling(ctx)
  const conditions = [reachable(ctx, kind, alias)]
  conditions.push(...(await filterConditions(compiling, catalogue, kind, alias, selection.filter)))
  if (selection.search?.trim())
    conditions.push(searchCondition(compiling, catalogue, kind, alias, selection.search))
  return { kind, catalogue, compiling, where: allOf(conditions) }
}

export interface Ordered {
  /** Selected as s0, s1 …: what a cursor holds. */
  expression: RawBuilder<unknown>
  descending: boolean
  nullable: boolean
  bind(value: string | number | boolean): RawBuilder<unknown>
}

export interface Stretch {
  query: Query
  columns: RawBuilder<unknown>
  joins: RawBuilder<unknown>
  sorted: Ordered[]
  where: Condition
  /** By the sort keys as they are told here, then by id. */
  order(keys: RawBuilder<unknown>[], id: RawBuilder<unknown>): RawBuilder<unknown>
  limit: number
}

export type Row = Record<string, unknown> & { id: string }

function matching(columns: RawBuilder<unknown>, stretch: Stretch): RawBuilder<unknown> {
  const { query } = stretch
  const values = stretch.sorted.map((key, index) => sql`, ${key.expression} as ${sql.ref(`s${index}`)}`)
  return sql`select ${columns}${sql.join(values, sql``)} from ${sql.table(query.kind.table)} as t ${stretch.joins}
    where ${query.where} and ${stretch.where}`
}

function inOrder(columns: RawBuilder<unknown>, stretch: Stretch): RawBuilder<unknown> {
  const keys = stretch.sorted.map(key => key.expression)
  return sql`${matching(columns, stretch)} order by ${stretch.order(keys, sql.ref('t.id'))} limit ${stretch.limit}`
}

const mostHits = 5_000
const longestWalk = 20_000

/**
 * Rare hits are collected by their index and then put in order. Frequent ones are met soon on a walk in order; where
 * they are not (everyone called Zoe, by name) all are collected after all. The planner guesses too many hits of a pattern
 * and would walk for the rare ones too, to the end (seconds instead of milliseconds of a million).
 */
async function findInOrder(db: Kysely<Tables>, stretch: Stretch): Promise<Row[]> {
  const keys = stretch.sorted.map((_key, index) => sql.ref(`s${index}`))
  const ordered = sql`order by ${stretch.order(keys, sql.ref('id'))} limit ${stretch.limit}`
  const collected = (most: RawBuilder<unknown>) => sql<Row & { hits: number }>`
    with hits as materialized (${matching(sql`t.id`, stretch)} ${most})
    select *, count(*) over () as hits from hits ${ordered}`
  const rare = await readPage(db, collected(sql`limit ${mostHits + 1}`))
  if ((rare[0]?.hits ?? 0) <= mostHits) return rare
  const { kind, compiling, where } = stretch.query
  const all = { ...stretch, query: { ...stretch.query, where: reachable(compiling.ctx, kind, 't') } }
  const met = await readPage(
    db,
    sql<Row>`select * from (${inOrder(sql`t.id, ${where} as hit`, { ...all, limit: longestWalk })}) as walk
      where hit ${ordered}`,
  )
  return met.length === stretch.limit ? met : readPage(db, collected(sql``))
}

/**
 * A stretch of rows in order. Where only role `find` has the index, ids are found first and fetched under row security;
 * a query as `find` takes its workspace and rights from the selection.
 */
export async function fetchStretch(ctx: Ctx, stretch: Stretch): Promise<Row[]> {
  const { query, columns } = stretch
  if (!query.compiling.needs_find) return readPage(ctx.db, sql<Row>`${inOrder(columns, stretch)}`)
  const found = await ctx.find(db => findInOrder(db, stretch))
  return fetchFound(ctx, { kind: query.kind, columns }, found)
}

/** The whole rows of those found, under row security, in the order they were found. */
export async function fetchFound(
  ctx: Ctx,
  { kind, columns }: { kind: Kind; columns: RawBuilder<unknown> },
  found: Row[],
): Promise<Row[]> {
  const ids = found.map(row => row.id)
  if (ids.length === 0) return []
  const statement = sql<Row>`select ${columns} from ${sql.table(kind.table)} as t
    where t.workspace_id = ${ctx.workspace_id}::uuid and t.id = any(${ids}::uuid[])`
  const rows = await readPage(ctx.db, statement)
  const byId = new Map(rows.map(row => [row.id, row]))
  return found.flatMap(row => {
    const whole = byId.get(row.id)
    return whole ? [{ ...whole, ...row }] : []
  })
}

/** Counts up to `most`; one more than that means "more". */
export async function countUpTo(ctx: Ctx, query: Query, most: number): Promise<number> {
  const statement = sql<{ count: number }>`select count(*) as count from
    (select from ${sql.table(query.kind.table)} as t where ${query.where} limit ${most + 1}) as counted`
  const { rows } = query.compiling.needs_find
    ? await ctx.find(db => statement.execute(db))
    : await statement.execute(ctx.db)
  return rows[0]?.count ?? 0
}

/** A filter in its text form as a condition for a query of one's own that has the kind's table as `alias`. */
export async function filterCondition(
  ctx: Ctx,
  { kind, filter, alias }: { kind: string; filter: string | Filter; alias: string },
): Promise<Condition> {
  const described = findKind(kind)
  const catalogue = await loadCatalogue(ctx)
  if (!described || !catalogue.has(kind)) throw fail('not_found')
  return (await compileSelection(ctx, catalogue, described, { filter }, alias)).where
}

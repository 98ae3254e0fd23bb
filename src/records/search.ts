import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { readPage } from '../core/postgres.ts'
import type { Tables } from '../core/tables.ts'
import { loadCatalogue } from './catalogue.ts'
import { allOf, reachable } from './filter-compile.ts'
import { allKinds } from './kind.contract.ts'
import { compileSelection, fetchFound, type Query, type Row } from './query.ts'
import { prefixCondition } from './search-condition.ts'
import { columnsOf, showing } from './shown.ts'

export interface Found {
  kind: string
  id: string
  title: string
  detail: string | null
}

const mostHits = 1_000
const sampled = 1_000
/** Of the sample. */
const frequent = 50

/**
 * The best first: whose name begins with what was typed, then with it at the beginning of a word, then the others, each by
 * name. Of more hits than a person would look through only the first thousand met are put in order: who wants another types on.
 *
 * An index collects every hit before it tells the first. For what stands in every twentieth of the newest records, as the name of
 * a large mail provider does, a walk from the newest on meets a thousand much sooner.
 */
function findBest(
  db: Kysely<Tables>,
  { kind, compiling, where }: Query,
  { q, limit }: { q: string; limit: number },
): Promise<Row[]> {
  const within = reachable(compiling.ctx, kind, 't')
  const begins = prefixCondition(compiling, kind, 't', q) ?? sql<SqlBool>`false`
  const name = kind.search?.prefix ? sql`${sql.ref(`t.${kind.search.prefix}`)} collate "C"` : sql`''::text`
  const rank = sql`case when strpos(' ' || s0, ' ' || rapport.normal(${q.trim()})) > 0 then 1 else 2 end as s1`
  const table = sql`${sql.table(kind.table)} as t`
  const newest = sql`select t.id, ${name} as s0, ${where} as hit from ${table} where ${within} order by t.id desc`
  return readPage(
    db,
    sql<Row>`with first as materialized (
        select t.id, ${name} as s0, 0 as s1 from ${table} where ${allOf([within, begins])} order by ${name}, t.id limit ${limit}),
      sample as materialized (
        select count(*) as hits from (${newest} limit ${sampled}) as s where hit and (select count(*) from first) < ${limit}),
      walk as materialized (
        select id, s0 from (${newest} offset 0) as w where hit and (select hits from sample) >= ${frequent} limit ${mostHits}),
      indexed as materialized (
        select t.id, ${name} as s0 from ${table} where ${where}
          and (select count(*) from first) < ${limit} and (select hits from sample) < ${frequent} limit ${mostHits})
      select * from first
      union all select id, s0, ${rank} from (select * from walk union all select * from indexed) as o
        where id not in (select id from first)
      order by s1, s0 nulls last, id limit ${limit}`,
  )
}

const detailTypes = ['email', 'phone', 'url', 'text']

/** The same search in every kind that has one, within the reader's rights. */
export async function searchAll(ctx: Ctx, { q, limit }: { q: string; limit: number }): Promise<Found[]> {
  const catalogue = await loadCatalogue(ctx)
  const kinds = allKinds().filter(one => one.search !== undefined && catalogue.has(one.name))
  if (!q.trim()) return []
  const queries = await Promise.all(kinds.map(kind => compileSelection(ctx, catalogue, kind, { search: q })))
  // However many kinds there are, the database is asked twice.
  const found = await ctx.find(db => Promise.all(queries.map(query => findBest(db, query, { q, limit }))))
  const rows = await Promise.all(
    kinds.map((kind, index) =>
      fetchFound(ctx, { kind, columns: columnsOf(kind, catalogue) }, found[index] ?? []),
    ),
  )
  return kinds.flatMap((kind, index) => {
    const visible = catalogue.get(kind.name)
    if (!visible) return []
    const detail = detailTypes.flatMap(type =>
      visible.fields.filter(field => field.type === type && field.searchable && field.key !== kind.title),
    )
    return (rows[index] ?? []).map(showing(visible)).map(item => {
      const texts = (keys: readonly string[]) =>
        keys
          .map(key => item[key])
          .flatMap(value => (typeof value === 'string' && value !== '' ? [value] : []))
      const [title = ''] = texts([kind.title, ...(kind.named_by ?? [])])
      const other = texts(detail.map(field => field.key)).find(value => value !== title)
      return { kind: kind.name, id: item.id, title, detail: other ?? null }
    })
  })
}

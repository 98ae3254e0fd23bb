import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { readPage } from '../core/postgres.ts'
import type { Tables } from '../core/tables.ts'
import { loadCatalogue } from './catalogue.ts'
import { allOf, type Condition, reachable } from './filter-compile.ts'
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

/**
 * The best first: whose name begins with what was typed, then with it at the beginning of a word, then the others, each by
 * name. Of more hits than a person would look through only the first thousand met are put in order: who wants another types on.
 */
function findBest(
  db: Kysely<Tables>,
  { kind, compiling, where }: Query,
  { q, limit }: { q: string; limit: number },
): Promise<Row[]> {
  const begins = prefixCondition(compiling, kind, 't', q) ?? sql<SqlBool>`false`
  const name = kind.search?.prefix ? sql`${sql.ref(`t.${kind.search.prefix}`)} collate "C"` : sql`''::text`
  const hits = (rank: RawBuilder<unknown>, condition: Condition) =>
    sql`select t.id, ${name} as s0, ${rank} as s1 from ${sql.table(kind.table)} as t
      where ${condition}`
  const word = sql`strpos(' ' || ${name}, ' ' || rapport.normal(${q.trim()}))`
  return readPage(
    db,
    sql<Row>`with first as materialized (${hits(sql`0`, allOf([reachable(compiling.ctx, kind, 't'), begins]))} order by ${name}, t.id limit ${limit}),
      others as materialized (${hits(sql`case when ${word} > 0 then 1 else 2 end`, where)}
        and (select count(*) from first) < ${limit} limit ${mostHits})
      select * from first union all select * from others where id not in (select id from first)
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
      const shown = detail
        .map(field => item[field.key])
        .filter(value => typeof value === 'string' && value !== '')
      const title = item[kind.title]
      const [first, ...others] = typeof title === 'string' && title !== '' ? [title, ...shown] : shown
      return {
        kind: kind.name,
        id: item.id,
        title: typeof first === 'string' ? first : item.id,
        detail: typeof others[0] === 'string' ? others[0] : null,
      }
    })
  })
}

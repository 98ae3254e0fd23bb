import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Shared } from './measures/change.ts'
import type { ClusterSquares } from './measures/clusters.ts'
import { type FigureKind, type Tally, voteOf } from './measures/score.ts'
import { type Definition, definitions } from './measures.contract.ts'
import { answers, type Population } from './population.ts'

// The answers of a population added up: how often each value was given, and what clustering by company needs, in one pass over
// the answers that count. Those of nobody's company stand together: each is a cluster of its own.

export interface TallyRow extends Tally {
  /** Groups of the answers, or the whole range. */
  whole: boolean
  /** A period, counted from 1, or a segment; null for the whole range and for those of whom it is not known. */
  group: string | null
}

/** How many answers, unweighted. */
export const answersIn = (tally: Tally | undefined): number =>
  (tally?.counts ?? []).reduce((sum, one) => sum + one, 0)

export interface Tallying {
  weighted: boolean
  /** Each answer's group, an expression over the answer as a; a person's answers count once in each. */
  group?: RawBuilder<unknown> | undefined
  /** The whole range beside its groups. */
  whole?: boolean | undefined
}

// Of two answers at the same instant the better one counts: then the last of each person is the largest of one number.
const packed = sql`(extract(epoch from a.answered_at) * 16000)::bigint + a.value::int as packed`
const scoreIn = sql`(max(packed) & 15)::int as score`
const weightOf = (weighted: boolean) => (weighted ? sql`coalesce(a.weight, 1) as weight` : sql`1 as weight`)

/** The answers that count, as (whole, "group", key, person, score, weight). */
function countedIn(ctx: Ctx, population: Population, { weighted, group, whole }: Tallying) {
  const named = sql`(${group ?? sql`null`})::text as "group"`
  if (population.relational && weighted) return lastWeighted(ctx, population, named, { group, whole })
  if (population.relational) return lastOfEach(ctx, population, named, { group, whole })
  const person = sql`coalesce(m.root_id, a.person_id) as person, a.value::int as score, ${weightOf(weighted)}`
  const rows = answers(ctx, population, sql`${named}, ${person}`)
  const parts = [...(group ? [sql`(false)`] : []), ...(whole || !group ? [sql`(true)`] : [])]
  return sql`select parts.whole, case when not parts.whole then "group" end as "group", key, person, score, weight
    from (${rows}) answered cross join (values ${sql.join(parts)}) parts (whole)`
}

type Named = Pick<Tallying, 'group' | 'whole'>

/** One answer per person: the last of a group, then the last of those of all groups. */
function lastOfEach(ctx: Ctx, population: Population, named: RawBuilder<unknown>, { group, whole }: Named) {
  const shown = sql`key, key as person`
  if (!group)
    return sql`select true as whole, null::text as "group", ${shown}, ${scoreIn}, 1 as weight
      from (${answers(ctx, population, packed)}) answered group by key`
  const last = sql`select "group", key, max(packed) as packed
    from (${answers(ctx, population, sql`${named}, ${packed}`)}) answered group by "group", key`
  const groups = sql`select false as whole, "group", ${shown}, (packed & 15)::int as score, 1 as weight from last`
  const all = sql`union all select true, null, ${shown}, ${scoreIn}, 1 from last group by key`
  return sql`with last as materialized (${last}) ${groups} ${whole ? all : sql``}`
}

function lastWeighted(ctx: Ctx, population: Population, named: RawBuilder<unknown>, { group, whole }: Named) {
  const rows = answers(ctx, population, sql`${named}, ${packed}, ${weightOf(true)}`)
  const last = (isWhole: boolean) => {
    const by = isWhole ? sql`key` : sql`"group", key`
    return sql`(select distinct on (${by}) ${sql.lit(isWhole)} as whole, ${isWhole ? sql`null::text as "group"` : sql`"group"`},
      key, key as person, (packed & 15)::int as score, weight from answered order by ${by}, packed desc)`
  }
  const parts = [...(group ? [last(false)] : []), ...(whole || !group ? [last(true)] : [])]
  return sql`with answered as materialized (${rows}) ${sql.join(parts, sql` union all `)}`
}

interface Row {
  whole: boolean
  group: string | null
  clusters: number
  counts: number[]
  weights: number[]
  squares: number[]
  /** Of those in no company: how many, and Σ w² by value. */
  alone: number
  alone_squares: number[]
  cluster_sums: number[]
}

const columns = (size: number, name: string) =>
  Array.from({ length: size }, (_, index) => sql.ref(`${name}${index}`))

/** For each figure Σ s², Σ s·m and Σ m² over companies, from the sums of weights by value. */
function clusterSums(definition: Definition, kinds: readonly FigureKind[], sums: RawBuilder<unknown>[]) {
  const size = sql.join(sums, sql` + `)
  return kinds.flatMap(kind => {
    const votes = sums.flatMap((column, index) => {
      const vote = voteOf(definition, kind, definition.scale_min + index)
      return vote === 0 ? [] : [sql`${sql.lit(vote)} * ${column}`]
    })
    const sum = sql`(${sql.join(votes, sql` + `)})`
    return [sql`${sum} * ${sum}`, sql`${sum} * (${size})`, sql`(${size}) * (${size})`].map(
      product => sql`coalesce(sum((${product})::float8) filter (where cluster is not null), 0)`,
    )
  })
}

const figuresOf = ({ score, second }: Definition): FigureKind[] => (second ? [score, second] : [score])

export async function tallies(ctx: Ctx, population: Population, tallying: Tallying): Promise<TallyRow[]> {
  const { weighted } = tallying
  const definition = definitions[population.measure]
  const size = definition.scale_max - definition.scale_min + 1
  const kinds = figuresOf(definition)
  const each = (name: string, sum: RawBuilder<unknown>) =>
    columns(size, name).map(
      (column, index) =>
        sql`${sum} filter (where score = ${sql.lit(definition.scale_min + index)}) as ${column}`,
    )
  const total = (name: string, only = sql``) =>
    sql`array[${sql.join(columns(size, name).map(column => sql`coalesce(sum(${column}) ${only}, 0)::float8`))}]`
  const [w, q] = weighted ? ['w', 'q'] : ['n', 'n']
  const zeroed = columns(size, w).map(column => sql`coalesce(${column}, 0)`)
  const lonely = sql`filter (where cluster is null)`
  const { rows } = await sql<Row>`
    with counted as (${countedIn(ctx, population, tallying)}),
    grouped as (
      select whole, "group", coalesce(w.root_id, ${population.relational ? sql`null` : sql`counted.person`}) as cluster,
        ${sql.join(each('n', sql`count(*)`))}
        ${weighted ? sql`, ${sql.join([...each('w', sql`sum(weight)`), ...each('q', sql`sum(weight * weight)`)])}` : sql``}
      from counted
      left join person p on p.workspace_id = ${ctx.workspace_id} and p.id = counted.person and p.company_id is not null
      left join company w on w.workspace_id = ${ctx.workspace_id} and w.id = p.company_id
      group by 1, 2, 3
    )
    select whole, "group", count(cluster)::int as clusters, ${total('n')} as counts, ${total(w)} as weights,
      ${total(q)} as squares, coalesce(sum(${sql.join(columns(size, 'n'), sql` + `)}) ${lonely}, 0)::int as alone,
      ${total(q, lonely)} as alone_squares, array[${sql.join(clusterSums(definition, kinds, zeroed))}] as cluster_sums
    from grouped group by whole, "group" order by whole desc, "group"`.execute(ctx.db)
  return rows.map(row => tallyOf(definition, kinds, row))
}

function tallyOf(definition: Definition, kinds: readonly FigureKind[], row: Row): TallyRow {
  const clusters = kinds.map((kind, at): ClusterSquares => {
    const sums = { squares: row.cluster_sums[3 * at] ?? 0, products: row.cluster_sums[3 * at + 1] ?? 0 }
    let sizes = row.cluster_sums[3 * at + 2] ?? 0
    for (const [index, square] of row.alone_squares.entries()) {
      const vote = voteOf(definition, kind, definition.scale_min + index)
      sums.squares += square * vote ** 2
      sums.products += square * vote
      sizes += square
    }
    return {
      clusters: row.clusters + row.alone,
      cluster_squares: sums.squares,
      cluster_products: sums.products,
      cluster_sizes_squared: sizes,
    }
  })
  const { whole, group, counts, weights, squares } = row
  return { whole, group, counts, weights, squares, clusters }
}

/** The people who answered in both, and what the paired test needs of them: grouped rather than joined, so that no plan can go quadratic. */
export async function shared(
  ctx: Ctx,
  before: Population,
  after: Population,
  weighted: boolean,
): Promise<Shared> {
  const definition = definitions[before.measure]
  const cases = Array.from({ length: definition.scale_max - definition.scale_min + 1 }, (_, index) => {
    const value = definition.scale_min + index
    return sql`when ${sql.lit(value)} then ${sql.lit(voteOf(definition, definition.score, value))}`
  })
  const vote = sql`weight * (case score ${sql.join(cases, sql` `)} end)`
  const wave = (population: Population) => countedIn(ctx, population, { weighted })
  const { rows } = await sql<Shared>`
    with votes as (
      select person, ${vote} as sx, weight as mx, 0 as sy, 0 as my from (${wave(before)}) b where person is not null
      union all
      select person, 0, 0, ${vote}, weight from (${wave(after)}) a where person is not null
    ),
    people as (
      select sum(sx) as sx, sum(mx) as mx, sum(sy) as sy, sum(my) as my from votes group by person
      having sum(mx) > 0 and sum(my) > 0
    )
    select coalesce(sum(mx * my), 0)::float8 as n, coalesce(sum(sx * my), 0)::float8 as sum_before,
      coalesce(sum(mx * sy), 0)::float8 as sum_after, coalesce(sum(sx * sy), 0)::float8 as sum_product
    from people`.execute(ctx.db)
  return rows[0] ?? { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
}

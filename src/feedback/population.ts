import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Shared } from './measures/change.ts'
import type { ClusterSums } from './measures/clusters.ts'
import type { PeriodLength } from './responses.contract.ts'

// Which answers a score counts, said once: the figures, the trend and the rows behind them all read it from here.

export interface Population {
  survey_ids: readonly string[]
  /** One answer per person and period, the last; otherwise every answer counts. */
  relational: boolean
  from?: Date | undefined
  to?: Date | undefined
  /** Over the person as alias p; people unknown match no filter. */
  people?: RawBuilder<SqlBool> | undefined
}

export interface Periods {
  interval: PeriodLength
  time_zone: string
}

/** The answers, each with its person through merges (only merged people are looked up) or, where nobody is known, itself. */
function answers(ctx: Ctx, population: Population, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const { survey_ids, from, to, people } = population
  return sql`select coalesce(m.root_id, a.person_id, a.response_id) as key, ${columns}
    from answer a
    left join person m on m.workspace_id = ${ctx.workspace_id} and m.id = a.person_id and m.merged_into is not null
    ${people ? sql`join person p on p.workspace_id = ${ctx.workspace_id} and p.id = coalesce(m.root_id, a.person_id)` : sql``}
    where a.workspace_id = ${ctx.workspace_id} and a.measure = 'nps' and a.value is not null and a.main
      and a.survey_id = any (${survey_ids}::uuid[])
      ${from ? sql`and a.answered_at >= ${from}` : sql``}
      ${to ? sql`and a.answered_at < ${to}` : sql``}
      ${people ? sql`and (${people})` : sql``}`
}

// Of two answers at the same instant the better one counts: then the last of each person is the largest of one number.
const packed = sql`(extract(epoch from a.answered_at) * 16000)::bigint + a.value::int as packed`
const scoreIn = sql`(max(packed) & 15)::int as score`

/** The answers that count, as (response_id, score), to be listed. */
export function counted(ctx: Ctx, population: Population): RawBuilder<unknown> {
  const rows = answers(ctx, population, sql`a.response_id, a.value::int as score, a.answered_at as at`)
  if (!population.relational) return rows
  return sql`select distinct on (key) * from (${rows}) answered order by key, at desc, score desc, response_id desc`
}

/** The same as (key, score), to be added up. */
function scores(ctx: Ctx, population: Population): RawBuilder<unknown> {
  if (!population.relational) return answers(ctx, population, sql`a.value::int as score`)
  return sql`select key, ${scoreIn} from (${answers(ctx, population, packed)}) answered group by key`
}

export interface WaveRow extends ClusterSums {
  /** Of a period, counted from 1; null for the whole range. */
  bucket: number | null
  /** How often each of 0 … 10 was answered. */
  distribution: number[]
}

interface Scored {
  /** Each answer with the period in which it counts; null in the whole range, where one counts in several. */
  scored: RawBuilder<unknown>
  /** The whole range is the sum of its periods. */
  adds_up: boolean
}

function inPeriods(ctx: Ctx, population: Population, starts: readonly Date[] | undefined): Scored {
  const instants = starts?.map(start => start.toISOString())
  if (instants === undefined || instants.length === 0)
    return {
      scored: sql`select null::int as bucket, key, score from (${scores(ctx, population)}) s`,
      adds_up: false,
    }
  const bucket = sql`width_bucket(a.answered_at, ${instants}::timestamptz[]) as bucket`
  if (!population.relational)
    return { scored: answers(ctx, population, sql`${bucket}, a.value::int as score`), adds_up: true }
  // The last of a period, then the last of those of all periods.
  return {
    scored: sql`with last as materialized (select bucket, key, max(packed) as packed
        from (${answers(ctx, population, sql`${bucket}, ${packed}`)}) answered group by bucket, key)
      select bucket, key, (packed & 15)::int as score from last
      union all select null, key, ${scoreIn} from last group by key`,
    adds_up: false,
  }
}

/**
 * Counts of the whole range and, given where periods begin, of each of them, with the sums that clustering by company needs,
 * in one pass over the answers.
 */
export async function waves(ctx: Ctx, population: Population, starts?: readonly Date[]): Promise<WaveRow[]> {
  const distribution = sql.join(
    Array.from({ length: 11 }, (_, score) => sql`count(*) filter (where score = ${sql.lit(score)})::int`),
  )
  const { scored, adds_up } = inPeriods(ctx, population, starts)
  const { rows } = await sql<Omit<WaveRow, 'distribution'> & { histograms: number[] }>`
    with scored as materialized (${scored}),
    clusters as (
      select bucket, count(*) as m, sum(vote) as s, sum(vote * vote) as q
      from (
        select scored.bucket, coalesce(w.root_id, scored.key) as cluster,
          case when score >= 9 then 1 when score >= 7 then 0 else -1 end as vote
        from scored
        left join person p on p.workspace_id = ${ctx.workspace_id} and p.id = scored.key and p.company_id is not null
        left join company w on w.workspace_id = ${ctx.workspace_id} and w.id = p.company_id
      ) votes
      group by ${adds_up ? sql`grouping sets ((bucket, cluster), (cluster))` : sql`bucket, cluster`}
    ),
    sums as (
      select bucket, count(*)::int as clusters, sum(m)::int as n, sum(s)::int as sum, sum(q)::int as sum_squares,
        sum(s * s)::float8 as cluster_squares, sum(s * m)::float8 as cluster_products,
        sum(m * m)::float8 as cluster_sizes_squared
      from clusters group by bucket
    ),
    histogram as (
      select bucket, array[${distribution}] as histograms from scored
      group by ${adds_up ? sql`grouping sets ((bucket), ())` : sql`bucket`}
    )
    select sums.*, histogram.histograms from sums join histogram on histogram.bucket is not distinct from sums.bucket
    order by sums.bucket nulls first`.execute(ctx.db)
  return rows.map(({ histograms, ...row }) => ({ ...row, distribution: histograms }))
}

/** When the first and the last answer was given, whoever gave it. */
export async function rangeOfAnswers(
  ctx: Ctx,
  { survey_ids, from, to }: Population,
): Promise<{ first: Date; last: Date } | undefined> {
  const of = sql`from answer a where a.workspace_id = ${ctx.workspace_id} and a.survey_id = s.id and a.measure = 'nps'
    and a.value is not null and a.main ${from ? sql`and a.answered_at >= ${from}` : sql``} ${to ? sql`and a.answered_at < ${to}` : sql``}`
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(ends.first) as first, max(ends.last) as last
    from unnest(${survey_ids}::uuid[]) s (id)
    cross join lateral (select
      (select a.answered_at ${of} order by a.answered_at limit 1) as first,
      (select a.answered_at ${of} order by a.answered_at desc limit 1) as last) ends`.execute(ctx.db)
  const { first = null, last = null } = rows[0] ?? {}
  return first && last ? { first, last } : undefined
}

/** The people who answered in both, and what the paired test needs of them: grouped rather than joined, so that no plan can go quadratic. */
export async function shared(ctx: Ctx, before: Population, after: Population): Promise<Shared> {
  const vote = sql`case when score >= 9 then 1 when score >= 7 then 0 else -1 end`
  const { rows } = await sql<Shared>`
    with votes as (
      select key, ${vote} as x, 1 as m, 0 as y, 0 as n from (${scores(ctx, before)}) b
      union all
      select key, 0, 0, ${vote}, 1 from (${scores(ctx, after)}) a
    ),
    people as (
      select sum(x) as x, sum(m) as m, sum(y) as y, sum(n) as n from votes group by key
      having sum(m) > 0 and sum(n) > 0
    )
    select coalesce(sum(m * n), 0)::int as n, coalesce(sum(x * n), 0)::int as sum_before,
      coalesce(sum(m * y), 0)::int as sum_after, coalesce(sum(x * y), 0)::int as sum_product
    from people`.execute(ctx.db)
  return rows[0] ?? { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
}

/** A million answers are added up in memory rather than on disk. */
export const withMemory = (ctx: Ctx) => sql`select set_config('work_mem', '64MB', true)`.execute(ctx.db)

/** The instants between which a period lies, and its first day, in the workspace's time zone. */
export async function periodOf(
  ctx: Ctx,
  first: string,
  periods: Periods,
): Promise<{ from: Date; to: Date; period: string }> {
  const { rows } = await sql<{ from: Date; to: Date; period: string }>`
    select first at time zone ${periods.time_zone} as "from",
      (first + ${steps[periods.interval]}) at time zone ${periods.time_zone} as "to", first::date::text as period
    from (select date_trunc(${periods.interval}, ${first}::timestamp) as first) start`.execute(ctx.db)
  const [row] = rows
  if (!row) throw new Error('a period has no beginning')
  return row
}

/** Every period from the first to the last of these instants, also those in which nobody answered. */
export async function periodsBetween(
  ctx: Ctx,
  first: Date,
  last: Date,
  { interval, time_zone }: Periods,
): Promise<{ from: Date; to: Date; period: string }[]> {
  const { rows } = await sql<{ from: Date; to: Date; period: string }>`
    select first at time zone ${time_zone} as "from", (first + ${steps[interval]}) at time zone ${time_zone} as "to",
      first::date::text as period
    from generate_series(
      date_trunc(${interval}, ${first}::timestamptz at time zone ${time_zone}),
      ${last}::timestamptz at time zone ${time_zone}, ${steps[interval]}) first
    order by first`.execute(ctx.db)
  return rows
}

const steps: Record<PeriodLength, RawBuilder<unknown>> = {
  week: sql`interval '1 week'`,
  month: sql`interval '1 month'`,
  quarter: sql`interval '3 months'`,
  year: sql`interval '1 year'`,
}

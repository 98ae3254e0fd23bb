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

const one = (ctx: Ctx, population: Population): RawBuilder<SqlBool> => {
  const { survey_ids, from, to, people } = population
  return sql<SqlBool>`a.workspace_id = ${ctx.workspace_id} and a.measure = 'nps' and a.value is not null
    and a.survey_id = any (${survey_ids}::uuid[])
    ${from ? sql`and a.answered_at >= ${from}` : sql``}
    ${to ? sql`and a.answered_at < ${to}` : sql``}
    ${people ? sql`and p.id is not null and (${people})` : sql``}`
}

/**
 * The answers counted, as (response_id, bucket, key, company_id, score, at). `key` is the person, through merges, or
 * the response where nobody is known; `bucket` the beginning of the period, null without periods.
 */
export function counted(ctx: Ctx, population: Population, periods?: Periods): RawBuilder<unknown> {
  const bucket = periods
    ? sql`date_trunc(${periods.interval}, a.answered_at, ${periods.time_zone})`
    : sql`null::timestamptz`
  // Within one statement: bucket and key are named once, in the inner query.
  const rows = sql`select a.response_id, ${bucket} as bucket, coalesce(p.id, a.response_id) as key, w.root_id as company_id,
      a.value::int as score, a.answered_at as at
    from answer a
    join response r on r.workspace_id = a.workspace_id and r.id = a.response_id
    left join person said on said.workspace_id = r.workspace_id and said.id = r.person_id
    left join person p on p.workspace_id = said.workspace_id and p.id = said.root_id
    left join company w on w.workspace_id = p.workspace_id and w.id = p.company_id
    where ${one(ctx, population)}`
  if (!population.relational) return rows
  return sql`select distinct on (bucket, key) * from (${rows}) answered order by bucket, key, at desc, response_id desc`
}

export interface WaveRow extends ClusterSums {
  bucket: Date | null
  /** How often each of 0 … 10 was answered. */
  distribution: number[]
}

/** Counts of one or every period, with the sums that clustering by company needs, in one pass. */
export async function waves(ctx: Ctx, population: Population, periods?: Periods): Promise<WaveRow[]> {
  const distribution = sql.join(
    Array.from({ length: 11 }, (_, score) => sql`count(*) filter (where score = ${sql.lit(score)})::int`),
  )
  const { rows } = await sql<Omit<WaveRow, 'distribution'> & { histograms: number[] }>`
    with counted as (${counted(ctx, population, periods)}),
    scored as (
      select bucket, score, coalesce(company_id, key) as cluster,
        case when score >= 9 then 1 when score >= 7 then 0 else -1 end as vote
      from counted
    ),
    clusters as (
      select bucket, count(*) as m, sum(vote) as s, sum(vote * vote) as q from scored group by bucket, cluster
    ),
    sums as (
      select bucket, count(*)::int as clusters, sum(m)::int as n, sum(s)::int as sum, sum(q)::int as sum_squares,
        sum(s * s)::float8 as cluster_squares, sum(s * m)::float8 as cluster_products,
        sum(m * m)::float8 as cluster_sizes_squared
      from clusters group by bucket
    ),
    histogram as (select bucket, array[${distribution}] as histograms from scored group by bucket)
    select sums.*, histogram.histograms from sums join histogram on histogram.bucket is not distinct from sums.bucket
    order by sums.bucket`.execute(ctx.db)
  return rows.map(({ histograms, ...row }) => ({ ...row, distribution: histograms }))
}

/** The people who answered in both, and what the paired test needs of them: grouped rather than joined, so that no plan can go quadratic. */
export async function shared(ctx: Ctx, before: Population, after: Population): Promise<Shared> {
  const vote = sql`case when score >= 9 then 1 when score >= 7 then 0 else -1 end`
  const { rows } = await sql<Shared>`
    with votes as (
      select key, ${vote} as x, 1 as m, 0 as y, 0 as n from (${counted(ctx, before)}) b
      union all
      select key, 0, 0, ${vote}, 1 from (${counted(ctx, after)}) a
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

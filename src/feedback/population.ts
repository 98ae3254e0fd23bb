import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { rangeBefore } from './days.contract.ts'
import type { Measure } from './measures.contract.ts'
import type { PeriodLength } from './responses.contract.ts'

// Which answers a score counts, said once: the figures, the trend, the segments and the rows behind them all read it from here.

export interface Population {
  measure: Measure
  survey_ids: readonly string[]
  /** One answer per person and period, the last; otherwise every answer counts. */
  relational: boolean
  from?: Date | undefined
  to?: Date | undefined
  /** Over the person as alias p; people unknown match no filter. */
  people?: RawBuilder<SqlBool> | undefined
  place?: string | undefined
  /** All questions about it; otherwise the first of each survey that asks for the measure. */
  touchpoint?: string | undefined
  /** Every question of the measure counts, because what each is about tells them apart. */
  every_question?: boolean | undefined
  /** Joins of what a segment is read from. */
  joins?: RawBuilder<unknown> | undefined
  /** One segment, over the answer as a and what its joins bring. */
  segment?: RawBuilder<SqlBool> | undefined
}

export interface Periods {
  interval: PeriodLength
  time_zone: string
}

const none = sql``

/** The answers, each with its person through merges (only merged people are looked up) or, where nobody is known, itself. */
export function answers(ctx: Ctx, population: Population, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const { measure, survey_ids, from, to, people, place, touchpoint, segment } = population
  const asked = population.every_question ? none : sql`and a.main`
  return sql`select coalesce(m.root_id, a.person_id, a.response_id) as key, ${columns}
    from answer a
    left join person m on m.workspace_id = ${ctx.workspace_id} and m.id = a.person_id and m.merged_into is not null
    ${people ? sql`join person p on p.workspace_id = ${ctx.workspace_id} and p.id = coalesce(m.root_id, a.person_id)` : none}
    ${population.joins ?? none}
    where a.workspace_id = ${ctx.workspace_id} and a.measure = ${measure} and a.value is not null
      ${touchpoint === undefined ? asked : sql`and a.touchpoint = ${touchpoint}`}
      and a.survey_id = any (${survey_ids}::uuid[])
      ${place === undefined ? none : sql`and a.place = ${place}`}
      ${from ? sql`and a.answered_at >= ${from}` : none}
      ${to ? sql`and a.answered_at < ${to}` : none}
      ${people ? sql`and (${people})` : none}
      ${segment ? sql`and (${segment})` : none}`
}

/** The answers that count, as (response_id, score), to be listed. */
export function counted(ctx: Ctx, population: Population): RawBuilder<unknown> {
  const rows = answers(ctx, population, sql`a.response_id, a.value::int as score, a.answered_at as at`)
  if (!population.relational) return rows
  return sql`select distinct on (key) * from (${rows}) answered order by key, at desc, score desc, response_id desc`
}

/** When the first and the last answer was given, whoever gave it. */
export async function rangeOfAnswers(
  ctx: Ctx,
  { measure, survey_ids, from, to, touchpoint, every_question }: Population,
): Promise<{ first: Date; last: Date } | undefined> {
  const asked = every_question ? none : sql`and a.main`
  const of = sql`from answer a where a.workspace_id = ${ctx.workspace_id} and a.survey_id = s.id and a.measure = ${measure}
    and a.value is not null ${touchpoint === undefined ? asked : sql`and a.touchpoint = ${touchpoint}`} ${from ? sql`and a.answered_at >= ${from}` : none} ${to ? sql`and a.answered_at < ${to}` : none}`
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(ends.first) as first, max(ends.last) as last
    from unnest(${survey_ids}::uuid[]) s (id)
    cross join lateral (select
      (select a.answered_at ${of} order by a.answered_at limit 1) as first,
      (select a.answered_at ${of} order by a.answered_at desc limit 1) as last) ends`.execute(ctx.db)
  const { first = null, last = null } = rows[0] ?? {}
  return first && last ? { first, last } : undefined
}

export const windowOf = ({ from, to }: Pick<Population, 'from' | 'to'>) => ({
  from: from?.getTime() ?? Number.NEGATIVE_INFINITY,
  to: to?.getTime() ?? Number.POSITIVE_INFINITY,
})

/** A range that has a beginning, and the one before it. */
export function comparedRanges(
  ctx: Ctx,
  { from, to = ctx.now }: Pick<Population, 'from' | 'to'>,
  time_zone: string,
) {
  if (!from || to <= from) return undefined
  return { before: rangeBefore({ from, to }, time_zone), after: { from, to } }
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

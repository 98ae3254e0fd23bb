import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { cutsBetween, liesOnCuts, type Month, onCuts } from './measures/whole-periods.ts'
import { answers, comparedRanges, type Population } from './population.ts'
import type { PeriodLength } from './responses.contract.ts'
import { workspaceFacts } from './surveys.ts'

export interface Cuts {
  months: readonly Month[]
  cuts: readonly Date[]
}

/** Where a guarded survey's time is cut: instants are (key, at), and who answers a relational survey twice in a month counts once. */
async function cutsOf(ctx: Ctx, instants: RawBuilder<unknown>, relational: boolean): Promise<Cuts> {
  const { time_zone } = await workspaceFacts(ctx)
  const { rows } = await sql<Month>`
    select date_trunc('month', given.at at time zone ${time_zone}) at time zone ${time_zone} as start,
      ${relational ? sql`count(distinct given.key)` : sql`count(*)`}::int as n
    from (${instants}) given group by 1 order by 1`.execute(ctx.db)
  return { months: rows, cuts: cutsBetween(rows) }
}

/** The population with its range on the cuts of its own answers, and these; of a survey without promise as it was asked for. */
export async function inWholeMonths(
  ctx: Ctx,
  population: Population,
  guarded: boolean,
): Promise<{ population: Population; told?: Cuts }> {
  if (!guarded) return { population }
  const always = { ...population, from: undefined, to: undefined }
  const told = await cutsOf(ctx, answers(ctx, always, sql`a.answered_at as at`), population.relational)
  return { population: { ...population, ...onCuts(population, told.cuts) }, told }
}

/** The same of responses under the alias r, whatever they answered. */
export async function responsesInWholeMonths(
  ctx: Ctx,
  population: Population,
  { guarded, of }: { guarded: boolean; of: (always: Population) => RawBuilder<unknown> },
): Promise<Population> {
  if (!guarded || (!population.from && !population.to)) return population
  const always = { ...population, from: undefined, to: undefined }
  const { cuts } = await cutsOf(
    ctx,
    sql`select r.submitted_at as at, coalesce(r.person_id, r.id) as key from response r where ${of(always)}`,
    population.relational,
  )
  return { ...population, ...onCuts(population, cuts) }
}

/** The range before one that has a beginning, of a guarded survey between cuts. */
export function wholeRangeBefore(
  ctx: Ctx,
  population: Population,
  { told, time_zone }: { told: Cuts | undefined; time_zone: string },
) {
  const ranges = comparedRanges(ctx, population, time_zone)
  if (!ranges || !told) return ranges
  const from = onCuts({ from: ranges.before.from }, told.cuts).from ?? ranges.before.from
  return { ...ranges, before: { ...ranges.before, from } }
}

/** Weeks lie across months, and one total less the other would tell a few days. */
export const periodLength = (interval: PeriodLength, guarded: boolean): PeriodLength =>
  guarded && interval === 'week' ? 'month' : interval

export const isWholePeriod = ({ from, to }: Population, told: Cuts): boolean =>
  from !== undefined && to !== undefined && liesOnCuts({ from, to }, told)

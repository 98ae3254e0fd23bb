import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { answeredOf } from './answered.question.ts'
import { populationOf } from './asked.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { figuresOf, hasWeights, isHidden, unitIn } from './figures.ts'
import type { measure as contract } from './measure.contract.ts'
import { changeBetween, waveOf } from './measures/change.ts'
import { minimumN, withheldParts } from './measures/disclosure.ts'
import { scoreOf } from './measures/score.ts'
import { definitions, type Measure } from './measures.contract.ts'
import { type Population, periodsBetween, rangeBefore, rangeOfAnswers, withMemory } from './population.ts'
import { workspaceFacts } from './surveys.ts'
import { answersIn, shared, type TallyRow, tallies } from './tallies.ts'

type Query = z.output<typeof contract.query>
interface Range {
  from: Date
  to: Date
}
type Point = ReturnType<typeof figuresOf> & Range & { period: string; tally: TallyRow | undefined }

/** A trend of more periods than this cannot be read, and a wrong date must not make a million of them. */
const mostPeriods = 600

export async function measureOf(ctx: Ctx, measure: Measure, query: Query) {
  const asked = await surveysAsked(ctx, query)
  const { time_zone } = await workspaceFacts(ctx)
  const population = await populationOf(ctx, asked, measure, query)
  const guarded = isGuarded(asked.surveys)
  const has_weights = await hasWeights(ctx, population)
  const weighted = has_weights && query.weights === 'on'
  await withMemory(ctx)
  const periods = await periodsOf(ctx, population, { interval: query.interval, time_zone })
  const rows = await tallies(ctx, population, { weighted, ...groupedBy(periods) })
  const whole = rows.find(row => row.whole)
  const hidden = guarded && (await isHidden(ctx, population, answersIn(whole)))
  const trend = trendOf(measure, rows, periods, { guarded, hidden })
  const shown = figuresOf(measure, whole, hidden)
  const unsaid = hidden && population.people !== undefined
  const { scale_min: min, scale_max: max, polarity } = definitions[measure]
  return {
    measure,
    unit: unitIn(measure),
    scale: { min, max, polarity },
    kind: asked.kind,
    weighted,
    has_weights,
    ...shown,
    n: unsaid ? null : shown.n,
    from: population.from ?? null,
    to: population.to ?? null,
    time_zone,
    interval: query.interval,
    interval_label: 'sampling variation only' as const,
    design_effect: hidden || !whole ? null : (scoreOf(definitions[measure], whole)?.design_effect ?? null),
    distribution: hidden || !whole ? null : [...whole.counts],
    trend: unsaid ? [] : trend.map(withoutTally),
    change: hidden ? null : await changeOf(ctx, population, { whole, trend, guarded, weighted }),
    answered: await answeredOf(ctx, asked, population),
    as_of: ctx.now,
  }
}

function withoutTally(point: Point): Omit<Point, 'tally'> {
  const { tally: _, ...shown } = point
  return shown
}

type Periods = (Range & { period: string })[]

function groupedBy(periods: Periods) {
  if (periods.length === 0) return { whole: true }
  const starts = periods.map(({ from }) => from.toISOString())
  return { whole: true, group: sql`width_bucket(a.answered_at, ${starts}::timestamptz[])` }
}

/** Those that the answers of the range lie in, whoever gave them. */
async function periodsOf(
  ctx: Ctx,
  population: Population,
  periods: { interval: Query['interval']; time_zone: string },
): Promise<Periods> {
  const range = await rangeOfAnswers(ctx, population)
  if (!range) return []
  const all = await periodsBetween(ctx, range.first, range.last, periods)
  if (all.length > mostPeriods)
    throw fail('invalid', { detail: `interval: that makes ${all.length} periods, at most ${mostPeriods}.` })
  return all
}

/** From the first period with an answer to the last. */
function trendOf(
  measure: Measure,
  rows: TallyRow[],
  periods: Periods,
  { guarded, hidden }: { guarded: boolean; hidden: boolean },
): Point[] {
  const byNumber = new Map(rows.filter(row => !row.whole).map(row => [row.group, row]))
  const all = periods.map((period, index) => ({ ...period, tally: byNumber.get(String(index + 1)) }))
  const first = all.findIndex(({ tally }) => tally !== undefined)
  const found = all.slice(Math.max(0, first), all.findLastIndex(({ tally }) => tally !== undefined) + 1)
  const withheld = guarded ? withheldParts(found.map(({ tally }) => answersIn(tally))) : []
  return found.map((point, index) => ({
    ...point,
    ...figuresOf(measure, point.tally, hidden || withheld[index] === true),
  }))
}

type Side = Range & { tally: TallyRow }

/**
 * A range that has a beginning is compared with the range of the same length before it; without either, the last
 * period of the trend with the one before.
 */
async function changeOf(
  ctx: Ctx,
  population: Population,
  of: { whole: TallyRow | undefined; trend: Point[]; guarded: boolean; weighted: boolean },
) {
  const { weighted } = of
  const pair = (await previousRange(ctx, population, of)) ?? lastPeriods(of.trend)
  if (!pair) return null
  const { before, after } = pair
  const during = ({ from, to }: Side): Population => ({ ...population, from, to })
  const least = Math.min(answersIn(before.tally), answersIn(after.tally))
  if (of.guarded && least < minimumN.score) return null
  if (of.guarded && (await isHidden(ctx, during(before), answersIn(before.tally)))) return null
  const definition = definitions[population.measure]
  const [earlier, later] = [waveOf(definition, before.tally), waveOf(definition, after.tally)]
  if (!earlier || !later) return null
  const both = await shared(ctx, during(before), during(after), weighted)
  const change = changeBetween(earlier, later, both)
  if (!change) return null
  const { points, p, significant, method } = change
  const side = ({ from, to, tally }: Side, { score }: { score: number }) => ({
    from,
    to,
    score,
    n: answersIn(tally),
  })
  return { points, p, significant, method, before: side(before, earlier), after: side(after, later) }
}

async function previousRange(
  ctx: Ctx,
  population: Population,
  { whole, weighted }: { whole: TallyRow | undefined; weighted: boolean },
): Promise<{ before: Side; after: Side } | undefined> {
  const ranges = rangeBefore(ctx, population)
  if (!whole || !ranges) return undefined
  const [tally] = await tallies(ctx, { ...population, ...ranges.before }, { weighted })
  return tally && { before: { ...ranges.before, tally }, after: { ...ranges.after, tally: whole } }
}

function lastPeriods(trend: Point[]): { before: Side; after: Side } | undefined {
  const [before, after] = trend.slice(-2)
  if (!before?.tally || !after?.tally || before.withheld || after.withheld) return undefined
  return { before: { ...before, tally: before.tally }, after: { ...after, tally: after.tally } }
}

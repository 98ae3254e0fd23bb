import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { answeredOf } from './answered.question.ts'
import { populationOf } from './asked.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { figuresOf, hasWeights, isHidden, isRetired, unitIn } from './figures.ts'
import type { measure as contract } from './measure.contract.ts'
import { changeBetween, waveOf } from './measures/change.ts'
import { minimumN } from './measures/disclosure.ts'
import { scoreOf, type Tally } from './measures/score.ts'
import { liesOnCuts } from './measures/whole-periods.ts'
import { definitions, type Measure } from './measures.contract.ts'
import { type Population, periodsBetween, windowOf } from './population.ts'
import { says } from './says.ts'
import { workspaceFacts } from './surveys.ts'
import { type AnswerSet, answersIn, readAnswers, shared, tallyByPeriod, tallyOf } from './tallies.ts'
import { type Cuts, inWholeMonths, periodLength, wholeRangeBefore } from './whole-months.ts'

type Query = z.output<typeof contract.query>
interface Range {
  from: Date
  to: Date
}
type Point = ReturnType<typeof figuresOf> & Range & { period: string; tally: Tally | undefined }

/** A trend of more periods than this cannot be read, and a wrong date must not make a million of them. */
const mostPeriods = 600

export async function measureOf(ctx: Ctx, measure: Measure, query: Query) {
  const asked = await surveysAsked(ctx, query)
  const { time_zone } = await workspaceFacts(ctx)
  const guarded = isGuarded(asked.surveys)
  const wanted = await populationOf(ctx, asked, measure, query)
  const { population, told } = await inWholeMonths(ctx, wanted, guarded)
  const interval = periodLength(query.interval, guarded)
  const has_weights = await hasWeights(ctx, population)
  const weighted = has_weights && query.weights === 'on'
  const before = wholeRangeBefore(ctx, population, { told, time_zone })
  const read = before ? { ...population, from: before.before.from } : population
  const set = await readAnswers(ctx, read, { weighted })
  const periods = await periodsOf(ctx, set, { population, interval, time_zone })
  const whole = tallyOf(set, windowOf(population))
  const hidden = guarded && (await isHidden(ctx, population, answersIn(whole)))
  const tallies = tallyByPeriod(
    set,
    periods.map(({ from }) => from),
    windowOf(population),
  )
  const trend = trendOf(measure, tallies, periods, { told, hidden })
  const shown = figuresOf(measure, whole, hidden)
  const unsaid = hidden && population.people !== undefined
  const { scale_min: min, scale_max: max, polarity } = definitions[measure]
  return {
    measure,
    unit: unitIn(measure),
    scale: { min, max, polarity },
    kind: asked.kind,
    retired: await isRetired(ctx, population),
    weighted,
    has_weights,
    ...shown,
    n: unsaid ? null : shown.n,
    from: population.from ?? null,
    to: population.to ?? null,
    time_zone,
    interval,
    whole_months: guarded,
    interval_label: 'sampling variation only' as const,
    design_effect: hidden ? null : (scoreOf(definitions[measure], whole)?.design_effect ?? null),
    distribution: hidden || answersIn(whole) === 0 ? null : [...whole.counts],
    trend: unsaid ? [] : trend.map(withoutTally),
    change: hidden ? null : await changeOf(ctx, set, { population, whole, trend, before, guarded }),
    answered: await answeredOf(ctx, asked, wanted),
    as_of: ctx.now,
  }
}

function withoutTally(point: Point): Omit<Point, 'tally'> {
  const { tally: _, ...shown } = point
  return shown
}

type Periods = (Range & { period: string })[]

/** Those that the answers of the range lie in. */
async function periodsOf(
  ctx: Ctx,
  set: AnswerSet,
  { population, ...periods }: { population: Population; interval: Query['interval']; time_zone: string },
): Promise<Periods> {
  const { from, to } = windowOf(population)
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const at of set.at) {
    if (at < from || at >= to) continue
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  if (last < first) return []
  const all = await periodsBetween(ctx, new Date(first), new Date(last), periods)
  if (all.length > mostPeriods)
    throw fail('invalid', { detail: says.too_many_periods({ count: all.length, most: mostPeriods }) })
  return all
}

/** From the first period with an answer to the last, also those without. */
function trendOf(
  measure: Measure,
  tallies: readonly Tally[],
  periods: Periods,
  { told, hidden }: { told: Cuts | undefined; hidden: boolean },
): Point[] {
  const found = periods.map((period, index) => ({ ...period, tally: tallies[index] }))
  return found.map(point => {
    const isPart = told !== undefined && answersIn(point.tally) > 0 && !liesOnCuts(point, told)
    return { ...point, ...figuresOf(measure, point.tally, hidden || isPart) }
  })
}

type Side = Range & { tally: Tally }
type RangeBefore = ReturnType<typeof wholeRangeBefore>

/**
 * A range that has a beginning is compared with as many days before it; without either, the last
 * period of the trend with the one before.
 */
async function changeOf(
  ctx: Ctx,
  set: AnswerSet,
  {
    population,
    guarded,
    ...of
  }: { population: Population; whole: Tally; trend: Point[]; before: RangeBefore; guarded: boolean },
) {
  const { before, after } = previousRange(set, of) ?? lastPeriods(of.trend) ?? {}
  if (!before || !after) return null
  const least = Math.min(answersIn(before.tally), answersIn(after.tally))
  const earliest = { ...population, from: before.from, to: before.to }
  if (guarded && least < minimumN.score) return null
  if (guarded && (await isHidden(ctx, earliest, answersIn(before.tally)))) return null
  const definition = definitions[population.measure]
  const [earlier, later] = [waveOf(definition, before.tally), waveOf(definition, after.tally)]
  if (!earlier || !later) return null
  const both = shared(set, { before: windowOf(before), after: windowOf(after) })
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

function previousRange(
  set: AnswerSet,
  { whole, before: ranges }: { whole: Tally; before: RangeBefore },
): { before: Side; after: Side } | undefined {
  if (!ranges || answersIn(whole) === 0) return undefined
  const tally = tallyOf(set, windowOf(ranges.before))
  if (answersIn(tally) === 0) return undefined
  return { before: { ...ranges.before, tally }, after: { ...ranges.after, tally: whole } }
}

function lastPeriods(trend: Point[]): { before: Side; after: Side } | undefined {
  const [before, after] = trend.slice(-2)
  if (!before?.tally || !after?.tally || before.withheld || after.withheld) return undefined
  return { before: { ...before, tally: before.tally }, after: { ...after, tally: after.tally } }
}

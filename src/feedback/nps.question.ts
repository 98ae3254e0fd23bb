import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { answeredOf } from './answered.question.ts'
import { populationOf } from './asked.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { npsChange } from './measures/change.ts'
import { designEffect } from './measures/clusters.ts'
import { isUnsaid, isWithheld, minimumN, withheldParts } from './measures/disclosure.ts'
import { npsCountsOf, npsInterval, npsN, npsScore } from './measures/nps.ts'
import type { npsMeasure } from './nps.contract.ts'
import {
  type Population,
  periodsBetween,
  rangeOfAnswers,
  shared,
  type WaveRow,
  waves,
  withMemory,
} from './population.ts'
import { workspaceFacts } from './surveys.ts'

type Query = z.output<typeof npsMeasure.query>
type Answer = z.input<typeof npsMeasure.ok>
type Point = Omit<Answer['trend'][number], 'from' | 'to'> & { from: Date; to: Date; row: WaveRow | undefined }

/** A trend of more periods than this cannot be read, and a wrong date must not make a million of them. */
const mostPeriods = 600

export async function npsOf(ctx: Ctx, query: Query) {
  const asked = await surveysAsked(ctx, query)
  const { time_zone } = await workspaceFacts(ctx)
  const population = await populationOf(ctx, asked, query)
  const guarded = isGuarded(asked.surveys)
  const periods = { interval: query.interval, time_zone }
  await withMemory(ctx)
  const trendPeriods = await periodsOf(ctx, population, periods)
  const rows = await waves(
    ctx,
    population,
    trendPeriods.map(period => period.from),
  )
  const whole = rows.find(row => row.bucket === null)
  const hidden = guarded && (await isHidden(ctx, population, whole?.n ?? 0))
  const trend = trendOf(rows, trendPeriods, { guarded, hidden })
  const shown = figures(whole, hidden)
  const unsaid = hidden && population.people !== undefined
  return {
    measure: 'nps' as const,
    kind: asked.kind,
    ...shown,
    n: unsaid ? null : shown.n,
    from: population.from ?? null,
    to: population.to ?? null,
    time_zone,
    interval: query.interval,
    interval_label: 'sampling variation only' as const,
    design_effect: hidden || !whole ? null : designEffect(whole),
    distribution: hidden || !whole ? null : whole.distribution,
    trend: unsaid ? [] : trend.map(withoutRow),
    change: await changeOf(ctx, population, whole, trend, guarded || hidden),
    answered: await answeredOf(ctx, asked, population),
    as_of: ctx.now,
  }
}

function withoutRow(point: Point): Omit<Point, 'row'> {
  const { row: _, ...shown } = point
  return shown
}

/** Of a guarded survey: too few answers, or so many that the few left over could be worked out from a total. */
async function isHidden(ctx: Ctx, population: Population, n: number): Promise<boolean> {
  const { people: _, ...everybody } = population
  const { from: _from, to: _to, ...always } = population
  for (const wider of [everybody, always, { ...everybody, from: undefined, to: undefined }]) {
    const [total] = await waves(ctx, wider)
    if ((population.people ? isUnsaid : isWithheld)(n, total?.n ?? 0)) return true
  }
  return false
}

function figures(row: WaveRow | undefined, hidden: boolean) {
  const counts = npsCountsOf(row?.distribution ?? [])
  const n = npsN(counts)
  const score = npsScore(counts)
  const nothing = { low: null, high: null, promoters: null, passives: null, detractors: null }
  if (hidden) return { n, score: null, ...nothing, withheld: true, indicative: false }
  if (!row || score === undefined)
    return { n, score: null, ...nothing, ...counts, withheld: false, indicative: false }
  const interval = npsInterval(counts, { design_effect: designEffect(row) })
  return { n, score, ...interval, ...counts, withheld: false, indicative: n < minimumN.indicative }
}

type Periods = { from: Date; to: Date; period: string }[]

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
  rows: WaveRow[],
  periods: Periods,
  { guarded, hidden }: { guarded: boolean; hidden: boolean },
): Point[] {
  const byNumber = new Map(rows.map(row => [row.bucket, row]))
  const all = periods.map((period, index) => ({ ...period, row: byNumber.get(index + 1) }))
  const first = all.findIndex(({ row }) => row !== undefined)
  const found = all.slice(Math.max(0, first), all.findLastIndex(({ row }) => row !== undefined) + 1)
  const withheld = guarded ? withheldParts(found.map(({ row }) => row?.n ?? 0)) : []
  return found.map((point, index) => ({
    ...point,
    ...figures(point.row, hidden || withheld[index] === true),
  }))
}

/**
 * A range that has a beginning is compared with the range of the same length before it; without either, the last
 * period of the trend with the one before.
 */
async function changeOf(
  ctx: Ctx,
  population: Population,
  whole: WaveRow | undefined,
  trend: Point[],
  guarded: boolean,
) {
  const { from } = population
  const pair = (from && (await previousRange(ctx, { ...population, from }, whole))) ?? lastPeriods(trend)
  if (!pair) return null
  const { before, after } = pair
  const least = Math.min(before.row.n, after.row.n)
  if (guarded && least < minimumN.score) return null
  const ranges = [before, after].map(({ from, to }) => ({ ...population, from, to }))
  const [first = population, second = population] = ranges
  const both = await shared(ctx, first, second)
  const wave = (row: WaveRow) => ({ ...npsCountsOf(row.distribution), design_effect: designEffect(row) })
  const change = npsChange(wave(before.row), wave(after.row), both)
  if (!change) return null
  const { points, p, significant, method } = change
  const side = ({ from, to, row }: Side) => ({
    from,
    to,
    score: npsScore(npsCountsOf(row.distribution)) ?? 0,
    n: row.n,
  })
  return { points, p, significant, method, before: side(before), after: side(after) }
}

interface Side {
  from: Date
  to: Date
  row: WaveRow
}

async function previousRange(
  ctx: Ctx,
  population: Population & { from: Date },
  whole: WaveRow | undefined,
): Promise<{ before: Side; after: Side } | undefined> {
  const { from } = population
  const to = population.to ?? ctx.now
  const length = to.getTime() - from.getTime()
  if (!whole || length <= 0) return undefined
  const range = { from: new Date(from.getTime() - length), to: from }
  const [row] = await waves(ctx, { ...population, ...range })
  return row && { before: { ...range, row }, after: { from, to, row: whole } }
}

function lastPeriods(trend: Point[]): { before: Side; after: Side } | undefined {
  const [before, after] = trend.slice(-2)
  if (!before?.row || !after?.row || before.withheld || after.withheld) return undefined
  return { before: { ...before, row: before.row }, after: { ...after, row: after.row } }
}

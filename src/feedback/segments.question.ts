import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { printFilter } from '../records/filter-print.contract.ts'
import { populationOf } from './asked.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { figuresOf, hasWeights, isHidden, retiredTouchpoints, unitIn } from './figures.ts'
import type { measureSegments } from './measure.contract.ts'
import { type Change, changeBetween, waveOf } from './measures/change.ts'
import { minimumN } from './measures/disclosure.ts'
import { holm } from './measures/holm.ts'
import { scoreOf, type Tally } from './measures/score.ts'
import { definitions, type Measure } from './measures.contract.ts'
import { comparedRanges, type Population, windowOf } from './population.ts'
import { inSegment, type Segmenting, segmentFields, segmentsBy } from './segments.ts'
import { bySize, toldGroups } from './small-parts.ts'
import { readSegments } from './spellings.ts'
import { workspaceFacts } from './surveys.ts'
import { answersIn, type SegmentTally, tallyBySegment, tallyOf } from './tallies.ts'

type Query = z.output<typeof measureSegments.query>
type Group = 'value' | 'unknown' | 'others'
interface Segment {
  group: Group
  value: string | null
  tally: Tally
}

const mostSegments = 20

export async function segmentsOf(ctx: Ctx, measure: Measure, query: Query) {
  const asked = await surveysAsked(ctx, query)
  const guarded = isGuarded(asked.surveys)
  const base = ofAllTime(await populationOf(ctx, asked, measure, query), guarded)
  const has_weights = await hasWeights(ctx, base)
  const weighted = has_weights && query.weights === 'on'
  const { time_zone } = await workspaceFacts(ctx)
  const segmenting = await segmentsBy(ctx, asked, base, query.by)
  const { population } = segmenting
  const ranges = comparedRanges(ctx, population, time_zone)
  const read = ranges ? { ...population, from: ranges.before.from } : population
  const set = await readSegments(ctx, read, { segmenting, weighted })
  const whole = tallyOf(set, windowOf(population))
  const withheld = guarded && (await isHidden(ctx, base, answersIn(whole)))
  const segments = withheld ? [] : segmentsIn(tallyBySegment(set, windowOf(population)), guarded)
  const differences = corrected(differencesOf(measure, whole, segments))
  const earlier = ranges && tallyBySegment(set, windowOf(ranges.before))
  const changes = corrected(changesOf(measure, segments, earlier ?? []))
  const retired = query.by === 'touchpoint' ? await retiredTouchpoints(ctx, base) : undefined
  return {
    measure,
    unit: unitIn(measure),
    kind: asked.kind,
    weighted,
    has_weights,
    interval_label: 'sampling variation only' as const,
    as_of: ctx.now,
    by: query.by,
    fields: await segmentFields(ctx),
    withheld,
    of_all_time: guarded,
    segments: segments.map(({ tally, ...segment }, index) => ({
      ...segment,
      filter: narrowing(segmenting, segment),
      label: segment.value === null ? null : (segmenting.labels.get(segment.value) ?? null),
      retired: segment.value !== null && (retired?.has(segment.value) ?? false),
      ...figuresOf(measure, tally, false),
      difference: differences[index] ?? null,
      change: changes[index] ?? null,
    })),
  }
}

/** The filter over people that narrows every figure to a segment. */
function narrowing({ filterOf }: Segmenting, { group, value }: Omit<Segment, 'tally'>): string | null {
  const filter = group === 'value' && value !== null ? filterOf?.(value) : undefined
  return filter ? printFilter(filter) : null
}

/** A segment of few answers a month would be told by two ranges, so those of a guarded survey are always of all its answers. */
const ofAllTime = (population: Population, guarded: boolean): Population =>
  guarded ? { ...population, from: undefined, to: undefined } : population

/** The largest segments by name, the rest together. Of a guarded survey the small ones have no name, and too few are not there. */
function segmentsIn(rows: readonly SegmentTally[], guarded: boolean): Segment[] {
  const told = guarded ? toldGroups(rows) : undefined
  const named: Segment[] = []
  const rest: SegmentTally[] = []
  for (const tally of bySize(rows)) {
    const group = tally.group === null ? 'unknown' : 'value'
    if (told?.has(tally.group) === false || (named.length >= mostSegments && group === 'value'))
      rest.push(tally)
    else named.push({ group, value: tally.group, tally })
  }
  const others = rest.length === 0 ? undefined : rest.reduce<Tally>(added, empty(rest[0]))
  if (!others || (guarded && answersIn(others) < minimumN.score)) return named
  return [...named, { group: 'others', value: null, tally: others }]
}

const empty = (like: Tally | undefined): Tally => {
  const zeros = (like?.counts ?? []).map(() => 0)
  const none = { clusters: 0, cluster_squares: 0, cluster_products: 0, cluster_sizes_squared: 0 }
  return { counts: zeros, weights: zeros, squares: zeros, clusters: (like?.clusters ?? []).map(() => none) }
}

const sum = (one: readonly number[], other: readonly number[], sign = 1): number[] =>
  one.map((value, index) => value + sign * (other[index] ?? 0))

/** Companies with answers in several of them count as several. */
function added(one: Tally, other: Tally): Tally {
  return {
    counts: sum(one.counts, other.counts),
    weights: sum(one.weights, other.weights),
    squares: sum(one.squares, other.squares),
    clusters: one.clusters.map((cluster, index) => {
      const more = other.clusters[index] ?? cluster
      return {
        clusters: cluster.clusters + more.clusters,
        cluster_squares: cluster.cluster_squares + more.cluster_squares,
        cluster_products: cluster.cluster_products + more.cluster_products,
        cluster_sizes_squared: cluster.cluster_sizes_squared + more.cluster_sizes_squared,
      }
    }),
  }
}

/** From all the other answers together, as clustered as the whole is. */
function differencesOf(measure: Measure, whole: Tally, segments: readonly Segment[]) {
  const definition = definitions[measure]
  const design_effect = scoreOf(definition, whole)?.design_effect
  return segments.map(({ tally }, at) => {
    const own = waveOf(definition, tally)
    const rest = segments.filter((_, index) => index !== at).map(segment => segment.tally)
    const others = waveOf(definition, rest.reduce<Tally>(added, empty(tally)), { design_effect })
    return own && others && changeBetween(others, own)
  })
}

/** From the same segment in the range before. */
function changesOf(
  measure: Measure,
  segments: readonly Segment[],
  before: readonly SegmentTally[],
): (Change | undefined)[] {
  const definition = definitions[measure]
  return segments.map(({ group, value, tally }) => {
    const earlier = group === 'others' ? undefined : before.find(row => row.group === value)
    if (!earlier) return undefined
    const [first, second] = [waveOf(definition, earlier), waveOf(definition, tally)]
    return first && second && changeBetween(first, second)
  })
}

/** Several segments at once: Holm's correction. */
function corrected(changes: readonly (Change | undefined)[]) {
  const adjusted = holm(changes.flatMap(change => change?.p ?? []))
  let next = 0
  return changes.map(change => {
    if (!change) return null
    const p = adjusted[next++] ?? 1
    return { points: change.points, p, significant: p < 0.05 }
  })
}

/** The answers of one segment, by the words that it was given with, and whether it is told at all. */
export async function segmentPopulation(
  ctx: Ctx,
  asked: Awaited<ReturnType<typeof surveysAsked>>,
  population: Population,
  { by, group, value }: { by: string; group: Group; value?: string | undefined },
): Promise<{ population: Population; told: boolean }> {
  const guarded = isGuarded(asked.surveys)
  const segmenting = await segmentsBy(ctx, asked, ofAllTime(population, guarded), by)
  const text = group === 'value' ? (value ?? '') : null
  if (group !== 'others' && !guarded && !segmenting.formsOf)
    return { population: inSegment(segmenting, [text]), told: true }
  const set = await readSegments(ctx, segmenting.population, { segmenting, weighted: false, about: text })
  const segments = segmentsIn(tallyBySegment(set), guarded)
  const meant = set.meant(text)
  const told = segments.some(one => one.group === group && (group !== 'value' || meant.includes(one.value)))
  const named = segments.flatMap(one => (one.group === 'others' ? [] : set.meant(one.value)))
  return {
    population:
      group === 'others' ? inSegment(segmenting, named, { beside: true }) : inSegment(segmenting, meant),
    told: told || !guarded,
  }
}

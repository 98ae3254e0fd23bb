// The figures of a measure from how often each answer was given. Three kinds: `net`, the first band less the last, −100 to
// +100 points (nps.ts); `share`, answers in the first band, 0 to 100 percent (Wilson, share.ts); `mean`, on the scale of the
// measure (Student's t, mean.ts). All intervals are 95 % and cover sampling variation only. Weighted answers count as many as
// Kish's effective n says, (Σw)² / Σw²; answers that come in clusters as many fewer as the design effect says (clusters.ts).
import type { Definition } from '../measures.contract.ts'
import { type ClusterSquares, designEffect } from './clusters.ts'
import { meanInterval } from './mean.ts'
import { npsInterval } from './nps.ts'
import { wilson } from './share.ts'
import { effectiveN } from './weights.ts'

/** Sums over the answers of a wave, one place for each value of the scale from the lowest. */
export interface Tally {
  counts: readonly number[]
  /** Σ w of the answers of each value; the counts where nothing is weighted */
  weights: readonly number[]
  /** Σ w² */
  squares: readonly number[]
  /** of the score, and of the second figure where there is one */
  clusters: readonly ClusterSquares[]
}

export type FigureKind = Definition['score']

export interface Figure {
  kind: FigureKind
  value: number
  /** undefined where one answer does not tell how much they vary */
  low: number | undefined
  high: number | undefined
}

export interface Moments {
  n: number
  /** Σ w */
  weight: number
  /** (Σw)² / Σw² */
  effective_n: number
  /** Σ w·vote */
  sum: number
  /** weighted mean of the votes */
  centre: number
  /** weighted mean of the squared votes, less the squared mean */
  spread: number
  design_effect: number
}

/** What an answer counts for in a figure: +1 and −1, 1, or its value. */
export function voteOf({ bands }: Pick<Definition, 'bands'>, kind: FigureKind, value: number): number {
  if (kind === 'mean') return value
  const [best] = bands
  const worst = bands.at(-1)
  if (value >= best.low && value <= best.high) return 1
  return kind === 'net' && worst && value >= worst.low && value <= worst.high ? -1 : 0
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

/** undefined without answers. */
export function momentsOf(
  definition: Definition,
  kind: FigureKind,
  { counts, weights, squares }: Pick<Tally, 'counts' | 'weights' | 'squares'>,
  /** Sums over clusters, or a design effect that is known */
  clusters: ClusterSquares | number | undefined,
): Moments | undefined {
  const n = total(counts)
  if (n === 0) return undefined
  const votes = counts.map((_, index) => voteOf(definition, kind, definition.scale_min + index))
  const over = (sums: readonly number[], power: number) =>
    total(sums.map((sum, index) => sum * (votes[index] ?? 0) ** power))
  const weight = total(weights)
  const w2 = total(squares)
  const votesSum = over(weights, 1)
  const centre = votesSum / weight
  const own = { n, centre, squares: w2, sum: over(squares, 1), sum_squares: over(squares, 2) }
  return {
    n,
    weight,
    effective_n: effectiveN(weight, w2),
    sum: votesSum,
    centre,
    spread: Math.max(0, over(weights, 2) / weight - centre ** 2),
    design_effect: typeof clusters === 'object' ? designEffect({ ...clusters, ...own }) : (clusters ?? 1),
  }
}

/** The answers as if unweighted, in bands of the best, the worst and those between. */
export function npsCountsWorth(
  definition: Definition,
  { weights }: Pick<Tally, 'weights'>,
  { effective_n, weight }: Moments,
) {
  const worth = (vote: number) =>
    (effective_n / weight) *
    total(weights.filter((_, index) => voteOf(definition, 'net', definition.scale_min + index) === vote))
  return { promoters: worth(1), passives: worth(0), detractors: worth(-1) }
}

/** Divided last, so that 22 of 40 are 55 and not a hair more. */
export const percentOf = ({ sum, weight }: Pick<Moments, 'sum' | 'weight'>): number => (100 * sum) / weight

function figureOf(definition: Definition, kind: FigureKind, tally: Tally, moments: Moments): Figure {
  const { centre, spread, effective_n, design_effect } = moments
  if (kind === 'net') {
    const counts = npsCountsWorth(definition, tally, moments)
    return { kind, value: percentOf(moments), ...npsInterval(counts, { design_effect }) }
  }
  if (kind === 'share') {
    const { low, high } = wilson(centre, effective_n / design_effect)
    return { kind, value: percentOf(moments), low: 100 * low, high: 100 * high }
  }
  const interval = meanInterval({ mean: centre, spread, n: effective_n, design_effect }, definition)
  return { kind, value: centre, low: interval?.low, high: interval?.high }
}

export interface BandFigure {
  name: string
  /** answers, unweighted */
  n: number
  /** 0 to 1, weighted where answers are */
  share: number
  low: number
  high: number
}

export interface Scored {
  n: number
  effective_n: number
  design_effect: number
  score: Figure
  second: Figure | undefined
  bands: BandFigure[]
}

/** undefined without answers. The interval of a band's share takes the design effect of the score. */
export function scoreOf(
  definition: Definition,
  tally: Tally,
  known: { design_effect?: number | undefined } = {},
): Scored | undefined {
  const clusters = (index: number) => known.design_effect ?? tally.clusters[index]
  const moments = momentsOf(definition, definition.score, tally, clusters(0))
  if (!moments) return undefined
  const { n, weight, effective_n, design_effect } = moments
  const second =
    definition.second === null ? undefined : momentsOf(definition, definition.second, tally, clusters(1))
  const within = (sums: readonly number[], low: number, high: number) =>
    total(sums.slice(low - definition.scale_min, high - definition.scale_min + 1))
  return {
    n,
    effective_n,
    design_effect,
    score: figureOf(definition, definition.score, tally, moments),
    second: second && definition.second ? figureOf(definition, definition.second, tally, second) : undefined,
    bands: definition.bands.map(({ name, low, high }) => {
      const share = within(tally.weights, low, high) / weight
      return {
        name,
        n: within(tally.counts, low, high),
        share,
        ...wilson(share, effective_n / design_effect),
      }
    }),
  }
}

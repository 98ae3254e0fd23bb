// Has the NPS changed between two waves? The difference of the adjusted estimates over its standard error,
// two-sided, at 5 %. For the same people in both waves the covariance of their two answers is taken off the
// variance: with nobody in common this is the test of independent waves, with everybody the paired test.
import { normalTails } from './distributions.ts'
import { type NpsCounts, npsEstimate, npsN, npsScore } from './nps.ts'

/**
 * Sums over every pair of a person's answer before and the same person's answer after, each as +1 promoter,
 * 0 passive, −1 detractor; one pair for a person who answered once in each wave.
 */
export interface Shared {
  /** pairs */
  n: number
  sum_before: number
  sum_after: number
  sum_product: number
}

export interface Wave extends NpsCounts {
  design_effect?: number
}

export interface Change {
  /** difference of the two scores as shown, in points */
  points: number
  z: number
  p: number
  significant: boolean
  method: 'independent' | 'paired'
}

/** undefined when a wave has no answers. */
export function npsChange(before: Wave, after: Wave, shared?: Shared): Change | undefined {
  const scores = [npsScore(before), npsScore(after)]
  const [first, second] = scores
  if (first === undefined || second === undefined) return undefined
  const a = npsEstimate(before, before)
  const b = npsEstimate(after, after)
  const independent = a.standard_error ** 2 + b.standard_error ** 2
  const covariance = shared && shared.n > 0 ? sharedCovariance(before, after, shared) : 0
  // Rounding and the pseudo-answers may leave a sliver: never less than 1 % of the independent variance.
  const variance = Math.max(independent - 2 * covariance, independent / 100)
  const z = (b.estimate - a.estimate) / Math.sqrt(variance)
  const p = normalTails(z)
  return {
    points: second - first,
    z,
    p,
    significant: p < 0.05,
    method: covariance === 0 ? 'independent' : 'paired',
  }
}

function sharedCovariance(before: NpsCounts, after: NpsCounts, shared: Shared): number {
  const [m, n] = [npsN(before), npsN(after)]
  const meanBefore = (before.promoters - before.detractors) / m
  const meanAfter = (after.promoters - after.detractors) / n
  const products =
    shared.sum_product -
    meanAfter * shared.sum_before -
    meanBefore * shared.sum_after +
    shared.n * meanBefore * meanAfter
  return (100 ** 2 * products) / ((m + 3) * (n + 3))
}

// Has a measure changed between two waves, or does one group differ from another? Two-sided, at 5 %, never below the noise.
// net: the difference of the adjusted estimates over their adjusted standard error (nps.ts). share: one success and one
// failure added to each wave (Agresti & Caffo, The American Statistician 54, 2000). mean: Welch's t with the degrees of freedom
// of Satterthwaite. For the same people in both waves the covariance of their two answers is taken off the variance: with
// nobody in common this is the test of independent waves, with everybody the paired test.
import type { Definition } from '../measures.contract.ts'
import { normalTails, studentTails } from './distributions.ts'
import { meanVariance } from './mean.ts'
import { npsEstimate } from './nps.ts'
import { momentsOf, npsCountsWorth, percentOf, type Tally } from './score.ts'

/** One wave, in the unit of its score. */
export interface Wave {
  /** the score as it is shown */
  score: number
  /** what is compared: the adjusted estimate */
  estimate: number
  variance: number
  /** degrees of freedom; infinite for net and share */
  df: number
  /** mean of the votes */
  centre: number
  /** takes a sum of w·vote to the estimate: unit × shrinkage ÷ Σw */
  scale: number
}

/**
 * Sums over every person who answered in both waves, sx and mx being Σ w·vote and Σ w of the answers before, sy and my of those
 * after. With one unweighted answer in each wave: their number, the sums of both votes, the sum of products.
 */
export interface Shared {
  /** Σ mx·my */
  n: number
  /** Σ sx·my */
  sum_before: number
  /** Σ mx·sy */
  sum_after: number
  /** Σ sx·sy */
  sum_product: number
}

export interface Change {
  /** difference of the two scores as shown, in the unit of the score */
  points: number
  z: number
  p: number
  significant: boolean
  method: 'independent' | 'paired'
}

/** undefined without answers, or where a mean has no spread that could be known. */
export function waveOf(
  definition: Definition,
  tally: Tally,
  known: { design_effect?: number | undefined } = {},
): Wave | undefined {
  const clusters = known.design_effect ?? tally.clusters[0]
  const moments = momentsOf(definition, definition.score, tally, clusters)
  if (!moments) return undefined
  const { centre, spread, weight, effective_n: n, design_effect } = moments
  if (definition.score === 'net') {
    const { estimate, standard_error } = npsEstimate(npsCountsWorth(definition, tally, moments), {
      design_effect,
    })
    const scale = (100 * n) / (n + 3) / weight
    return {
      score: percentOf(moments),
      estimate,
      variance: standard_error ** 2,
      df: Number.POSITIVE_INFINITY,
      centre,
      scale,
    }
  }
  if (definition.score === 'share') {
    const worth = n / design_effect
    const p = (centre * worth + 1) / (worth + 2)
    const variance = (100 ** 2 * p * (1 - p)) / (worth + 2)
    const scale = (100 * worth) / (worth + 2) / weight
    return {
      score: percentOf(moments),
      estimate: 100 * p,
      variance,
      df: Number.POSITIVE_INFINITY,
      centre,
      scale,
    }
  }
  const found = meanVariance({ spread, n, design_effect })
  return found && { score: centre, estimate: centre, ...found, centre, scale: 1 / weight }
}

/** undefined where neither wave varies, so that nothing can be tested. */
export function changeBetween(before: Wave, after: Wave, shared?: Shared): Change | undefined {
  const independent = before.variance + after.variance
  if (independent <= 0) return undefined
  const covariance = shared && shared.n > 0 ? sharedCovariance(before, after, shared) : 0
  // Rounding and the pseudo-answers may leave a sliver: never less than 1 % of the independent variance.
  const variance = Math.max(independent - 2 * covariance, independent / 100)
  const z = (after.estimate - before.estimate) / Math.sqrt(variance)
  const df =
    independent ** 2 / (before.variance ** 2 / before.df + after.variance ** 2 / after.df || Number.MIN_VALUE)
  const p = Number.isFinite(before.df) && Number.isFinite(after.df) ? studentTails(z, df) : normalTails(z)
  return {
    points: after.score - before.score,
    z,
    p,
    significant: p < 0.05,
    method: covariance === 0 ? 'independent' : 'paired',
  }
}

function sharedCovariance(before: Wave, after: Wave, shared: Shared): number {
  const products =
    shared.sum_product -
    after.centre * shared.sum_before -
    before.centre * shared.sum_after +
    shared.n * before.centre * after.centre
  return before.scale * after.scale * products
}

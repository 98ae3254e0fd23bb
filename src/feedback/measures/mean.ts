// The mean of answers on a scale, with Student's t interval (95 %), in the unit of the scale and clipped to it.
import type { Definition } from '../measures.contract.ts'
import { studentQuantile95 } from './distributions.ts'
import type { Interval } from './nps.ts'

export interface Mean {
  mean: number
  /** mean of the squared deviations (over n, not n − 1) */
  spread: number
  /** answers, or what weighted ones are worth */
  n: number
  design_effect: number
}

/** Squared standard error with its degrees of freedom: of as many answers as clustered ones are worth. undefined for one answer. */
export function meanVariance({ spread, n, design_effect }: Omit<Mean, 'mean'>) {
  const worth = n / design_effect
  if (n <= 1 || worth <= 1) return undefined
  return { variance: (spread * n) / (n - 1) / worth, df: Math.max(1, worth - 1) }
}

/** undefined for one answer, whose spread is unknown. */
export function meanInterval(
  of: Mean,
  { scale_min, scale_max }: Pick<Definition, 'scale_min' | 'scale_max'>,
): Interval | undefined {
  const found = meanVariance(of)
  if (!found) return undefined
  const half = studentQuantile95(found.df) * Math.sqrt(found.variance)
  return { low: Math.max(scale_min, of.mean - half), high: Math.min(scale_max, of.mean + half) }
}

// The mean of answers on a scale, with Student's t interval (95 %), in the unit of the scale and clipped to it.
import { studentQuantile95 } from './distributions.ts'
import type { Interval } from './nps.ts'

export interface Mean extends Partial<Interval> {
  mean: number
  n: number
}

/** undefined without answers; without bounds for one answer, whose spread is unknown. */
export function mean(
  values: readonly number[],
  scale: { scale_min: number; scale_max: number },
): Mean | undefined {
  const n = values.length
  if (n === 0) return undefined
  for (const value of values)
    if (!(value >= scale.scale_min && value <= scale.scale_max))
      throw new RangeError('an answer lies outside its scale')
  const centre = values.reduce((total, value) => total + value, 0) / n
  if (n === 1) return { mean: centre, n }
  const variance = values.reduce((total, value) => total + (value - centre) ** 2, 0) / (n - 1)
  const half = studentQuantile95(n - 1) * Math.sqrt(variance / n)
  return {
    mean: centre,
    n,
    low: Math.max(scale.scale_min, centre - half),
    high: Math.min(scale.scale_max, centre + half),
  }
}

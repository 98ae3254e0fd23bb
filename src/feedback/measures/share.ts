// A share of answers (top-2-box of CSAT, agreement of CES 2.0, …) with Wilson's score interval without
// continuity correction (Wilson, JASA 22, 1927). Shares and bounds are proportions from 0 to 1; 95 %.
import type { Interval } from './nps.ts'

const z = 1.959_963_984_540_054

/** The interval of a share among n answers; n need not be whole, where they are weighted or clustered. */
export function wilson(share: number, n: number): Interval {
  if (!(share >= -1e-12 && share <= 1 + 1e-12 && n > 0))
    throw new RangeError('a share counts some of n answers')
  const p = Math.min(1, Math.max(0, share))
  const denominator = 1 + z ** 2 / n
  const centre = (p + z ** 2 / (2 * n)) / denominator
  const half = (z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / denominator
  return {
    low: p === 0 ? 0 : Math.max(0, centre - half),
    high: p === 1 ? 1 : Math.min(1, centre + half),
  }
}

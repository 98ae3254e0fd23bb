// A share of answers (top-2-box of CSAT, agreement of CES 2.0, …) with Wilson's score interval without
// continuity correction (Wilson, JASA 22, 1927). Shares and bounds are proportions from 0 to 1; 95 %.
import type { Interval } from './nps.ts'

const z = 1.959_963_984_540_054

/** undefined without answers. */
export function share(successes: number, n: number): ({ share: number; n: number } & Interval) | undefined {
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n)
    throw new RangeError('a share counts some of n answers')
  if (n === 0) return undefined
  const p = successes / n
  const denominator = 1 + z ** 2 / n
  const centre = (p + z ** 2 / (2 * n)) / denominator
  const half = (z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / denominator
  return {
    share: p,
    n,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
  }
}

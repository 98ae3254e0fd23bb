import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { npsChange, type Shared } from './change.ts'
import { type ClusterSums, designEffect } from './clusters.ts'
import { isWithheld, withheldParts } from './disclosure.ts'
import { normalTails, studentQuantile95, studentTails } from './distributions.ts'
import { feelingOf } from './feeling.ts'
import { holm } from './holm.ts'
import { mean } from './mean.ts'
import { npsCounts, npsCountsOf, npsEstimate, npsInterval, npsN, npsScore } from './nps.ts'
import { responseRates } from './response-rate.ts'
import { share } from './share.ts'
import { effectiveN } from './weights.ts'

const counts = (promoters: number, detractors: number, n: number) => ({
  promoters,
  detractors,
  passives: n - promoters - detractors,
})
const someCounts = fc
  .tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000))
  .map(([promoters, passives, detractors]) => ({ promoters, passives, detractors }))

describe('NPS', () => {
  it.each([
    [50, 17, 100, 33, 17.56, 46.52],
    [5, 2, 10, 30, -19.05, 65.2],
    [10, 0, 10, 100, 47.5, 100],
  ])('of %i promoters and %i detractors among %i is %d, between %d and %d', (p, d, n, score, low, high) => {
    expect(npsScore(counts(p, d, n))).toBeCloseTo(score, 10)
    const interval = npsInterval(counts(p, d, n))
    expect(interval.low).toBeCloseTo(low, 2)
    expect(interval.high).toBeCloseTo(high, 2)
  })

  it('bands 0–6, 7–8 and 9–10, from answers or from a distribution', () => {
    expect(npsCounts([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({
      detractors: 7,
      passives: 2,
      promoters: 2,
    })
    expect(npsCountsOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).toEqual(counts(2, 7, 11))
  })

  it('refuses what is not an answer', () => {
    for (const wrong of [-1, 11, 6.5, Number.NaN]) expect(() => npsCounts([wrong])).toThrow(RangeError)
  })

  it('has no score without answers, and its interval then says nothing', () => {
    expect(npsScore(counts(0, 0, 0))).toBeUndefined()
    const { low, high } = npsInterval(counts(0, 0, 0))
    expect(high - low).toBeGreaterThan(150)
  })

  it('stays within ±100, its interval around its estimate, for any counts', () => {
    fc.assert(
      fc.property(someCounts, counts => {
        const { low, high } = npsInterval(counts)
        const { estimate } = npsEstimate(counts)
        expect(low).toBeGreaterThanOrEqual(-100)
        expect(high).toBeLessThanOrEqual(100)
        expect(low).toBeLessThan(estimate)
        expect(high).toBeGreaterThan(estimate)
        const score = npsScore(counts)
        if (score !== undefined) expect(Math.abs(score)).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('mirrors when promoters and detractors change places, and narrows with more of the same answers', () => {
    fc.assert(
      fc.property(someCounts, counts => {
        fc.pre(npsN(counts) > 0)
        const mirrored = { ...counts, promoters: counts.detractors, detractors: counts.promoters }
        expect(npsScore(mirrored)).toBeCloseTo(-(npsScore(counts) ?? 0), 9)
        expect(npsInterval(mirrored).low).toBeCloseTo(-npsInterval(counts).high, 9)
        const tenfold = {
          promoters: counts.promoters * 10,
          passives: counts.passives * 10,
          detractors: counts.detractors * 10,
        }
        expect(npsEstimate(tenfold).standard_error).toBeLessThan(npsEstimate(counts).standard_error)
      }),
    )
  })
})

describe('a change between two waves', () => {
  it('of (100, 40, 200) to (120, 30, 200) is 15 points with z 1.955 and p 0.0505: not significant', () => {
    const change = npsChange(counts(100, 40, 200), counts(120, 30, 200))
    expect(change?.points).toBeCloseTo(15, 10)
    expect(change?.z).toBeCloseTo(1.955, 3)
    expect(change?.p).toBeCloseTo(0.0505, 3)
    expect(change).toMatchObject({ significant: false, method: 'independent' })
  })

  it('is unknown when one wave is empty', () => {
    expect(npsChange(counts(0, 0, 0), counts(3, 1, 5))).toBeUndefined()
  })

  it('changes its sign and nothing else when the waves change places', () => {
    fc.assert(
      fc.property(someCounts, someCounts, (a, b) => {
        const there = npsChange(a, b)
        const back = npsChange(b, a)
        if (!there || !back) return
        expect(back.points).toBeCloseTo(-there.points, 9)
        expect(back.p).toBeCloseTo(there.p, 9)
      }),
    )
  })

  it('among the same people is close to the paired test, and finds what the independent test misses', () => {
    // 200 people; 12 detractors become promoters, all others answer as before.
    const pairs = [
      ...Array.from({ length: 100 }, () => [1, 1]),
      ...Array.from({ length: 60 }, () => [0, 0]),
      ...Array.from({ length: 28 }, () => [-1, -1]),
      ...Array.from({ length: 12 }, () => [-1, 1]),
    ] as [number, number][]
    const shared: Shared = { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
    for (const [before, after] of pairs) {
      shared.n += 1
      shared.sum_before += before
      shared.sum_after += after
      shared.sum_product += before * after
    }
    const before = counts(100, 40, 200)
    const after = counts(112, 28, 200)
    expect(npsChange(before, after)?.significant).toBe(false)
    const paired = npsChange(before, after, shared)
    const differences = pairs.map(([first, second]) => second - first)
    const centre = differences.reduce((sum, value) => sum + value, 0) / 200
    const deviation = Math.sqrt(differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 199)
    expect(paired).toMatchObject({ significant: true, method: 'paired' })
    expect(paired?.z).toBeCloseTo(centre / (deviation / Math.sqrt(200)), 0)
  })
})

describe('a share', () => {
  it.each([
    [85, 100, 76.7, 90.7],
    [4, 5, 37.6, 96.4],
    [0, 10, 0, 27.8],
  ])('of %i in %i lies between %d and %d %%', (successes, n, low, high) => {
    const found = share(successes, n)
    expect(100 * (found?.low ?? -1)).toBeCloseTo(low, 1)
    expect(100 * (found?.high ?? -1)).toBeCloseTo(high, 1)
  })

  it('lies within its interval, and the interval within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const found = share(Math.min(a, b), Math.max(a, b))
        if (!found) return
        expect(found.low).toBeGreaterThanOrEqual(0)
        expect(found.low).toBeLessThanOrEqual(found.share)
        expect(found.high).toBeGreaterThanOrEqual(found.share)
        expect(found.high).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is unknown of nothing, and of more than there are it is refused', () => {
    expect(share(0, 0)).toBeUndefined()
    expect(() => share(3, 2)).toThrow(RangeError)
  })
})

describe('a mean', () => {
  const ces = { scale_min: 1, scale_max: 7 }
  it('carries a t interval', () => {
    // n 5, mean 5, s √2.5, t(4) 2.776445: ± 1.96324
    const found = mean([3, 4, 5, 6, 7], ces)
    expect(found?.mean).toBe(5)
    expect(found?.low).toBeCloseTo(5 - 1.963_243, 5)
    expect(found?.high).toBeCloseTo(5 + 1.963_243, 5)
  })

  it('has no interval for one answer and none at all without', () => {
    expect(mean([4], ces)).toEqual({ mean: 4, n: 1 })
    expect(mean([], ces)).toBeUndefined()
    expect(() => mean([8], ces)).toThrow(RangeError)
  })
})

describe('the distributions', () => {
  it.each([
    [1, 12.706_204_7],
    [4, 2.776_445_1],
    [9, 2.262_157_2],
    [30, 2.042_272_5],
    [1000, 1.962_339_1],
  ])('with %i degrees of freedom 95 %% lie within ±%d', (df, t) => {
    expect(studentQuantile95(df)).toBeCloseTo(t, 6)
    expect(studentTails(t, df)).toBeCloseTo(0.05, 7)
  })

  it.each([
    [0, 1],
    [1, 0.317_310_507_9],
    [1.959_963_984_5, 0.05],
    [2.575_829_303_5, 0.01],
    [4, 6.334_248_37e-5],
  ])('the normal tails beyond ±%d are %d', (z, p) => {
    expect(normalTails(z)).toBeCloseTo(p, 9)
    expect(normalTails(-z)).toBeCloseTo(p, 9)
  })
})

describe('several comparisons', () => {
  it('are corrected step down', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    for (const [index, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[index]).toBeCloseTo(p, 12)
    expect(holm([])).toEqual([])
  })

  it('never become more significant, keep their order and stay below 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), pValues => {
        const adjusted = holm(pValues)
        for (const [index, p] of pValues.entries()) {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p)
          expect(adjusted[index]).toBeLessThanOrEqual(1)
          for (const [other, q] of pValues.entries())
            if (p <= q) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[other] ?? 1)
        }
      }),
    )
  })
})

describe('weights', () => {
  it('leave (Σw)² / Σw² effective answers', () => {
    expect(effectiveN([1, 1, 1, 1])).toBe(4)
    expect(effectiveN([3, 1])).toBeCloseTo(1.6, 12)
    expect(effectiveN([])).toBe(0)
    expect(() => effectiveN([1, 0])).toThrow(RangeError)
  })

  it('never leave more than there are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1 }), weights => {
        expect(effectiveN(weights)).toBeGreaterThanOrEqual(1 - 1e-9)
        expect(effectiveN(weights)).toBeLessThanOrEqual(weights.length + 1e-9)
      }),
    )
  })
})

describe('answers of one company', () => {
  const sums = (clusters: number[][]): ClusterSums => {
    const total: ClusterSums = {
      clusters: clusters.length,
      n: 0,
      sum: 0,
      sum_squares: 0,
      cluster_squares: 0,
      cluster_products: 0,
      cluster_sizes_squared: 0,
    }
    for (const cluster of clusters) {
      const s = cluster.reduce((sum, value) => sum + value, 0)
      total.n += cluster.length
      total.sum += s
      total.sum_squares += cluster.reduce((sum, value) => sum + value ** 2, 0)
      total.cluster_squares += s ** 2
      total.cluster_products += s * cluster.length
      total.cluster_sizes_squared += cluster.length ** 2
    }
    return total
  }

  it('that all agree count as one: twenty such companies of five widen the variance five times', () => {
    const clusters = Array.from({ length: 20 }, (_, index) =>
      Array.from({ length: 5 }, () => (index % 2 ? 1 : -1)),
    )
    // G/(G−1) ÷ n/(n−1) · 5 = (20/19)/(100/99) · 5
    expect(designEffect(sums(clusters))).toBeCloseTo((20 / 19 / (100 / 99)) * 5, 10)
  })

  it('change nothing when everyone has a company of his own, or all are of one', () => {
    expect(designEffect(sums([[1], [0], [-1], [1]]))).toBe(1)
    expect(designEffect(sums([[1, 0, -1, 1]]))).toBe(1)
    expect(designEffect(sums([[1, 1], [1]]))).toBe(1)
  })

  it('never narrow an interval', () => {
    const answers = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(answers, { minLength: 1, maxLength: 12 }), clusters => {
        expect(designEffect(sums(clusters))).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})

describe('disclosure', () => {
  it('withholds fewer than five, and what leaves fewer than five', () => {
    expect(isWithheld(4, 100)).toBe(true)
    expect(isWithheld(5, 100)).toBe(false)
    expect(isWithheld(97, 100)).toBe(true)
    expect(isWithheld(100, 100)).toBe(false)
    expect(isWithheld(0, 100)).toBe(false)
  })

  it('withholds a second part where one small part could be worked out from the total', () => {
    expect(withheldParts([3, 20, 9])).toEqual([true, false, true])
    expect(withheldParts([3, 4, 20])).toEqual([true, true, false])
    expect(withheldParts([0, 20, 9])).toEqual([false, false, false])
  })

  it('never leaves the hidden parts together below the minimum, unless nothing else is left to hide', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 15 }), sizes => {
        const hidden = sizes.filter((_, index) => withheldParts(sizes)[index])
        const sum = hidden.reduce((total, n) => total + n, 0)
        const shown = sizes.filter((n, index) => n > 0 && !withheldParts(sizes)[index])
        expect(sum === 0 || sum >= 5 || shown.length === 0).toBe(true)
        for (const n of shown) expect(n).toBeGreaterThanOrEqual(5)
      }),
    )
  })
})

describe('response rates', () => {
  it('are AAPOR RR1 and RR2', () => {
    const rates = responseRates({
      complete: 30,
      partial: 10,
      refused: 5,
      no_contact: 40,
      other: 5,
      unknown: 10,
    })
    expect(rates).toEqual({ rr1: 0.3, rr2: 0.4 })
    const nobody = { complete: 0, partial: 0, refused: 0, no_contact: 0, other: 0, unknown: 0 }
    expect(responseRates(nobody)).toBeUndefined()
  })
})

describe('the feeling of an answer', () => {
  const nps = { measure: 'nps', scale_min: 0, scale_max: 10, polarity: 1 } as const
  it('agrees in sign with the NPS bands and reaches both ends', () => {
    expect([0, 6, 8, 9, 10].map(value => feelingOf(value, nps))).toEqual([-1, -0.2, 0.2, 0.6, 1])
  })
  it('is turned round where lower is better', () => {
    const effort = { measure: 'ces1', scale_min: 1, scale_max: 5, polarity: -1 } as const
    expect([1, 3, 5].map(value => feelingOf(value, effort))).toEqual([1, 0, -1])
  })
})

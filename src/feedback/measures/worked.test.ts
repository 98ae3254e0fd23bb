import { describe, expect, it } from 'vitest'
import { definitions } from '../measures.contract.ts'
import { changeBetween, type Shared, type Wave, waveOf } from './change.ts'
import { independence, upperGamma } from './chi-square.ts'
import { isUnsaid, isWithheld, minimumN, withheldParts } from './disclosure.ts'
import { logGamma, studentQuantile95, studentTails } from './distributions.ts'
import { meanInterval, meanVariance } from './mean.ts'
import { npsEstimate, npsInterval } from './nps.ts'
import { scoreOf, type Tally } from './score.ts'
import { wilson } from './share.ts'
import { npsTally, tallyOf } from './tally-naive.ts'

// Figures worked out by hand or taken from tables, one for each path through the statistics.

const times = (counts: readonly number[], low: number) =>
  counts.flatMap((count, index) => Array<number>(count).fill(low + index))

describe('the airport survey of 2017', () => {
  const answers = times([17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872], 0)

  it('has an NPS of 39.84 of 2,746 answers, between 37.2 and 42.4', () => {
    const found = scoreOf(definitions.nps, tallyOf('nps', answers))
    expect(found?.n).toBe(2746)
    expect(found?.bands.map(band => band.n)).toEqual([1436, 968, 342])
    expect(found?.score.value).toBeCloseTo(39.84, 2)
    expect(found?.score.low).toBeCloseTo(37.2, 1)
    expect(found?.score.high).toBeCloseTo(42.4, 1)
  })

  it('has 82.07 % satisfied overall, 2,206 of 2,688', () => {
    const found = scoreOf(definitions.csat, tallyOf('csat', times([0, 0, 482, 0, 2206], 1)))
    expect(found?.score.value).toBeCloseTo(82.07, 2)
  })
})

const waveFrom = (measure: 'csat' | 'ces_2', values: readonly number[]): Wave => {
  const wave = waveOf(definitions[measure], tallyOf(measure, values))
  if (!wave) throw new Error('a wave has no answers')
  return wave
}
const npsWave = (promoters: number, detractors: number, n: number): Wave => {
  const wave = waveOf(definitions.nps, npsTally(promoters, detractors, n))
  if (!wave) throw new Error('a wave has no answers')
  return wave
}
const sharedBy = (before: readonly number[], after: readonly number[]): Shared => ({
  n: before.length,
  sum_before: before.reduce((sum, x) => sum + x, 0),
  sum_after: after.reduce((sum, y) => sum + y, 0),
  sum_product: before.reduce((sum, x, index) => sum + x * (after[index] ?? 0), 0),
})

describe('the same people in both waves', () => {
  it('take twice the covariance of their answers off the variance of means', () => {
    // Variances 5/12 and 9/16, covariance 5.5/16.
    const [before, after] = [
      [1, 2, 3, 4],
      [2, 2, 4, 5],
    ]
    const change = changeBetween(waveFrom('ces_2', before), waveFrom('ces_2', after), sharedBy(before, after))
    expect(change?.z).toBeCloseTo(0.75 / Math.sqrt(5 / 12 + 9 / 16 - 11 / 16), 10)
  })

  it('and of shares, with the success and the failure added to each', () => {
    // 8 of 10, then 3 of the same 10: Σ (x − 0.8)(y − 0.3) = 3 − 2.4 − 2.4 + 2.4
    const satisfied = (n: number) => Array.from({ length: 10 }, (_, index) => (index < n ? 1 : 0))
    const wave = (n: number) =>
      waveFrom(
        'csat',
        satisfied(n).map(one => (one ? 5 : 2)),
      )
    const change = changeBetween(wave(8), wave(3), sharedBy(satisfied(8), satisfied(3)))
    const variance = (27 + 32) / 1728 - (2 * 0.6) / 12 ** 2
    expect(change?.z).toBeCloseTo(-(5 / 12) / Math.sqrt(variance), 10)
  })

  it('and of NPS, with the three pseudo-answers', () => {
    // 200 people, 12 of whom go from detractor to promoter: Σ (x − 0.3)(y − 0.42) = 116 − 25.2
    const shared = { n: 200, sum_before: 60, sum_after: 84, sum_product: 116 }
    const change = changeBetween(npsWave(100, 40, 200), npsWave(112, 28, 200), shared)
    const [one, other] = [
      npsEstimate({ promoters: 100, passives: 60, detractors: 40 }),
      npsEstimate({ promoters: 112, passives: 60, detractors: 28 }),
    ]
    const variance = one.standard_error ** 2 + other.standard_error ** 2 - 2 * (100 / 203) ** 2 * (116 - 25.2)
    expect(change?.z).toBeCloseTo((other.estimate - one.estimate) / Math.sqrt(variance), 10)
  })

  it('never leave less than a hundredth of the variance', () => {
    const before = Array.from({ length: 200 }, (_, index) => 1 + (index % 5))
    const after = before.map(value => value + 1)
    const change = changeBetween(waveFrom('ces_2', before), waveFrom('ces_2', after), sharedBy(before, after))
    // Each mean has the variance 2/199.
    expect(change?.z).toBeCloseTo(1 / Math.sqrt(4 / 199 / 100), 8)
  })

  it('are only those who answered in both', () => {
    const none = { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
    const waves = [npsWave(50, 20, 100), npsWave(70, 10, 100)] as const
    expect(changeBetween(...waves, none)).toEqual(changeBetween(...waves))
  })
})

describe('a design effect', () => {
  it('widens by its root the standard error of NPS, and counts a share or a mean as fewer answers', () => {
    const counts = { promoters: 50, passives: 33, detractors: 17 }
    const plain = npsEstimate(counts).standard_error
    expect(npsEstimate(counts, { design_effect: 4 }).standard_error).toBeCloseTo(2 * plain, 10)
    const tally = tallyOf('csat', times([5, 5, 5, 40, 45], 1))
    const found = scoreOf(definitions.csat, tally, { design_effect: 4 })
    const { low, high } = wilson(0.85, 25)
    expect([found?.score.low, found?.score.high]).toEqual([100 * low, 100 * high])
    expect(found?.bands[0]).toMatchObject({ n: 85, low, high })
    expect(meanVariance({ spread: 9, n: 10, design_effect: 2 })).toEqual({ variance: 2, df: 4 })
    expect(meanVariance({ spread: 9, n: 10, design_effect: 10 })).toBeUndefined()
  })

  it('of a wave is known or its own', () => {
    const tally = tallyOf('csat', times([2, 0, 0, 0, 8], 1))
    // 4 of 5 and a success and a failure: 5/7
    expect(waveOf(definitions.csat, tally, { design_effect: 2 })?.variance).toBeCloseTo(
      (100 ** 2 * (5 / 7) * (2 / 7)) / 7,
      8,
    )
    const alike: Tally = tallyOf('csat', [
      { value: 5, company: 'one' },
      { value: 5, company: 'one' },
      { value: 1, company: 'other' },
      { value: 1, company: 'other' },
    ])
    // 2 companies of 2: (2/1 · 2) ÷ (4/3 · 1) = 3
    expect(scoreOf(definitions.csat, alike)?.design_effect).toBeCloseTo(3, 10)
    expect(waveOf(definitions.csat, alike)).toEqual(
      waveOf(definitions.csat, { ...alike, clusters: [] }, { design_effect: 3 }),
    )
  })

  it('of the second figure is its own', () => {
    const companies = [[5], [4, 4], [2, 3], [5, 1, 3], [4]]
    const told = companies.flatMap((values, index) =>
      values.map(value => ({ value, company: String(index) })),
    )
    const tally = tallyOf('csat', told)
    const asMean = scoreOf(
      { ...definitions.csat, score: 'mean', second: null },
      { ...tally, clusters: tally.clusters.slice(1) },
    )
    expect(asMean?.design_effect).not.toBeCloseTo(scoreOf(definitions.csat, tally)?.design_effect ?? 0, 3)
    expect(scoreOf(definitions.csat, tally)?.second).toEqual(asMean?.score)
  })
})

describe('the edges', () => {
  it('of the NPS bands are counted where they belong, and the interval ends at ±100', () => {
    const found = scoreOf(definitions.nps, tallyOf('nps', [0, 6, 7, 8, 9, 10]))
    expect(found?.bands.map(band => band.n)).toEqual([2, 2, 2])
    expect(found?.score.value).toBe(0)
    expect(npsInterval({ promoters: 0, passives: 0, detractors: 10 }).low).toBe(-100)
  })

  it('of a mean stay on its scale', () => {
    expect(meanInterval({ mean: 4.9, spread: 4, n: 3, design_effect: 1 }, definitions.csat)?.high).toBe(5)
  })

  it('of what is told are 5 answers, 10 for comments and 30 until it is more than indicative', () => {
    expect(minimumN).toEqual({ score: 5, comments: 10, indicative: 30 })
    expect([1, 5, 95, 99].map(n => isWithheld(n, 100))).toEqual([true, false, false, true])
    expect([0, 4, 5, 97, 100].map(n => isUnsaid(n, 100))).toEqual([true, true, false, true, false])
    expect(withheldParts([1, 20, 5])).toEqual([true, false, true])
    expect(withheldParts([3, 2, 20])).toEqual([true, true, false])
    expect(withheldParts([5, 20])).toEqual([false, false])
  })
})

describe('the distributions in closed form', () => {
  it.each([0.1, 0.5, 1, 3, 20])('of Student’s t beyond ±%d with one and two degrees of freedom', t => {
    expect(studentTails(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12)
    expect(studentTails(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12)
  })

  it('of the normal where the degrees of freedom are endless, and all of it beyond 0', () => {
    expect(studentQuantile95(Number.POSITIVE_INFINITY)).toBeCloseTo(1.959_963_984_540_054, 12)
    expect(studentTails(0, 7)).toBe(1)
  })

  it('of the gamma function below one half and above', () => {
    expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625_609_908_221_908), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12)
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12)
  })

  it.each([0.01, 0.7, 2, 5, 30])('of chi-square beyond %d with two and four degrees of freedom', x => {
    expect(upperGamma(1, x / 2)).toBeCloseTo(Math.exp(-x / 2), 13)
    expect(upperGamma(2, x / 2)).toBeCloseTo(Math.exp(-x / 2) * (1 + x / 2), 13)
    expect(upperGamma(1, 0)).toBe(1)
  })
})

describe('independence', () => {
  it('of a table of two by two is n (ad − bc)² over its margins', () => {
    const table = [
      { one: 10, other: 20 },
      { one: 25, other: 1 },
    ]
    const found = independence(table)
    expect(found?.statistic).toBeCloseTo((56 * (10 * 1 - 20 * 25) ** 2) / (30 * 26 * 35 * 21), 10)
    expect(found?.df).toBe(1)
  })

  it('keeps a category of one person, and is the same whichever group is named first', () => {
    const table = [
      { one: 3, other: 9 },
      { one: 0, other: 1 },
      { one: 1, other: 0 },
    ]
    const turned = table.map(({ one, other }) => ({ one: other, other: one }))
    expect(independence(table)?.df).toBe(2)
    expect(independence(turned)?.statistic).toBeCloseTo(independence(table)?.statistic ?? 0, 10)
    expect(
      independence([
        { one: 1, other: 2 },
        { one: 0, other: 3 },
      ]),
    ).toBeDefined()
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitions } from '../measures.contract.ts'
import { meanInterval } from './mean.ts'
import { scoreOf } from './score.ts'
import { wilson } from './share.ts'
import { tallyOf } from './tally-naive.ts'

describe('a share', () => {
  it.each([
    [85, 100, 76.7, 90.7],
    [4, 5, 37.6, 96.4],
    [0, 10, 0, 27.8],
  ])('of %i in %i lies between %d and %d %%', (successes, n, low, high) => {
    const found = wilson(successes / n, n)
    expect(100 * found.low).toBeCloseTo(low, 1)
    expect(100 * found.high).toBeCloseTo(high, 1)
  })

  it('lies within its interval, and the interval within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (a, b) => {
        const share = Math.min(a, b) / b
        const found = wilson(share, b)
        expect(found.low).toBeGreaterThanOrEqual(0)
        expect(found.low).toBeLessThanOrEqual(share)
        expect(found.high).toBeGreaterThanOrEqual(share)
        expect(found.high).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is refused of nothing, and of more than there are', () => {
    expect(() => wilson(0, 0)).toThrow(RangeError)
    expect(() => wilson(1.5, 2)).toThrow(RangeError)
  })
})

describe('a mean', () => {
  it('carries a t interval', () => {
    // n 5, mean 5, s √2.5, t(4) 2.776445: ± 1.96324
    const found = scoreOf(definitions.ces_2, tallyOf('ces_2', [3, 4, 5, 6, 7]))?.score
    expect(found?.value).toBe(5)
    expect(found?.low).toBeCloseTo(5 - 1.963_243, 5)
    expect(found?.high).toBeCloseTo(5 + 1.963_243, 5)
  })

  it('has no interval for one answer, and stays on its scale', () => {
    expect(scoreOf(definitions.ces_2, tallyOf('ces_2', [4]))?.score).toMatchObject({
      value: 4,
      low: undefined,
    })
    const { low, high } =
      meanInterval({ mean: 1.5, spread: 0.25, n: 2, design_effect: 1 }, definitions.csat) ?? {}
    expect([low, high]).toEqual([1, 5])
  })
})

describe('the measures', () => {
  const spread = (counts: number[], low: number) =>
    counts.flatMap((count, index) => Array<number>(count).fill(low + index))

  it('of CSAT and stars is the share of 4 and 5 with Wilson, the mean second', () => {
    for (const measure of ['csat', 'star'] as const) {
      const found = scoreOf(definitions[measure], tallyOf(measure, spread([5, 5, 5, 40, 45], 1)))
      expect(found?.score).toMatchObject({ kind: 'share', value: 85 })
      expect(found?.score.low).toBeCloseTo(76.7, 1)
      expect(found?.score.high).toBeCloseTo(90.7, 1)
      expect(found?.second).toMatchObject({ kind: 'mean', value: 4.15 })
    }
  })

  it('of CES 2.0 is the mean and beside it the share of 5 to 7', () => {
    const found = scoreOf(definitions.ces_2, tallyOf('ces_2', [1, 4, 5, 6, 7]))
    expect(found?.score).toMatchObject({ kind: 'mean', value: 4.6 })
    expect(found?.second?.value).toBeCloseTo(60, 10)
    expect(found?.second?.kind).toBe('share')
  })

  it('of CES 1.0 is the mean alone, of opposite polarity', () => {
    const found = scoreOf(definitions.ces_1, tallyOf('ces_1', [1, 2, 2, 5]))
    expect(found).toMatchObject({ score: { kind: 'mean', value: 2.5 }, second: undefined })
    expect([definitions.ces_1.polarity, definitions.ces_2.polarity]).toEqual([-1, 1])
  })

  it('of expectation are the shares that exceeded, met and missed it', () => {
    const found = scoreOf(definitions.expectation, tallyOf('expectation', spread([1, 0, 0, 3, 1], 1)))
    expect(found?.score.value).toBeCloseTo(80, 10)
    expect(found?.score.low).toBeCloseTo(37.6, 1)
    expect(found?.bands.map(band => [band.name, band.n, band.share])).toEqual([
      ['exceeded', 4, 0.8],
      ['met', 0, 0],
      ['missed', 1, 0.2],
    ])
  })

  it('of intent is the mean and the share of 9 and 10', () => {
    const found = scoreOf(definitions.intent, tallyOf('intent', [0, 5, 9, 10]))
    expect(found).toMatchObject({ score: { kind: 'mean', value: 6 }, second: { kind: 'share', value: 50 } })
  })

  it('put every answer of their scale in one band', () => {
    for (const [measure, { scale_min, scale_max, bands }] of Object.entries(definitions)) {
      const size = bands.reduce((sum, { low, high }) => sum + high - low + 1, 0)
      expect(size, measure).toBe(scale_max - scale_min + 1)
    }
  })
})

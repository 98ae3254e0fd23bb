import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandOf, definitions, type Measure } from '../measures.contract.ts'
import { changeBetween, type Shared, type Wave, waveOf } from './change.ts'
import { isWithheld, withheldParts } from './disclosure.ts'
import { normalTails, studentQuantile95, studentTails } from './distributions.ts'
import { feelingOf } from './feeling.ts'
import { holm } from './holm.ts'
import { npsEstimate, npsInterval, npsN } from './nps.ts'
import { responseRates } from './response-rate.ts'
import { scoreOf } from './score.ts'
import { npsTally, type Told, tallyOf } from './tally-naive.ts'
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
    const found = scoreOf(definitions.nps, npsTally(p, d, n))?.score
    expect(found?.value).toBeCloseTo(score, 10)
    expect(found?.low).toBeCloseTo(low, 2)
    expect(found?.high).toBeCloseTo(high, 2)
  })

  it('bands 0–6, 7–8 and 9–10, and refuses what is not an answer', () => {
    expect([0, 6, 7, 8, 9, 10].map(value => bandOf('nps', value))).toEqual([
      'detractors',
      'detractors',
      'passives',
      'passives',
      'promoters',
      'promoters',
    ])
    for (const wrong of [-1, 11, 6.5, Number.NaN]) expect(() => bandOf('nps', wrong)).toThrow(RangeError)
  })

  it('has no score without answers, and its interval then says nothing', () => {
    expect(scoreOf(definitions.nps, npsTally(0, 0, 0))).toBeUndefined()
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
      }),
    )
  })

  it('mirrors when promoters and detractors change places, and narrows with more of the same answers', () => {
    fc.assert(
      fc.property(someCounts, counts => {
        fc.pre(npsN(counts) > 0)
        const mirrored = { ...counts, promoters: counts.detractors, detractors: counts.promoters }
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

const waves = (measure: Measure, ...told: (Told | number)[][]): [Wave, Wave] => {
  const [before, after] = told.map(one => waveOf(definitions[measure], tallyOf(measure, one)))
  if (!before || !after) throw new Error('a wave has no answers')
  return [before, after]
}
const npsWave = (promoters: number, detractors: number, n: number): Wave => {
  const wave = waveOf(definitions.nps, npsTally(promoters, detractors, n))
  if (!wave) throw new Error('a wave has no answers')
  return wave
}

describe('a change between two waves', () => {
  it('of (100, 40, 200) to (120, 30, 200) is 15 points with z 1.955 and p 0.0505: not significant', () => {
    const change = changeBetween(npsWave(100, 40, 200), npsWave(120, 30, 200))
    expect(change?.points).toBeCloseTo(15, 10)
    expect(change?.z).toBeCloseTo(1.955, 3)
    expect(change?.p).toBeCloseTo(0.0505, 3)
    expect(change).toMatchObject({ significant: false, method: 'independent' })
  })

  it('is unknown of no answers, and of means where nobody differs', () => {
    expect(waveOf(definitions.nps, npsTally(0, 0, 0))).toBeUndefined()
    expect(waveOf(definitions.ces_2, tallyOf('ces_2', [4]))).toBeUndefined()
    expect(changeBetween(...waves('ces_2', [4, 4, 4], [5, 5, 5]))).toBeUndefined()
  })

  it('of shares adds a success and a failure to each wave (Agresti and Caffo)', () => {
    // 8 of 10 then 3 of 10: p̃ 9/12 and 4/12, z = −5/12 ÷ √(9·3/12³ + 4·8/12³)
    const satisfied = (n: number) => Array.from({ length: 10 }, (_, index) => (index < n ? 5 : 2))
    const change = changeBetween(...waves('csat', satisfied(8), satisfied(3)))
    expect(change?.points).toBeCloseTo(-50, 10)
    expect(change?.z).toBeCloseTo(-(5 / 12) / Math.sqrt((27 + 32) / 1728), 10)
  })

  it('of means is Welch’s t test', () => {
    const change = changeBetween(...waves('ces_2', [1, 2, 2, 3, 3, 4], [3, 4, 5, 6, 7]))
    expect(change?.points).toBeCloseTo(2.5, 10)
    const [one, other] = [1.1 / 6, 2.5 / 5]
    expect(change?.z).toBeCloseTo(2.5 / Math.sqrt(one + other), 10)
    const df = (one + other) ** 2 / (one ** 2 / 5 + other ** 2 / 4)
    expect(change?.p).toBeCloseTo(studentTails(change?.z ?? 0, df), 10)
    expect(change?.p).toBeLessThan(0.05)
  })

  it('changes its sign and nothing else when the waves change places', () => {
    const some = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.constantFrom<Measure>('csat', 'ces_1', 'expectation'), some, some, (measure, a, b) => {
        const [one, other] = [a, b].map(told => waveOf(definitions[measure], tallyOf(measure, told)))
        const there = one && other && changeBetween(one, other)
        const back = one && other && changeBetween(other, one)
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
    const before = npsWave(100, 40, 200)
    const after = npsWave(112, 28, 200)
    expect(changeBetween(before, after)?.significant).toBe(false)
    const paired = changeBetween(before, after, shared)
    const differences = pairs.map(([first, second]) => second - first)
    const centre = differences.reduce((sum, value) => sum + value, 0) / 200
    const deviation = Math.sqrt(differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 199)
    expect(paired).toMatchObject({ significant: true, method: 'paired' })
    expect(paired?.z).toBeCloseTo(centre / (deviation / Math.sqrt(200)), 0)
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
    expect(effectiveN(4, 4)).toBe(4)
    expect(effectiveN(4, 10)).toBeCloseTo(1.6, 12)
    expect(effectiveN(0, 0)).toBe(0)
    expect(() => effectiveN(-1, 1)).toThrow(RangeError)
  })

  it('never leave more than there are, and when all are alike change nothing', () => {
    const weight = fc.double({ min: 0.01, max: 100, noNaN: true })
    const answer = fc.record({ value: fc.integer({ min: 1, max: 5 }), weight })
    fc.assert(
      fc.property(fc.array(answer, { minLength: 2, maxLength: 20 }), weight, (told, alike) => {
        const found = scoreOf(definitions.csat, tallyOf('csat', told))
        expect(found?.effective_n).toBeGreaterThanOrEqual(1 - 1e-9)
        expect(found?.effective_n).toBeLessThanOrEqual(told.length + 1e-9)
        const plain = scoreOf(
          definitions.csat,
          tallyOf(
            'csat',
            told.map(one => one.value),
          ),
        )
        const same = scoreOf(
          definitions.csat,
          tallyOf(
            'csat',
            told.map(one => ({ ...one, weight: alike })),
          ),
        )
        for (const key of ['value', 'low', 'high'] as const)
          expect(same?.score[key]).toBeCloseTo(plain?.score[key] ?? -1, 6)
      }),
    )
  })

  it('move the score, and its interval is that of as many answers as they are worth', () => {
    const told = [{ value: 9, weight: 3 }, ...[2, 7, 9].map(value => ({ value, weight: 1 }))]
    const found = scoreOf(definitions.nps, tallyOf('nps', told))
    expect(found?.score.value).toBeCloseTo((100 * (4 - 1)) / 6, 10)
    expect(found?.effective_n).toBeCloseTo(36 / 12, 10)
    const worth = { promoters: 2, passives: 0.5, detractors: 0.5 }
    expect(found?.score.low).toBeCloseTo(npsInterval(worth).low, 10)
  })
})

describe('answers of one company', () => {
  const effect = (clusters: number[][], measure: Measure = 'nps') => {
    const told = clusters.flatMap((values, index) => values.map(value => ({ value, company: `c${index}` })))
    return scoreOf(definitions[measure], tallyOf(measure, told))?.design_effect
  }

  it('that all agree count as one: twenty such companies of five widen the variance five times', () => {
    const clusters = Array.from({ length: 20 }, (_, index) =>
      Array.from({ length: 5 }, () => (index % 2 ? 9 : 3)),
    )
    // G/(G−1) ÷ n/(n−1) · 5 = (20/19)/(100/99) · 5
    expect(effect(clusters)).toBeCloseTo((20 / 19 / (100 / 99)) * 5, 10)
    const shares = clusters.map(values => values.map(value => (value === 9 ? 5 : 2)))
    expect(effect(shares, 'csat')).toBeCloseTo((20 / 19 / (100 / 99)) * 5, 10)
  })

  it('change nothing when everyone has a company of his own, or all are of one', () => {
    expect(effect([[9], [7], [3], [9]])).toBe(1)
    expect(effect([[9, 7, 3, 9]])).toBe(1)
    expect(effect([[9, 9], [9]])).toBe(1)
  })

  it('never narrow an interval', () => {
    const answers = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(answers, { minLength: 1, maxLength: 12 }), clusters => {
        expect(effect(clusters)).toBeGreaterThanOrEqual(1)
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

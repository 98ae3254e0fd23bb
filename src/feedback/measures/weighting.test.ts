import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { independence, upperGamma } from './chi-square.ts'
import { rake } from './rake.ts'

describe('who answered against who did not', () => {
  it.each([
    [3.841_458_820_694_124, 1, 0.05],
    [5.991_464_547_107_979, 2, 0.05],
    [11.070_497_693_516_351, 5, 0.05],
    [20.090_235_029_663_233, 8, 0.01],
  ])('has a chi-square of %d at %i degrees of freedom with probability %d', (statistic, df, p) => {
    expect(upperGamma(df / 2, statistic / 2)).toBeCloseTo(p, 12)
  })

  it('is tested for independence, leaving out what nobody has', () => {
    // Fisher's hair colours by sex among scholars, a 2 × 5 table: 10.4674, 4 degrees of freedom, p 0.03325.
    const colours = [
      [592, 544],
      [119, 97],
      [849, 677],
      [504, 451],
      [36, 14],
    ].map(([one = 0, other = 0]) => ({ one, other }))
    const tested = independence([...colours, { one: 0, other: 0 }])
    expect(tested?.statistic).toBeCloseTo(10.4674, 4)
    expect(tested?.df).toBe(4)
    expect(tested?.p).toBeCloseTo(0.033_25, 4)
    expect(independence([{ one: 3, other: 4 }])).toBeUndefined()
    expect(
      independence([
        { one: 3, other: 0 },
        { one: 4, other: 0 },
      ]),
    ).toBeUndefined()
  })
})

describe('raking', () => {
  it('gives the answers the shares of those who were asked, on every field at once', () => {
    const cells = [
      { categories: ['DE', 'new'], n: 40 },
      { categories: ['DE', 'old'], n: 10 },
      { categories: ['AT', 'new'], n: 20 },
      { categories: ['AT', 'old'], n: 30 },
    ]
    const targets = [
      new Map([
        ['DE', 300],
        ['AT', 700],
      ]),
      new Map([
        ['new', 450],
        ['old', 550],
      ]),
    ]
    const raked = rake(cells, targets)
    const shareOf = (field: number, category: string) =>
      cells.reduce(
        (sum, cell, index) =>
          sum + (cell.categories[field] === category ? cell.n * (raked?.weights[index] ?? 0) : 0),
        0,
      ) / 100
    expect([shareOf(0, 'DE'), shareOf(0, 'AT')].map(one => one.toFixed(9))).toEqual([
      '0.300000000',
      '0.700000000',
    ])
    expect(shareOf(1, 'new')).toBeCloseTo(0.45, 9)
    expect(raked?.uncovered).toBe(0)
    // The odds ratio of the cells stays: raking moves margins, not what goes together.
    const [a = 0, b = 0, c = 0, d = 0] = raked?.weights ?? []
    expect((a * 40 * d * 30) / (b * 10 * (c * 20))).toBeCloseTo((40 * 30) / (10 * 20), 9)
  })

  it('leaves alone what is in proportion, and says what nobody answered for', () => {
    const cells = [
      { categories: ['DE'], n: 5 },
      { categories: ['AT'], n: 15 },
    ]
    expect(rake(cells, [new Map(Object.entries({ DE: 10, AT: 30, FR: 10 }))])).toEqual({
      weights: [1, 1],
      uncovered: 0.2,
    })
    expect(rake([], [])).toBeUndefined()
  })

  it('always has weights of mean one', () => {
    const some = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 6, maxLength: 6 }),
        fc.array(some, { minLength: 5, maxLength: 5 }),
        (ns, ts) => {
          const cells = ns.map((n, index) => ({ categories: [String(index % 2), String(index % 3)], n }))
          const targets = [
            new Map(ts.slice(0, 2).map((n, index) => [String(index), n])),
            new Map(ts.slice(2).map((n, index) => [String(index), n])),
          ]
          const weights = rake(cells, targets)?.weights ?? []
          const sum = cells.reduce((total, cell, index) => total + cell.n * (weights[index] ?? 0), 0)
          expect(sum).toBeCloseTo(
            ns.reduce((total, n) => total + n, 0),
            6,
          )
        },
      ),
    )
  })
})

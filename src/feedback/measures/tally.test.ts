import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitions, type Measure } from '../measures.contract.ts'
import { arrange, periodsIn, sharedBetween, tallyGroups, within } from './tally.ts'
import { tallyOf as tallyByHand } from './tally-naive.ts'

interface Given {
  person: number
  at: number
  value: number
  weight: number
}

const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
const people = 8
const companies = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: people, maxLength: people })
const given = fc.array(
  fc.record({
    person: fc.nat(people - 1),
    at: fc.nat(30),
    value: fc.integer({ min: 1, max: 5 }),
    weight: fc.constantFrom(0.5, 1, 2, 3.25),
  }),
  { maxLength: 40 },
)

const arranged = (all: readonly Given[], company: readonly number[], weighted: boolean) =>
  arrange({
    person: Int32Array.from(all, one => one.person),
    at: Float64Array.from(all, one => one.at),
    value: Uint8Array.from(all, one => one.value),
    weight: weighted ? Float64Array.from(all, one => one.weight) : undefined,
    segment: undefined,
    company: Int32Array.from(company),
  })

const isLater = (one: Given, other: Given, weighted: boolean) =>
  one.at - other.at || one.value - other.value || (weighted ? one.weight - other.weight : 0)

/** The answers that count, each person's last where only that does. */
function countedByHand(all: readonly Given[], { last, weighted }: { last: boolean; weighted: boolean }) {
  if (!last) return all
  return [...Map.groupBy(all, ({ person }) => person).values()].map(own =>
    own.reduce((best, one) => (isLater(one, best, weighted) > 0 ? one : best)),
  )
}

const options = fc.record({
  measure: fc.constantFrom<Measure>('csat', 'ces_1', 'star'),
  last: fc.boolean(),
  weighted: fc.boolean(),
})

describe('answers added up', () => {
  it('are what the same answers are by hand, of the whole and of every period', () => {
    fc.assert(
      fc.property(given, companies, options, (all, company, { measure, last, weighted }) => {
        const definition = definitions[measure]
        const answers = arranged(all, company, weighted)
        const byHand = (some: readonly Given[]) =>
          tallyByHand(
            measure,
            countedByHand(some, { last, weighted }).map(({ person, value, weight }) => {
              const own = company[person] ?? -1
              return { value, ...(weighted ? { weight } : {}), ...(own < 0 ? {} : { company: `c${own}` }) }
            }),
          )
        const whole = { definition, last, group: within(answers, always), groups: 1 }
        expect(tallyGroups(answers, whole)).toEqual([byHand(all)])
        const starts = Float64Array.from([0, 7, 20])
        const window = { from: 3, to: 26 }
        const periods = { definition, last, group: periodsIn(answers, window, starts), groups: 3 }
        const inside = all.filter(({ at }) => at >= 3 && at < 26)
        expect(tallyGroups(answers, periods)).toEqual(
          [0, 1, 2].map(index =>
            byHand(inside.filter(({ at }) => at >= (starts[index] ?? 0) && at < (starts[index + 1] ?? 99))),
          ),
        )
      }),
    )
  })

  it('of two waves share whoever answered in both', () => {
    fc.assert(
      fc.property(given, companies, fc.boolean(), (all, company, last) => {
        const definition = definitions.csat
        const [before, after] = [
          { from: 0, to: 12 },
          { from: 12, to: 25 },
        ]
        const found = sharedBetween(arranged(all, company, true), { definition, last, before, after })
        const expected = { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
        for (let person = 0; person < people; person++) {
          const [x, y] = [before, after].map(({ from, to }) => {
            const own = all.filter(one => one.person === person && one.at >= from && one.at < to)
            const counted = countedByHand(own, { last, weighted: true })
            return {
              s: counted.reduce((sum, { value, weight }) => sum + (value >= 4 ? weight : 0), 0),
              m: counted.reduce((sum, { weight }) => sum + weight, 0),
            }
          })
          expected.n += (x?.m ?? 0) * (y?.m ?? 0)
          expected.sum_before += (x?.s ?? 0) * (y?.m ?? 0)
          expected.sum_after += (x?.m ?? 0) * (y?.s ?? 0)
          expected.sum_product += (x?.s ?? 0) * (y?.s ?? 0)
        }
        for (const [name, sum] of Object.entries(expected))
          expect(found[name as keyof typeof found]).toBeCloseTo(sum, 9)
      }),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, startOfDay } from '../records/filter-dates.contract.ts'
import { beginningOf, daysIn, rangeBefore } from './days.contract.ts'
import { choiceOf, queryOf } from './web/measure-query.ts'

const berlin = 'Europe/Berlin'
const newYork = 'America/New_York'
const at = (text: string) => new Date(text)

const before = (from: string, to: string, zone: string) => {
  const found = rangeBefore({ from: at(from), to: at(to) }, zone)
  return [found.from.toISOString(), found.to.toISOString()]
}

describe('a range of measures', () => {
  it('begins at a midnight of the workspace, ahead of UTC and behind it, whatever the hour', () => {
    // In Berlin the 24th has begun, in New York it has not.
    const late = at('2026-11-23T23:30:00Z')
    expect(beginningOf('12m', late, berlin)).toEqual(at('2025-11-23T23:00:00Z'))
    expect(beginningOf('12m', late, newYork)).toEqual(at('2025-11-23T05:00:00Z'))
    // In New York it is still the 22nd.
    const early = at('2026-11-23T04:30:00Z')
    expect(beginningOf('12m', early, berlin)).toEqual(at('2025-11-22T23:00:00Z'))
    expect(beginningOf('12m', early, newYork)).toEqual(at('2025-11-22T05:00:00Z'))
  })

  it('goes back whole days over both changes of clock', () => {
    expect(beginningOf('90d', at('2026-11-23T12:00:00Z'), berlin)).toEqual(at('2026-08-24T22:00:00Z'))
    expect(beginningOf('90d', at('2026-04-10T12:00:00Z'), newYork)).toEqual(at('2026-01-10T05:00:00Z'))
  })

  it('is asked for by the page as the stories of the sample ask for it', () => {
    const now = at('2026-11-23T23:30:00Z')
    for (const zone of [berlin, newYork]) {
      const { query, links } = queryOf(choiceOf({ range: '12m' }), zone, now)
      expect([query.from, links.from]).toEqual(Array(2).fill(beginningOf('12m', now, zone).toISOString()))
    }
    expect(queryOf(choiceOf({ range: 'all' }), berlin, now).query).not.toHaveProperty('from')
  })
})

describe('the range before', () => {
  it('has as many whole days, the last one begun counted whole', () => {
    expect(before('2025-11-22T23:00:00Z', '2026-11-23T11:00:00Z', berlin)).toEqual([
      '2024-11-21T23:00:00.000Z',
      '2025-11-22T23:00:00.000Z',
    ])
    expect(before('2026-06-08T04:00:00Z', '2026-06-15T04:00:00Z', newYork)[0]).toBe(
      '2026-06-01T04:00:00.000Z',
    )
  })

  it('ends and begins at midnight over both changes of clock', () => {
    // 25 October has 25 hours in Berlin, 29 March 23; 1 November has 25 in New York, 8 March 23.
    expect(before('2026-10-25T23:00:00Z', '2026-11-01T23:00:00Z', berlin)[0]).toBe('2026-10-18T22:00:00.000Z')
    expect(before('2026-03-29T22:00:00Z', '2026-04-05T22:00:00Z', berlin)[0]).toBe('2026-03-22T23:00:00.000Z')
    expect(before('2026-11-02T05:00:00Z', '2026-11-09T05:00:00Z', newYork)[0]).toBe(
      '2026-10-26T04:00:00.000Z',
    )
    expect(before('2026-03-09T04:00:00Z', '2026-03-16T04:00:00Z', newYork)[0]).toBe(
      '2026-03-02T05:00:00.000Z',
    )
  })

  it('of one that begins at no midnight is as long', () => {
    expect(before('2026-06-01T00:00:00Z', '2026-06-03T12:00:00Z', berlin)[0]).toBe('2026-05-29T12:00:00.000Z')
  })

  it('always begins with a day, ends where the other begins and has its days', () => {
    const zones = fc.constantFrom(berlin, newYork, 'UTC', 'Australia/Lord_Howe', 'America/Santiago')
    const day = fc.date({ min: at('2010-01-01'), max: at('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(zones, day, fc.integer({ min: 1, max: 800 }), (zone, first, days) => {
        const from = new Date(startOfDay(first.toISOString().slice(0, 10), zone))
        const end = new Date(first.getTime() + days * 86_400_000).toISOString().slice(0, 10)
        const to = new Date(startOfDay(end, zone))
        const found = rangeBefore({ from, to }, zone)
        expect(found.to).toEqual(from)
        expect(found.from).toEqual(new Date(startOfDay(dayOf(found.from.getTime(), zone), zone)))
        const count = (range: { from: Date; to: Date }) => {
          const said = daysIn({ from: range.from.toISOString(), to: range.to.toISOString() }, zone)
          return (Date.parse(said.last) - Date.parse(said.first)) / 86_400_000 + 1
        }
        expect(count(found)).toBe(count({ from, to }))
      }),
      { numRuns: 200 },
    )
  })

  it('is told by days that do not overlap, the last being the last inside', () => {
    for (const zone of [berlin, newYork]) {
      const now = at('2026-11-23T11:00:00Z')
      const from = beginningOf('12m', now, zone)
      const earlier = rangeBefore({ from, to: now }, zone)
      const said = (range: { from: Date; to: Date }) =>
        daysIn({ from: range.from.toISOString(), to: range.to.toISOString() }, zone)
      expect(said(earlier)).toEqual({ first: '2024-11-22', last: '2025-11-22' })
      expect(said({ from, to: now })).toEqual({ first: '2025-11-23', last: '2026-11-23' })
    }
  })
})

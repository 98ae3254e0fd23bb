import { expect, test } from 'vitest'
import type { RelativeDate } from './filter.contract.ts'
import { dayOf, resolveMoment, startOfDay } from './filter-dates.contract.ts'

const zone = 'Europe/Berlin'
const at = (now: string, value: string | RelativeDate) =>
  resolveMoment(value, { time_zone: zone, now: new Date(now) })

test.each([
  // A Sunday still belongs to the week that began on Monday; at 23:30 UTC it is Monday in Berlin.
  ['2026-03-01T12:00:00Z', { base: 'week' }, '2026-02-23'],
  ['2026-03-01T23:30:00Z', { base: 'week' }, '2026-03-02'],
  ['2026-03-02T12:00:00Z', { base: 'week' }, '2026-03-02'],
  ['2026-03-31T12:00:00Z', { base: 'month' }, '2026-03-01'],
  ['2026-06-30T22:30:00Z', { base: 'quarter' }, '2026-07-01'],
  ['2026-06-30T21:30:00Z', { base: 'quarter' }, '2026-04-01'],
  ['2026-03-31T12:00:00Z', { base: 'today', shift: -1, unit: 'month' }, '2026-02-28'],
  ['2024-02-29T12:00:00Z', { base: 'today', shift: 1, unit: 'year' }, '2025-02-28'],
] as const)('at %s %j is %s', (now, value, day) => {
  expect(at(now, value)).toEqual({ day })
})

test('a day begins at its own midnight, also where the clock changes', () => {
  expect(new Date(startOfDay('2026-03-29', zone)).toISOString()).toBe('2026-03-28T23:00:00.000Z')
  expect(new Date(startOfDay('2026-03-30', zone)).toISOString()).toBe('2026-03-29T22:00:00.000Z')
  expect(dayOf(Date.parse('2026-03-29T22:00:00Z'), zone)).toBe('2026-03-30')
  expect(dayOf(Date.parse('2026-03-29T21:59:59Z'), zone)).toBe('2026-03-29')
  // In Beirut this day begins at one o’clock: there is no midnight.
  expect(new Date(startOfDay('2026-03-29', 'Asia/Beirut')).toISOString()).toBe('2026-03-28T22:00:00.000Z')
  // An hour that there is twice is its first.
  expect(at('2026-01-01T00:00:00Z', '2026-10-25T02:30')).toEqual({ at: Date.parse('2026-10-25T00:30:00Z') })
})

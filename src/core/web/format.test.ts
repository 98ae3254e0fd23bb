import { afterEach, expect, test } from 'vitest'
import {
  dateTimeText,
  dayNamer,
  formatDateTime,
  formatDay,
  formatMoney,
  formatNumber,
  instantText,
  setTimeZone,
} from './format.ts'

afterEach(() => setTimeZone(undefined))

test('yesterday is the day before, also when the clocks were put forward or back in between', () => {
  setTimeZone('Europe/Berlin')
  // Half past midnight on the Mondays after.
  for (const [now, sunday, saturday] of [
    ['2026-03-29T22:30:00Z', '2026-03-29T10:00:00Z', '2026-03-28T21:00:00Z'],
    ['2026-10-25T23:30:00Z', '2026-10-25T10:00:00Z', '2026-10-24T21:00:00Z'],
  ] as const) {
    const name = (at: string) => formatDay(at, Date.parse(now))
    expect(name(now)).toBe('Today')
    expect(name(sunday)).toBe('Yesterday')
    expect(name(saturday)).toMatch(/^Saturday/)
    expect(dayNamer(Date.parse(now))(sunday)).toBe('Yesterday')
  }
})

test('late in the evening yesterday is still yesterday', () => {
  setTimeZone('UTC')
  const now = Date.parse('2026-05-10T23:59:00Z')
  expect(formatDay('2026-05-10T00:00:00Z', now)).toBe('Today')
  expect(formatDay('2026-05-09T23:59:00Z', now)).toBe('Yesterday')
  expect(formatDay('2026-05-08T23:59:00Z', now)).toMatch(/^Friday/)
})

test('what is below zero has a minus, not a hyphen', () => {
  expect(formatNumber(-0.6)).toBe('−0.6')
  expect(formatNumber(12, { signDisplay: 'exceptZero' })).toBe('+12')
  expect(formatMoney(-1250, 'EUR')).toBe('−€12.50')
})

test('a time is typed by the clock it is shown by, wherever the browser stands', () => {
  const at = '2026-07-01T02:30:00.000Z'
  for (const [zone, typed] of [
    ['America/New_York', '2026-06-30T22:30'],
    ['Asia/Tokyo', '2026-07-01T11:30'],
  ] as const) {
    setTimeZone(zone)
    expect(dateTimeText(at)).toBe(typed)
    expect(instantText(typed)).toBe(at)
    expect(formatDateTime(instantText(typed))).toContain(':30')
  }
})

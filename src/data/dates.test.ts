import { expect, test } from 'vitest'
import { detectDateOrder, parseMoment } from './dates.ts'
import { zoneClock } from './instants.ts'

const iso = (text: string, order: 'ymd' | 'dmy' | 'mdy' | 'excel', zone = 'UTC') => {
  const moment = parseMoment(text, order)
  return moment && zoneClock(zone)(moment).toISOString()
}

test('one day above twelve settles the order of day and month for the whole column', () => {
  expect(detectDateOrder(['03/04/2021', '25/04/2021'])).toEqual({ order: 'dmy', certain: true })
  expect(detectDateOrder(['03/04/2021', '04/25/2021'])).toEqual({ order: 'mdy', certain: true })
  expect(detectDateOrder(['03.04.2021'])).toEqual({ order: 'dmy', certain: true })
  expect(detectDateOrder(['03/04/2021'])).toEqual({ order: 'dmy', certain: false })
  expect(detectDateOrder(['03/12/2021', '12/03/2021'])).toEqual({ order: 'dmy', certain: false })
  expect(detectDateOrder(['25/04/2021', '04/25/2021'])).toBeUndefined()
  expect(detectDateOrder(['2021-04-03', '24 Oct 2011'])).toEqual({ order: 'ymd', certain: true })
})

test.each([
  ['2024-07-01T11:54:49.95+00:00', 'ymd', '2024-07-01T11:54:49.950Z'],
  ['2024-07-01T11:54:49+02:00', 'ymd', '2024-07-01T09:54:49.000Z'],
  ['2010-12-01 08:26:00', 'ymd', '2010-12-01T08:26:00.000Z'],
  ['24 October 2011', 'dmy', '2011-10-24T00:00:00.000Z'],
  ['24-Oct-11', 'mdy', '2011-10-24T00:00:00.000Z'],
  ['Oct 4, 2011 3:05 PM', 'dmy', '2011-10-04T15:05:00.000Z'],
  ['3. März 2022', 'dmy', '2022-03-03T00:00:00.000Z'],
  ['8/9/14 19:00', 'mdy', '2014-08-09T19:00:00.000Z'],
  ['8/9/14 19:00', 'dmy', '2014-09-08T19:00:00.000Z'],
  ['12:30', 'dmy', undefined],
  ['20170131', 'dmy', '2017-01-31T00:00:00.000Z'],
  ['1404242400', 'dmy', '2014-07-01T19:20:00.000Z'],
  ['44197.5', 'excel', '2021-01-01T12:00:00.000Z'],
  ['31/02/2021', 'dmy', undefined],
  ['13/13/2021', 'dmy', undefined],
  ['1/1/1970 12:00 AM', 'mdy', '1970-01-01T00:00:00.000Z'],
] as const)('%s read as %s is %s', (text, order, expected) => {
  expect(iso(text, order)).toBe(expected)
})

test('wall-clock times are read in the zone that was given, over both clock changes', () => {
  expect(iso('2021-07-01 12:00', 'ymd', 'Europe/Berlin')).toBe('2021-07-01T10:00:00.000Z')
  expect(iso('2021-01-01 12:00', 'ymd', 'Europe/Berlin')).toBe('2021-01-01T11:00:00.000Z')
  expect(iso('2021-10-31 02:30', 'ymd', 'Europe/Berlin')).toBe('2021-10-31T00:30:00.000Z')
  expect(iso('2021-03-28 02:30', 'ymd', 'Europe/Berlin')).toBe('2021-03-28T01:30:00.000Z')
  expect(iso('2021-11-07 01:30', 'ymd', 'America/New_York')).toBe('2021-11-07T05:30:00.000Z')
  expect(iso('2021-07-01 12:00', 'ymd', 'Asia/Kolkata')).toBe('2021-07-01T06:30:00.000Z')
})

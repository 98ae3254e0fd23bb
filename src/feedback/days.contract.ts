import { dayOf, startOfDay } from '../records/filter-dates.contract.ts'

// Ranges of measures are made of days of the workspace's clock, of which those of a change of clock have 23 or 25 hours. The
// pages and the figures told elsewhere count them by the same functions, so that they are of the same answers.

const dayMs = 86_400_000
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs
const dayNumbered = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10)

/** The midnight with which a day that many days before another one begins. */
const midnightBefore = (day: string, days: number, zone: string): Date =>
  new Date(startOfDay(dayNumbered(numberOf(day) - days), zone))

const daysOf = { '90d': 90, '12m': 365, '24m': 730 } as const

/** Of a range up to now: so many days ago, today not counted. */
export const beginningOf = (range: keyof typeof daysOf, now: Date, zone: string): Date =>
  midnightBefore(dayOf(now.getTime(), zone), daysOf[range], zone)

/**
 * The range that another is compared with. One that begins at a midnight follows as many whole days as it has itself, the last
 * of them counted whole; any other one follows as long a time.
 */
export function rangeBefore({ from, to }: { from: Date; to: Date }, zone: string): { from: Date; to: Date } {
  const first = dayOf(from.getTime(), zone)
  if (startOfDay(first, zone) !== from.getTime())
    return { from: new Date(2 * from.getTime() - to.getTime()), to: from }
  const days = numberOf(dayOf(to.getTime() - 1, zone)) - numberOf(first) + 1
  return { from: midnightBefore(first, days, zone), to: from }
}

/** The first and the last day of a range, which ends before its last instant. */
export const daysIn = ({ from, to }: { from: string; to: string }, zone: string) => ({
  first: dayOf(Date.parse(from), zone),
  last: dayOf(Date.parse(to) - 1, zone),
})

import { instantOf, wallClock } from '../core/pure-clock.ts'
import { type DateUnit, isRelative, type RelativeDate } from './filter.contract.ts'

// Days and instants in an IANA time zone. A day stands for the whole of it: "created_at = 2026-01-31" is any moment of that day.

export type Moment = { day: string } | { at: number }
export interface DateContext {
  time_zone: string
  now: Date
}

const dayMs = 86_400_000
const utcOf = (day: string) => Date.parse(`${day}T00:00:00Z`)
const dayText = (utc: number) => new Date(utc).toISOString().slice(0, 10)

export const dayOf = (at: number, zone: string): string => dayText(wallClock(at, zone))
export const startOfDay = (day: string, zone: string): number => instantOf(utcOf(day), zone)
export const nextDay = (day: string): string => dayText(utcOf(day) + dayMs)

function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return dayText(first.getTime() + (Math.min(date, last) - 1) * dayMs)
}

function addDays(day: string, shift: number, unit: DateUnit): string | undefined {
  if (unit === 'day') return dayText(utcOf(day) + shift * dayMs)
  if (unit === 'week') return dayText(utcOf(day) + shift * 7 * dayMs)
  if (unit === 'month') return addMonths(day, shift)
  if (unit === 'quarter') return addMonths(day, shift * 3)
  if (unit === 'year') return addMonths(day, shift * 12)
  return undefined
}

function baseDay(base: RelativeDate['base'], today: string): string {
  const [year = '', month = ''] = today.split('-')
  if (base === 'year') return `${year}-01-01`
  if (base === 'month') return `${year}-${month}-01`
  if (base === 'quarter') return addMonths(`${year}-01-01`, Math.floor((Number(month) - 1) / 3) * 3)
  // Weeks begin on Monday (ISO 8601).
  if (base === 'week') return dayText(utcOf(today) - ((new Date(utcOf(today)).getUTCDay() + 6) % 7) * dayMs)
  return today
}

function resolveRelative(value: RelativeDate, { time_zone, now }: DateContext): Moment | undefined {
  const { base, shift = 0, unit = 'day' } = value
  const at = now.getTime()
  if (base !== 'now') {
    const day = addDays(baseDay(base, dayOf(at, time_zone)), shift, unit)
    return day === undefined || !isDay(day) ? undefined : { day }
  }
  if (unit === 'minute') return { at: at + shift * 60_000 }
  if (unit === 'hour') return { at: at + shift * 3_600_000 }
  const day = addDays(dayOf(at, time_zone), shift, unit)
  if (day === undefined || !isDay(day)) return undefined
  return { at: instantOf(utcOf(day) + (wallClock(at, time_zone) - utcOf(dayOf(at, time_zone))), time_zone) }
}

/** A real day of the years 1000 to 9998: within what calendars, time zones and databases agree on. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1000' || text > '9999') return false
  const utc = utcOf(text)
  return !Number.isNaN(utc) && dayText(utc) === text
}

const localTime = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/

/** A day, an instant, or undefined when the value is neither. */
export function resolveMoment(value: string | RelativeDate, context: DateContext): Moment | undefined {
  if (isRelative(value)) return resolveRelative(value, context)
  if (isDay(value)) return { day: value }
  const match = localTime.exec(value)
  if (!match || !isDay(match[1] ?? '')) return undefined
  const [, day = '', time = '', seconds = ':00', offset] = match
  const at = Date.parse(`${day}T${time}${seconds}${offset ?? 'Z'}`)
  if (Number.isNaN(at)) return undefined
  return { at: offset === undefined ? instantOf(at, context.time_zone) : at }
}

const zones = new Set(Intl.supportedValuesOf('timeZone')).add('UTC')
export const isTimeZone = (zone: string): boolean => zones.has(zone)

import { instantOf, wallClock } from '../pure-clock.ts'
import { locale } from './language.ts'

// Dates, numbers and money in the reader's own locale and time zone. The workspace decides the currency, the browser the form.

let timeZone: string | undefined

/** The reader's own time zone or the workspace's, once it is known; before that the browser's. */
export function setTimeZone(zone: string | undefined): void {
  timeZone = zone
}

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${locale()}${JSON.stringify(options)}`
  const made = (cache.get(key) as Intl.NumberFormat | undefined) ?? new Intl.NumberFormat(locale(), options)
  cache.set(key, made)
  return made
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${locale()}${timeZone}${JSON.stringify(options)}`
  const full = timeZone && !options.timeZone ? { ...options, timeZone } : options
  const made = (cache.get(key) as Intl.DateTimeFormat | undefined) ?? new Intl.DateTimeFormat(locale(), full)
  cache.set(key, made)
  return made
}

type Instant = string | number | Date

/** A minus as wide as the plus above it, not a hyphen. */
const withMinus = (text: string) => text.replace('-', '−')

export const formatNumber = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  withMinus(numberFormat(options).format(value))

export const formatPercent = (share: number, digits = 0): string =>
  numberFormat({ style: 'percent', maximumFractionDigits: digits }).format(share)

export const formatDateTime = (at: Instant): string =>
  dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

export const formatTime = (at: Instant): string => dateFormat({ timeStyle: 'short' }).format(new Date(at))

/** A day, either of an instant or as `2026-11-22`, which has no time zone. */
export function formatDate(day: Instant): string {
  const isDay = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day)
  return dateFormat(isDay ? { dateStyle: 'medium', timeZone: 'UTC' } : { dateStyle: 'medium' }).format(
    new Date(day),
  )
}

/** Without the year, where many days stand side by side: `2 Mar`. */
export const formatShortDay = (day: string): string =>
  dateFormat({ day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day))

const dayKey = (at: Instant): string =>
  dateFormat({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))

/** The day of an instant where the workspace is, as it is written down: `2026-03-02`. */
export const dayText = (at: Instant = Date.now()): string =>
  new Intl.DateTimeFormat('en-CA', timeZone ? { timeZone } : {}).format(new Date(at))

const zone = (): string => timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone

/** An instant as an input of date and time has it, by the reader's clock: `2026-03-02T14:30`. */
export const dateTimeText = (at: Instant): string =>
  new Date(wallClock(new Date(at).getTime(), zone())).toISOString().slice(0, 16)

/** The instant that such an input means. */
export const instantText = (text: string): string =>
  new Date(instantOf(Date.parse(`${text}Z`), zone())).toISOString()

/** An instant of the day before: not simply a day's hours ago, for a day may have 23 or 25 of them. */
function dayBefore(now: number): number {
  const today = dayKey(now)
  let then = now - 20 * 3_600_000
  while (dayKey(then) === today) then -= 3_600_000
  return then
}
const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1)

/** The day of an instant where the reader is, in words: `Today`, `Monday, 2 March`, with the year if it is another. */
export function formatDay(at: Instant, now: number = Date.now()): string {
  const day = dayKey(at)
  for (const [back, then] of [now, dayBefore(now)].entries()) {
    if (day === dayKey(then))
      return capital(new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-back, 'day'))
  }
  const year = (one: Instant) => dateFormat({ year: 'numeric' }).format(new Date(one))
  return dateFormat({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
  }).format(new Date(at))
}

let daysNamed = { today: '', names: new Map<number, string>() }

/** `formatDay` for thousands of instants: every time zone's midnight lies between two blocks of five minutes. */
export function dayNamer(now: number = Date.now()): (at: string) => string {
  const today = `${dayKey(now)} ${timeZone} ${locale()}`
  if (daysNamed.today !== today) daysNamed = { today, names: new Map() }
  const { names } = daysNamed
  return at => {
    const block = Math.floor(Date.parse(at) / 300_000)
    const name = names.get(block) ?? formatDay(at, now)
    names.set(block, name)
    return name
  }
}

/** How many digits after the point the currency has: 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  try {
    return numberFormat({ style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

export function formatMoney(
  amount_minor: number | string,
  currency: string,
  options: Intl.NumberFormatOptions = {},
): string {
  const value = Number(amount_minor) / 10 ** minorDigits(currency)
  try {
    return withMinus(numberFormat({ style: 'currency', currency, ...options }).format(value))
  } catch {
    return `${formatNumber(value)} ${currency}`
  }
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

export function formatRelative(at: Instant, now: number = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return relative.format(0, 'second')
}

import type { DateOrder } from './import-formats.contract.ts'

export interface Moment {
  date: string
  /** milliseconds since midnight; undefined for a day without time */
  time_ms?: number
  /** minutes east of UTC, where the text itself says so */
  offset_min?: number
}

const months = [
  ['jan', 'januar', 'january', 'jän', 'jänner'],
  ['feb', 'februar', 'february'],
  ['mar', 'märz', 'mär', 'mrz', 'march'],
  ['apr', 'april'],
  ['may', 'mai'],
  ['jun', 'juni', 'june'],
  ['jul', 'juli', 'july'],
  ['aug', 'august'],
  ['sep', 'sept', 'september'],
  ['oct', 'okt', 'oktober', 'october'],
  ['nov', 'november'],
  ['dec', 'dez', 'dezember', 'december'],
]
const monthByName = new Map(months.flatMap((names, index) => names.map(name => [name, index + 1] as const)))

const clock =
  '(?:[T\\s,]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*([ap]\\.?m\\.?)?\\s*(Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?)?'
const iso = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${clock}$`, 'i')
const numeric = new RegExp(`^(\\d{1,2})[-/. ](\\d{1,2})[-/. ](\\d{4}|\\d{2})${clock}$`, 'i')
const dayName = new RegExp(
  `^(?:[\\p{L}]+,? )?(\\d{1,2})(?:\\.|st|nd|rd|th)?[-/ ]*(\\p{L}{3,9})\\.?,?[-/ ]*(\\d{4}|\\d{2})${clock}$`,
  'iu',
)
const nameDay = new RegExp(
  `^(?:[\\p{L}]+,? )?(\\p{L}{3,9})\\.?[-/ ]+(\\d{1,2})(?:st|nd|rd|th)?,?[-/ ]+(\\d{4})${clock}$`,
  'iu',
)
const compact = /^(\d{4})(\d{2})(\d{2})$/

const century = (year: string): number =>
  year.length === 2 ? Number(year) + (Number(year) < 69 ? 2000 : 1900) : Number(year)

const day = (year: number, month: number, dayOfMonth: number): string | undefined => {
  const at = new Date(Date.UTC(year, month - 1, dayOfMonth))
  if (year < 1000 || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== dayOfMonth) return undefined
  return at.toISOString().slice(0, 10)
}

const offsetMinutes = (zone: string): number => {
  if (!/^[+-]/.test(zone)) return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0)
  return zone.startsWith('-') ? -minutes : minutes
}

function withClock(date: string | undefined, parts: (string | undefined)[]): Moment | undefined {
  if (!date) return undefined
  const [hour, minute, second, fraction, half, zone] = parts
  if (hour === undefined) return { date }
  const afternoon = half?.toLowerCase().startsWith('p')
  const hours = half ? (Number(hour) % 12) + (afternoon ? 12 : 0) : Number(hour)
  if (hours > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  const milliseconds = Math.trunc(Number(`0.${fraction ?? 0}`) * 1000)
  const time_ms = ((hours * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000 + milliseconds
  return { date, time_ms, ...(zone ? { offset_min: offsetMinutes(zone) } : {}) }
}

const fromEpoch = (milliseconds: number): Moment => {
  const text = new Date(milliseconds).toISOString()
  return {
    date: text.slice(0, 10),
    time_ms: ((milliseconds % 86_400_000) + 86_400_000) % 86_400_000,
    offset_min: 0,
  }
}

// Spreadsheets count days from 1899-12-30 (which hides their leap day of 1900).
function fromSerial(text: string): Moment | undefined {
  const serial = Number(text.replace(',', '.'))
  if (!(serial >= 1 && serial < 2_958_466)) return undefined
  const whole = Math.floor(serial)
  const date = new Date(Date.UTC(1899, 11, 30 + whole)).toISOString().slice(0, 10)
  const time_ms = Math.round((serial - whole) * 86_400) * 1000
  return time_ms ? { date, time_ms } : { date }
}

const inOrder = (order: DateOrder, first: string, second: string, year: string): string | undefined =>
  order === 'mdy'
    ? day(century(year), Number(first), Number(second))
    : order === 'ymd'
      ? day(century(first), Number(second), Number(year))
      : day(century(year), Number(second), Number(first))

/** Reads a date, with or without time, as written in a cell. */
export function parseMoment(raw: string, order: DateOrder): Moment | undefined {
  const text = raw.trim()
  if (order === 'excel' && /^\d+([.,]\d+)?$/.test(text)) return fromSerial(text)
  let found = iso.exec(text)
  if (found) return withClock(day(Number(found[1]), Number(found[2]), Number(found[3])), found.slice(4))
  found = numeric.exec(text)
  if (found) return withClock(inOrder(order, found[1] ?? '', found[2] ?? '', found[3] ?? ''), found.slice(4))
  found = dayName.exec(text)
  if (found) {
    const month = monthByName.get((found[2] ?? '').toLowerCase())
    return month
      ? withClock(day(century(found[3] ?? ''), month, Number(found[1])), found.slice(4))
      : undefined
  }
  found = nameDay.exec(text)
  if (found) {
    const month = monthByName.get((found[1] ?? '').toLowerCase())
    return month ? withClock(day(Number(found[3]), month, Number(found[2])), found.slice(4)) : undefined
  }
  found = compact.exec(text)
  if (found) return withClock(day(Number(found[1]), Number(found[2]), Number(found[3])), [])
  if (/^\d{10}$/.test(text)) return fromEpoch(Number(text) * 1000)
  if (/^\d{13}$/.test(text)) return fromEpoch(Number(text))
  return undefined
}

/** Which of day and month comes first is decided by the whole column; one "25/03" settles it. */
export function detectDateOrder(values: string[]): { order: DateOrder; certain: boolean } | undefined {
  let dayFirst = false
  let monthFirst = false
  let dotted = false
  let numbers = 0
  for (const value of values) {
    const found = numeric.exec(value.trim())
    if (!found) continue
    numbers++
    if (Number(found[1]) > 12) dayFirst = true
    if (Number(found[2]) > 12) monthFirst = true
    if (value.includes('.')) dotted = true
  }
  if (!numbers) return { order: 'ymd', certain: true }
  if (dayFirst && monthFirst) return undefined
  if (dayFirst || monthFirst) return { order: dayFirst ? 'dmy' : 'mdy', certain: true }
  return { order: 'dmy', certain: dotted }
}

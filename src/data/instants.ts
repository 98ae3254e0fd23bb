import type { Moment } from './dates.ts'

const hour_ms = 3_600_000

/** Turns wall-clock times of one zone into instants. Offsets are looked up once per hour and kept. */
export function zoneClock(time_zone: string): (moment: Moment) => Date {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: time_zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offsets = new Map<number, number>()

  const offsetAt = (instant_ms: number): number => {
    const hour = Math.floor(instant_ms / hour_ms)
    const known = offsets.get(hour)
    if (known !== undefined) return known
    const parts = Object.fromEntries(
      format.formatToParts(hour * hour_ms).map(part => [part.type, Number(part.value)]),
    )
    const { year = 0, month = 1, day = 1, hour: hours = 0, minute = 0, second = 0 } = parts
    const offset = Date.UTC(year, month - 1, day, hours, minute, second) - hour * hour_ms
    if (offsets.size > 50_000) offsets.clear()
    offsets.set(hour, offset)
    return offset
  }

  return ({ date, time_ms = 0, offset_min }) => {
    const wall = Date.parse(`${date}T00:00:00Z`) + time_ms
    if (offset_min !== undefined) return new Date(wall - offset_min * 60_000)
    // A time that a clock change repeats is taken as the first one, a skipped one moves on with the clock.
    const before = wall - offsetAt(wall - 86_400_000)
    if (before + offsetAt(before) === wall) return new Date(before)
    const after = wall - offsetAt(wall + 86_400_000)
    return new Date(after + offsetAt(after) === wall ? after : before)
  }
}

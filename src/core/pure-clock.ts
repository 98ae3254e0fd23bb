// Clocks on the wall of an IANA time zone, for the server and the browser.

const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, made)
  return made
}

/** The wall clock of the zone at an instant, as if it were UTC. */
export function wallClock(at: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatIn(zone).formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const whole = Date.UTC(year, month - 1, day, hour, minute, second)
  return whole + (((at % 1000) + 1000) % 1000)
}

/** The first instant at which the zone's clock shows this time; in a gap, the first after it. */
export function instantOf(wall: number, zone: string): number {
  const offsets = [wall - dayMs, wall + dayMs].map(at => wallClock(at, zone) - at)
  const fits = offsets.map(offset => wall - offset).filter(at => wallClock(at, zone) === wall)
  if (fits.length > 0) return Math.min(...fits)
  return firstAfterGap(wall, zone, wall - Math.max(...offsets), wall - Math.min(...offsets))
}

function firstAfterGap(wall: number, zone: string, from: number, to: number): number {
  let early = from - 1
  let late = to
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (wallClock(middle, zone) >= wall) late = middle
    else early = middle
  }
  return late
}

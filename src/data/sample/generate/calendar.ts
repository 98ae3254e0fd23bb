import type { Chance } from './random.ts'

// Days are whole numbers (days since 1970, UTC): the same day gives the same company, whatever the time zone.

const dayMs = 86_400_000
export const hourMs = 3_600_000

export const dayOf = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs)
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)
export const instantOf = (day: number): number => day * dayMs
export const dayAt = (at: number): number => Math.floor(at / dayMs)
/** The Monday of a day's week. */
export const mondayOf = (day: number): number => day - ((((day + 3) % 7) + 7) % 7)
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7

/** How busy coffee makes each month: offices drink most before Christmas and least in August. */
const seasons = [1.0, 0.95, 1.0, 0.92, 0.9, 0.82, 0.74, 0.66, 1.02, 1.14, 1.38, 1.42]
/** Monday to Sunday. */
const weekdays = [1.25, 1.15, 1.1, 1.1, 0.95, 0.4, 0.3]

const mostSeason = Math.max(...seasons) * Math.max(...weekdays)

const seasonOf = (day: number): number =>
  (seasons[new Date(day * dayMs).getUTCMonth()] ?? 1) * (weekdays[weekday(day)] ?? 1)

/** A day between two, as likely as business is on it. */
export function busyDay(chance: Chance, first: number, last: number): number {
  for (let attempt = 0; attempt < 40; attempt++) {
    const day = chance.int(first, Math.max(first, last))
    if (chance.next() * mostSeason < seasonOf(day)) return day
  }
  return first
}

const officeHours: readonly (readonly [number, number])[] = [
  [7, 2],
  [8, 7],
  [9, 12],
  [10, 13],
  [11, 11],
  [12, 7],
  [13, 8],
  [14, 10],
  [15, 9],
  [16, 7],
  [17, 3],
]
const eveningHours: readonly (readonly [number, number])[] = [
  ...officeHours,
  [18, 6],
  [19, 9],
  [20, 10],
  [21, 8],
  [22, 4],
]

/** When on a day: whoever answers is there in office hours; who visits may come in the evening too. */
export const timeOn = (chance: Chance, day: number, when: 'office' | 'any' = 'any'): number =>
  instantOf(day) +
  chance.weighted(when === 'office' ? officeHours : eveningHours) * hourMs +
  chance.int(0, 3_599) * 1000

/** Nobody delivers or calls back at the weekend. */
export const workday = (day: number): number => day + ([0, 0, 0, 0, 0, 2, 1][weekday(day)] ?? 0)

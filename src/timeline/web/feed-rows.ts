import type { Day, Entry } from './groups.ts'

/** A timeline in one line: each day's name, then what happened on it. */
export type FeedRow =
  | { type: 'day'; key: string; day: string }
  | { type: 'entry'; key: string; entry: Entry /** Which one it is, counted from one. */; place: number }

export function rowsOf(days: readonly Day[]): FeedRow[] {
  let place = 0
  return days.flatMap(({ day, entries }): FeedRow[] => [
    { type: 'day', key: `day ${day}`, day },
    ...entries.map((entry): FeedRow => {
      place += 1
      return { type: 'entry', key: `${entry.type} ${entry.id}`, entry, place }
    }),
  ])
}

/** The day that a row belongs to: the last one named before it. */
export function dayBefore(rows: readonly FeedRow[], index: number): number {
  for (let at = Math.min(index, rows.length - 1); at >= 0; at--) if (rows[at]?.type === 'day') return at
  return -1
}

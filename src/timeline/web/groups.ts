import type { TimelineItem } from '../timeline.contract.ts'

export type Interacted = Extract<TimelineItem, { type: 'interaction' }>
export type Changed = Extract<TimelineItem, { type: 'change' }>

/** Many of the same in a short while, told as one: "12 page views". Newest first, as the timeline is. */
export interface Burst {
  type: 'burst'
  id: string
  at: string
  items: readonly Interacted[]
}
export type Entry = TimelineItem | Burst

export interface Day {
  day: string
  entries: Entry[]
}

const gapMs = 30 * 60_000
const fewest = 3
const bursting = new Set(['page_view', 'screen_view', 'event', 'message'])

const joins = (one: TimelineItem, next: TimelineItem): boolean =>
  one.type === 'interaction' &&
  next.type === 'interaction' &&
  bursting.has(one.kind) &&
  one.kind === next.kind &&
  one.channel === next.channel &&
  isPlain(one) &&
  isPlain(next) &&
  Date.parse(one.at) - Date.parse(next.at) <= gapMs

/** What carries money, a feeling or somebody's words is never hidden in a heap; the text of a view is its address. */
const isPlain = ({ kind, amount_minor, feeling, score, text }: Interacted): boolean =>
  amount_minor === null && feeling === null && score === null && (kind !== 'message' || !text)

export function withBursts(items: readonly TimelineItem[]): Entry[] {
  const entries: Entry[] = []
  let run: Interacted[] = []
  const close = () => {
    const [first] = run
    if (first && run.length >= fewest) entries.push({ type: 'burst', id: first.id, at: first.at, items: run })
    else entries.push(...run)
    run = []
  }
  for (const item of items) {
    const last = run.at(-1)
    if (last && !joins(last, item)) close()
    if (item.type === 'interaction' && bursting.has(item.kind) && isPlain(item)) run.push(item)
    else entries.push(item)
  }
  close()
  return entries
}

/** By the reader's days: `dayOf` names the day of an instant. */
export function byDay(entries: readonly Entry[], dayOf: (at: string) => string): Day[] {
  const days: Day[] = []
  for (const entry of entries) {
    const day = dayOf(entry.at)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}

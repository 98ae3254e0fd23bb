import type { Filter } from '../../records/filter.contract.ts'
import { printFilter } from '../../records/filter-print.contract.ts'

/** What the address says of which interactions are meant. Days are the workspace's, and both are included. */
export interface Chosen {
  from?: string | undefined
  to?: string | undefined
  /** Joined by commas. */
  channels?: string | undefined
  kind?: string | undefined
  words?: string | undefined
}

/** The same in the filter language; nothing where all are meant. */
export function filterOf({ from, to, channels, kind, words }: Chosen): string | undefined {
  const parts: Filter[] = []
  if (from) parts.push({ field: 'occurred_at', op: 'gte', value: from })
  if (to) parts.push({ field: 'occurred_at', op: 'lte', value: to })
  if (channels) parts.push({ field: 'channel', op: 'in', value: channels.split(',') })
  if (kind) parts.push({ field: 'kind', op: 'eq', value: kind })
  if (words?.trim())
    parts.push({
      or: ['name', 'text', 'kind'].map((field): Filter => ({ field, op: 'contains', value: words.trim() })),
    })
  return parts.length ? printFilter({ and: parts }) : undefined
}

/** The page with just these. */
export function interactionsPath(chosen: Chosen): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(chosen) as [string, string | undefined][])
    if (value) search.set(name, value)
  return `/interactions?${search}`
}

import type { TieChange } from '../records/records.contract.ts'
import type { TimelineItem } from './timeline.contract.ts'

export interface RecordChange {
  id: string | number
  at: Date
  op: 'insert' | 'update' | 'delete'
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  actor: string | null
  request_id: string | null
  record_id: string
  xid: string
  /** Said together with another record. */
  told?: TieChange | undefined
}

export interface ChangeGroup {
  item: Extract<TimelineItem, { type: 'change' }>
  /** The oldest row of the group: the page goes on before it. */
  last_id: string
}

/** What one request changed is one item. Rows come newest first; `cut` says that older ones were left out. */
export function groupChanges(rows: readonly RecordChange[], cut: boolean): ChangeGroup[] {
  const groups: RecordChange[][] = []
  for (const row of rows) {
    const open = groups.at(-1)
    if (open && areOne(open, row)) open.push(row)
    else groups.push([row])
  }
  // The last request may go on beyond the cut; it is shown whole on the next page, unless it is all there is.
  if (cut && groups.length > 1) groups.pop()
  return groups.map(group => ({ item: itemOf(group), last_id: String(group.at(-1)?.id ?? '0') }))
}

/** Of one request, or of one loading of the sample, which is many; what a trigger lets follow has none, but is of the same transaction. */
function areOne(open: readonly RecordChange[], row: RecordChange): boolean {
  const [first] = open
  if (!first) return false
  if (row.request_id !== null && first.request_id === row.request_id) return true
  if (row.actor?.startsWith('sample:') && first.actor === row.actor) return true
  return first.xid === row.xid && (row.told !== undefined || open.every(one => one.told !== undefined))
}

function itemOf(group: RecordChange[]): ChangeGroup['item'] {
  const newest = group[0]
  const own = group.filter(row => row.told === undefined)
  const before: Record<string, unknown> = {}
  const after: Record<string, unknown> = {}
  for (const row of own) Object.assign(before, row.before)
  for (const row of own.toReversed()) Object.assign(after, row.after)
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map(field => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter(({ before: was, after: is }) => JSON.stringify(was) !== JSON.stringify(is))
  const op = own.find(row => row.op !== 'update')?.op ?? 'update'
  return {
    type: 'change',
    id: String(newest?.id ?? ''),
    at: (newest?.at ?? new Date(0)).toISOString(),
    op,
    actor: newest?.actor ?? null,
    actor_name: null,
    request_id: group.find(row => row.request_id !== null)?.request_id ?? null,
    fields,
    ties: group.flatMap(row => row.told ?? []),
  }
}

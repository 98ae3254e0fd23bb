import { call } from '../../../core/web/call.ts'
import { tellDetail } from '../../../core/web/i18n.ts'
import { invalidate } from '../../../core/web/query.ts'
import type { Kind } from '../../kind.contract.ts'
import { endpointsOf, type ManyReply, undoChanges } from '../../records.contract.ts'

/** Few enough that progress is seen and that each part can be undone by itself. */
const atOnce = 200

export interface ListQuery {
  filter?: string
  search?: string
}

/** Which records: those that were marked, or all that a list's filter and search find. */
export type Chosen = { ids: readonly string[] } | { query: ListQuery }

export interface BulkOutcome {
  done: number
  rejected: { id: string; detail: string }[]
  /** For undoing: the requests that did it. */
  requests: string[]
  stopped: boolean
  /** Why it ended before its end, where that was not asked for. */
  failed?: unknown
}

interface Watch {
  signal: AbortSignal
  onProgress: (done: number, of: number) => void
}

/** All of a list as it is at this moment: what changes leaves the list, so that is known before it begins. */
async function everyId(kind: Kind, query: ListQuery, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = []
  let after: string | null = null
  do {
    const page: { items: unknown[]; next: string | null } = await call(
      endpointsOf(kind).list,
      { query: { ...query, limit: 200, ...(after ? { after } : {}) } },
      { signal },
    )
    ids.push(...page.items.map(item => (item as { id: string }).id))
    after = page.next
  } while (after && !signal.aborted)
  return ids
}

export const chosenIds = async (kind: Kind, chosen: Chosen, signal: AbortSignal): Promise<string[]> =>
  'ids' in chosen ? [...chosen.ids] : everyId(kind, chosen.query, signal)

/** Part by part. What was done stays to be told and undone, also when a later part fails. */
export async function runBulk(
  kind: Kind,
  chosen: Chosen,
  write: (ids: string[]) => Promise<ManyReply>,
  { signal, onProgress }: Watch,
): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { done: 0, rejected: [], requests: [], stopped: false }
  try {
    const ids = await chosenIds(kind, chosen, signal)
    for (let from = 0; from < ids.length && !signal.aborted; from += atOnce) {
      onProgress(from, ids.length)
      note(outcome, await write(ids.slice(from, from + atOnce)))
    }
  } catch (error) {
    if (!signal.aborted) return { ...outcome, failed: error }
  }
  return { ...outcome, stopped: signal.aborted }
}

function note(outcome: BulkOutcome, reply: ManyReply): void {
  outcome.requests.push(reply.request_id)
  for (const one of reply.outcomes) {
    if (one.status === 'rejected')
      outcome.rejected.push({ id: one.id, detail: tellDetail(one) || (one.code ?? '') })
    else outcome.done += 1
  }
}

/** The last part first. Says how many values had been changed since and stay. */
export async function undoBulk(kind: Kind, requests: readonly string[]): Promise<number> {
  let kept = 0
  for (const request_id of requests.toReversed()) {
    const { conflicts } = await call(undoChanges, { body: { request_id } })
    kept += conflicts.length
  }
  await refreshLists(kind)
  return kept
}

export function refreshLists(kind: Kind): Promise<unknown> {
  const { list, count, get, history } = endpointsOf(kind)
  return invalidate([list, count, get, history])
}

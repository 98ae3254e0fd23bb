import type { Ctx } from '../core/ctx.ts'
import { fail, failureOf } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { told } from '../core/text-sentence.ts'
import { resolveIdentifiers } from '../customers/index.ts'
import type { Batch } from './ingest-body.ts'
import { countNewInteractions, ensureMonths, type InteractionRow } from './interaction-rows.ts'
import {
  foldingHour,
  isFolded,
  knownIdentifier,
  rememberFolded,
  rememberIdentifier,
} from './known-identifiers.ts'
import { keepRejections } from './rejected.ts'
import { says } from './says.ts'
import type { Rejection, SegmentEvent } from './segment-event.ts'

// Requests that arrive while a statement is under way share the next one: no timer, no latency when it is quiet, and
// large statements when it is not. A request is answered after its own rows have been committed.

export interface Sender {
  id: string
  workspace_id: string
  name: string
}

export interface Ingest {
  /** Resolves when the events are committed; fails with `unavailable` when they must be sent again. */
  accept(sender: Sender, batch: Batch): Promise<void>
  /** How many events a sender waits for. */
  waiting(): number
}

const perMachine = new WeakMap<Machine, Ingest>()

/** The one of this process. */
export function ingestOf(machine: Machine): Ingest {
  const found = perMachine.get(machine)
  if (found) return found
  const made = createIngest(machine)
  perMachine.set(machine, made)
  return made
}

interface Waiting extends Batch {
  done(): void
  failed(error: unknown): void
}

interface Queue {
  sender: Sender
  waiting: Waiting[]
}

const maxStatementRows = 1000
const maxStatementsAtOnce = 4
const maxWaitingRows = 40_000

function createIngest(machine: Machine): Ingest {
  const queues = new Map<string, Queue>()
  let waitingRows = 0
  let active = 0

  function next(): { sender: Sender; taken: Waiting[] } | undefined {
    for (const [key, queue] of queues) {
      const taken: Waiting[] = []
      let rows = 0
      while (
        queue.waiting[0] &&
        (taken.length === 0 || rows + sizeOf(queue.waiting[0]) <= maxStatementRows)
      ) {
        const one = queue.waiting.shift()
        if (!one) break
        taken.push(one)
        rows += sizeOf(one)
      }
      // To the end of the line: no sender keeps the others waiting.
      queues.delete(key)
      if (queue.waiting.length) queues.set(key, queue)
      if (taken.length) return { sender: queue.sender, taken }
    }
    return undefined
  }

  function pump(): void {
    while (active < maxStatementsAtOnce) {
      const work = next()
      if (!work) return
      active++
      void flush(machine, work.sender, work.taken).finally(() => {
        active--
        for (const one of work.taken) waitingRows -= sizeOf(one)
        pump()
      })
    }
  }

  return {
    waiting: () => waitingRows,
    accept(sender, batch) {
      if (waitingRows > maxWaitingRows)
        return Promise.reject(fail('unavailable', { code: 'ingest_full', retry_after_s: 1 }))
      return new Promise((resolve, reject) => {
        const queue = queues.get(sender.id) ?? { sender, waiting: [] }
        queues.set(sender.id, queue)
        const one: Waiting = { ...batch, done: resolve, failed: reject }
        queue.waiting.push(one)
        waitingRows += sizeOf(one)
        pump()
      })
    },
  }
}

const sizeOf = ({ events, rejections }: Batch) => events.length + rejections.length

async function flush(machine: Machine, sender: Sender, taken: Waiting[]): Promise<void> {
  try {
    const rejections = taken.flatMap(one => one.rejections)
    const events = taken.flatMap(one => one.events)
    await ensureMonths(
      machine,
      events.map(event => event.occurred_at),
    )
    // A transaction of its own for each statement: claims are sorted within one, and a resend finds what was stored.
    for (let from = 0; from === 0 || from < events.length; from += maxStatementRows)
      await store(machine, sender, events.slice(from, from + maxStatementRows), from === 0 ? rejections : [])
    machine.metrics.count('ingest_rejected', rejections.length)
    for (const one of taken) one.done()
  } catch (error) {
    for (const one of taken) one.failed(error)
  }
}

/** Stores the events. One that PostgreSQL cannot hold for a reason we did not foresee is found by halving and refused alone. */
async function store(
  machine: Machine,
  sender: Sender,
  events: SegmentEvent[],
  rejections: Rejection[],
): Promise<void> {
  try {
    await storeAll(machine, sender, events, rejections)
  } catch (error) {
    if (!isAboutData(error) || !events.length) throw error
    if (events.length === 1) {
      machine.log.warn({ component: 'ingest', error }, 'an event could not be stored and was refused')
      return store(machine, sender, [], [...rejections, refusalOf(events[0])])
    }
    const half = events.length >> 1
    await store(machine, sender, events.slice(0, half), rejections)
    await store(machine, sender, events.slice(half), [])
  }
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (limits): sending it again would fail again. */
const isAboutData = (error: unknown) =>
  /^(?:22|23|54)/.test(String((error as { code?: unknown } | null)?.code)) ||
  failureOf(error)?.kind === 'invalid'

const refusalOf = (event: SegmentEvent | undefined): Rejection => ({
  code: 'not_storable',
  ...told(says.not_storable()),
  message_id: event?.message_id ?? null,
  sample: event?.properties.slice(0, 4000) ?? '',
})

async function storeAll(
  machine: Machine,
  sender: Sender,
  events: SegmentEvent[],
  rejections: Rejection[],
): Promise<void> {
  const who = {
    workspace_id: sender.workspace_id,
    actor: { kind: 'write_key' as const, id: sender.id },
  }
  const stored = await machine.workspaceTransaction(who, async ctx => {
    const resolved = await identifierIds(ctx, events)
    const rows: InteractionRow[] = []
    const unusable: Rejection[] = []
    for (const [index, event] of events.entries()) {
      const own = resolved[index]
      if (own?.ids.length) rows.push(rowOf(event, own, sender))
      else unusable.push(worthless(event))
    }
    const inserted = await countNewInteractions(ctx, rows)
    await keepRejections(
      ctx,
      [...rejections, ...unusable].map(one => ({ ...one, source: sender.name })),
    )
    return { rows, inserted, resolved, unusable: unusable.length }
  })
  remember(machine, sender.workspace_id, events, stored.resolved)
  machine.metrics.count('ingest_accepted', stored.inserted)
  machine.metrics.count('ingest_duplicate', stored.rows.length - stored.inserted)
  machine.metrics.count('ingest_rejected', stored.unusable)
}

const worthless = (event: SegmentEvent): Rejection => ({
  code: 'worthless_identifier',
  ...told(says.worthless_identifier({ id: event.identifiers[0]?.value.slice(0, 40) ?? '' })),
  message_id: event.message_id,
  sample: event.properties.slice(0, 4000),
})

interface Resolved {
  ids: number[]
  /** All of them, and that they belong together, were known already. */
  known: boolean
}

function remember(machine: Machine, workspaceId: string, events: SegmentEvent[], resolved: Resolved[]): void {
  const hour = foldingHour(machine)
  for (const [index, event] of events.entries()) {
    const { ids, known } = resolved[index] ?? { ids: [], known: true }
    if (known || ids.length !== event.identifiers.length) continue
    for (const [place, identifier] of event.identifiers.entries())
      rememberIdentifier(machine, workspaceId, identifier, ids[place] ?? 0)
    rememberFolded(machine, ids, hour)
  }
}

async function identifierIds(ctx: Ctx, events: SegmentEvent[]): Promise<Resolved[]> {
  const hour = foldingHour(ctx.machine)
  const found = events.map(event => {
    const ids: number[] = []
    for (const one of event.identifiers) {
      const id = knownIdentifier(ctx.machine, ctx.workspace_id, one)
      if (id === undefined) return undefined
      ids.push(id)
    }
    return { ids, known: isFolded(ctx.machine, ids, hour) }
  })
  const unknown = events.filter((_event, index) => !found[index])
  const made = unknown.length
    ? await resolveIdentifiers(
        ctx,
        unknown.map(event => event.identifiers),
      )
    : []
  let place = 0
  return found.map(one => one ?? { ids: made[place++] ?? [], known: false })
}

function rowOf(event: SegmentEvent, { ids, known }: Resolved, sender: Sender): InteractionRow {
  return {
    id: newId(),
    occurred_at: event.occurred_at,
    received_at: event.received_at,
    sent_at: event.sent_at,
    original_at: event.original_at,
    identifier_id: ids[0] ?? 0,
    identifier_ids: ids,
    channel: event.channel,
    kind: event.kind,
    name: event.name,
    source: sender.name,
    direction: 'inbound',
    amount_minor: event.amount_minor,
    currency: event.currency,
    feeling: null,
    score: null,
    ref_kind: null,
    ref_id: null,
    member_id: null,
    text: event.text,
    properties: event.properties,
    context: event.context,
    message_id: event.message_id,
    group_id: event.group_id,
    folds: folds(event, known),
  }
}

/** An anonymous visitor's clicks teach nothing; neither does what was seen together before. */
function folds(event: SegmentEvent, known: boolean): boolean {
  if (event.type === 'identify' || event.type === 'group' || event.type === 'alias') return true
  return !known && event.identifiers.some(({ type }) => type !== 'anonymous_id')
}

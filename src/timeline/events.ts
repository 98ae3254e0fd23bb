import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Sentence } from '../core/text-sentence.ts'
import { reachOf, withinReach } from './reach.ts'

interface AcceptedEvent {
  id: string
  received_at: Date
  occurred_at: Date
  kind: string
  name: string | null
  channel: string
  source: string | null
  message_id: string
  identifiers: { type: string; value: string }[]
  properties: Record<string, unknown>
  context: Record<string, unknown>
}

interface RejectedEvent {
  id: string
  received_at: Date
  code: string
  detail: string
  sentence: Sentence | null
  message_id: string | null
  source: string | null
  sample: string
}

/** By when they happened, which an index serves, among those that came in with a batch of events and not from inside. */
export async function listEvents(ctx: Ctx, { limit }: { limit: number }) {
  const accepted = await sql<AcceptedEvent>`
    select i.id, i.received_at, i.occurred_at, i.kind, i.name, i.channel, i.source, i.message_id, i.properties, i.context,
      coalesce((
        select jsonb_agg(jsonb_build_object('type', d.type, 'value', d.value) order by array_position(i.identifier_ids, d.id))
        from identifier d where d.workspace_id = ${ctx.workspace_id} and d.id = any (i.identifier_ids)), '[]') as identifiers
    from (
      select * from interaction i
      where workspace_id = ${ctx.workspace_id} and ${withinReach(ctx, 'i')} and occurred_at > ${new Date(ctx.now.getTime() - 400 * 86_400_000)}
      order by occurred_at desc, id desc limit ${limit}
    ) i
    order by i.received_at desc, i.id desc`.execute(ctx.db)
  // A refused event belongs to nobody, so nobody's reach but the widest covers it.
  if (reachOf(ctx) !== 'all') return { accepted: accepted.rows, rejected: [] }
  const rejected = await sql<RejectedEvent>`
    select slot::text as id, received_at, code, detail, sentence, message_id, source, sample from rejected_event
    where workspace_id = ${ctx.workspace_id}
    order by received_at desc, slot desc limit ${limit}`.execute(ctx.db)
  return { accepted: accepted.rows, rejected: rejected.rows }
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { toStorableJson } from './json-shape.ts'
import type { Rejection } from './segment-event.ts'

const keptPerRequest = 50

/** Keeps the reasons for the events page, in a ring: a sender gone wild overwrites itself, not the disk. */
export async function keepRejections(
  ctx: Ctx,
  rejections: readonly (Rejection & { source: string | null })[],
): Promise<void> {
  const kept = rejections.slice(0, keptPerRequest)
  if (!kept.length) return
  const list = toStorableJson(kept)
  await sql`
    insert into rejected_event (workspace_id, slot, received_at, code, detail, message_id, source, sample, sentence)
    select ${ctx.workspace_id}::uuid, nextval('rejected_event_slot')::int, ${ctx.now}, code, detail, message_id, source, sample, sentence
    from jsonb_to_recordset(${list}::jsonb) as x (code text, detail text, message_id text, source text, sample text, sentence jsonb)
    on conflict (workspace_id, slot) do update set (received_at, code, detail, message_id, source, sample, sentence) =
      (excluded.received_at, excluded.code, excluded.detail, excluded.message_id, excluded.source, excluded.sample, excluded.sentence)
  `.execute(ctx.db)
}

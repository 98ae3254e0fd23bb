import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { readPlace, writePlace } from './cursor.ts'
import type { StoredInteraction } from './interactions-of.ts'
import { withinReach } from './reach.ts'
import type { listInteractions as contract } from './timeline.contract.ts'

/** Interactions of the whole workspace, newest first. */
export async function listInteractions(ctx: Ctx, input: z.output<(typeof contract)['query']>) {
  const { interaction: before } = readPlace(input.after)
  const conditions = [
    sql`i.workspace_id = ${ctx.workspace_id}`,
    withinReach(ctx),
    ...(input.channel ? [sql`channel = ${input.channel}`] : []),
    ...(input.kind ? [sql`kind = ${input.kind}`] : []),
    ...(input.source ? [sql`source = ${input.source}`] : []),
    ...(input.since ? [sql`occurred_at >= ${input.since}::timestamptz`] : []),
    ...(input.until ? [sql`occurred_at < ${input.until}::timestamptz`] : []),
    ...(before
      ? [
          sql`occurred_at <= ${before.at}::timestamptz and (occurred_at, id) < (${before.at}::timestamptz, ${before.id}::uuid)`,
        ]
      : []),
  ]
  const { rows } = await sql<StoredInteraction>`
    select id, occurred_at, received_at, channel, kind, name, text, source, direction, amount_minor, currency, feeling, score,
      ref_kind, ref_id, member_id, message_id, properties
    from interaction i where ${sql.join(conditions, sql` and `)}
    order by occurred_at desc, id desc limit ${input.limit + 1}`.execute(ctx.db)
  const items = rows.slice(0, input.limit)
  const last = items.at(-1)
  const next =
    rows.length > input.limit && last
      ? writePlace({ interaction: { at: last.occurred_at.toISOString(), id: last.id }, change: null })
      : null
  return { items, next }
}

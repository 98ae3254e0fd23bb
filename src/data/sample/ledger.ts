import { sql } from 'kysely'
import type { Ctx } from '../../core/ctx.ts'

// Which records the sample made. Only what stands here is ever taken away.

export const sampleKinds = ['field', 'view', 'survey', 'company', 'person'] as const
export type SampleKind = (typeof sampleKinds)[number]

export async function remember(
  ctx: Ctx,
  kind: SampleKind,
  made: readonly { key: string; record_id: string }[],
): Promise<void> {
  if (made.length === 0) return
  await sql`
    insert into sample_record (workspace_id, kind, key, record_id)
    select ${ctx.workspace_id}, ${kind}, x.key, x.record_id
    from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) x (key text, record_id uuid)`.execute(ctx.db)
}

/** By key, the ids of the records of a kind; of some keys, or of all. */
export async function recordsOf(
  ctx: Ctx,
  kind: SampleKind,
  keys?: readonly string[],
): Promise<Map<string, string>> {
  const some = keys ? sql`and key = any (${keys}::text[])` : sql``
  const { rows } = await sql<{ key: string; record_id: string }>`
    select key, record_id from sample_record
    where workspace_id = ${ctx.workspace_id} and kind = ${kind} ${some} order by key`.execute(ctx.db)
  return new Map(rows.map(row => [row.key, row.record_id]))
}

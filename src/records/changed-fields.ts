import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

/** Where a request's changes begin in the log; null where it changed nothing. */
export async function firstChangeOf(ctx: Ctx, request_id: string): Promise<number | null> {
  const { rows } = await sql<{ id: number | null }>`
    select min(id) as id from change where workspace_id = ${ctx.workspace_id}::uuid and request_id = ${request_id}`.execute(
    ctx.db,
  )
  return rows[0]?.id ?? null
}

interface Asked {
  kind: string
  record_ids: readonly string[]
  /** The place in the log to look from. */
  from_id: number
  /** Requests whose changes are no changes by others. */
  own: readonly string[]
}

/** The fields of these records that somebody else than these requests changed last, by record; named as the log names them. */
export async function fieldsChangedByOthers(
  ctx: Ctx,
  { kind, record_ids, from_id, own }: Asked,
): Promise<Map<string, Set<string>>> {
  if (record_ids.length === 0) return new Map()
  const { rows } = await sql<{ record_id: string; fields: string[] }>`
    select record_id, array_agg(field) as fields from (
      select distinct on (c.record_id, k.field) c.record_id, k.field, c.request_id
      from unnest(${record_ids}::uuid[]) as x (record_id)
      join change c on c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = ${kind} and c.record_id = x.record_id
        and c.id >= ${from_id} and c.op in ('insert', 'update')
      cross join lateral jsonb_object_keys(c.after) as k (field)
      order by c.record_id, k.field, c.id desc
    ) as latest
    where request_id is null or request_id <> all(${own}::text[])
    group by record_id`.execute(ctx.db)
  return new Map(rows.map(row => [row.record_id, new Set(row.fields)]))
}

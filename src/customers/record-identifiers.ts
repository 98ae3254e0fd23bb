import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

export interface Replaced {
  root: string
  type: string
  value: string
}

/** An address that was only known from the record itself, and was replaced there, is given up; one that events brought stays. */
export async function releaseReplaced(ctx: Ctx, replaced: Replaced[]): Promise<void> {
  if (replaced.length === 0) return
  await sql`
    update identifier_person ip set
      valid_to = case when ip.valid_from < ${ctx.now}::timestamptz then ${ctx.now}::timestamptz else ip.valid_to end,
      retracted_at = case when ip.valid_from < ${ctx.now}::timestamptz then null else ${ctx.now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(replaced)}::jsonb) x (root uuid, type text, value text)
    join identifier i on i.workspace_id = ${ctx.workspace_id} and i.type = x.type and i.value = x.value
    where ip.workspace_id = i.workspace_id and ip.identifier_id = i.id and ip.root_id = x.root and ip.rule = 'record'
      and ip.retracted_at is null and ip.valid_to = 'infinity'`.execute(ctx.db)
}

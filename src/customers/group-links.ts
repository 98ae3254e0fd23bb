import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

/** Companies are known by these group ids from now on. */
export async function linkGroups(
  ctx: Ctx,
  links: { identifier_id: number; company_id: string }[],
): Promise<void> {
  if (links.length === 0) return
  await sql`
    insert into identifier_company (workspace_id, identifier_id, company_id, rule, created_at)
    select ${ctx.workspace_id}, x.identifier_id, x.company_id, 'group', ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) x (identifier_id bigint, company_id uuid)
    on conflict (workspace_id, identifier_id) do update set company_id = excluded.company_id`.execute(ctx.db)
}

import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

/** Whose interactions the reader may see in lists over all customers. */
export function reachOf(ctx: Ctx): 'all' | 'own' | 'none' {
  const { read } = ctx.principal.kinds['person'] ?? ctx.principal.kinds['*'] ?? { read: 'none' as const }
  return read
}

/** For a query over `interaction i`: those of the people the reader may see. */
export function withinReach(ctx: Ctx): RawBuilder<unknown> {
  const reach = reachOf(ctx)
  if (reach === 'all') return sql`true`
  if (reach === 'none') return sql`false`
  return sql`exists (
    select from identifier_person o join person p on p.workspace_id = o.workspace_id and p.id = o.root_id
    where o.workspace_id = i.workspace_id and o.identifier_id = i.identifier_id and o.retracted_at is null
      and i.occurred_at >= o.valid_from and i.occurred_at < o.valid_to
      and p.owner_id = ${ctx.principal.member_id} and p.deleted_at is null)`
}

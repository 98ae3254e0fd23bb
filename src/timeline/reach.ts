import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx, Scope } from '../core/ctx.ts'
import { ownersWithin } from '../core/reach.ts'

/** Whose interactions the reader may see in lists over all customers. */
export function reachOf(ctx: Ctx): Scope {
  const { read } = ctx.principal.kinds['person'] ?? ctx.principal.kinds['*'] ?? { read: 'none' as const }
  return read
}

/** Of the interactions under an alias, those of the people the reader may see. */
export function withinReach(ctx: Ctx, alias: string): RawBuilder<SqlBool> {
  const of = (column: string) => sql.ref(`${alias}.${column}`)
  const owners = ownersWithin(ctx.principal, reachOf(ctx))
  if (owners === undefined) return sql<SqlBool>`true`
  if (owners.length === 0) return sql<SqlBool>`false`
  return sql<SqlBool>`exists (
    select from identifier_person o join person p on p.workspace_id = o.workspace_id and p.id = o.root_id
    where o.workspace_id = ${of('workspace_id')} and o.identifier_id = ${of('identifier_id')} and o.retracted_at is null
      and ${of('occurred_at')} >= o.valid_from and ${of('occurred_at')} < o.valid_to
      and p.owner_id = any(${owners}::uuid[]) and p.deleted_at is null)`
}

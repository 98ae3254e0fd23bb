import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { RelationTypeId } from './relations.contract.ts'

export interface NewRelation {
  type: RelationTypeId
  person_id?: string | undefined
  company_id?: string | undefined
  other_person_id?: string | undefined
  other_company_id?: string | undefined
  role?: string | undefined
  from_on?: string | undefined
  to_on?: string | undefined
}

/**
 * Many at once, between records of which nothing was said before but where they work: that is told its first day, the rest is
 * added as it is.
 */
export async function recordRelations(ctx: Ctx, items: readonly NewRelation[]): Promise<void> {
  if (items.length === 0) return
  const given = JSON.stringify(items.map(item => ({ id: newId(), ...item })))
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${given}::jsonb) x (id uuid, type text, person_id uuid, company_id uuid,
        other_person_id uuid, other_company_id uuid, role text, from_on date, to_on date)
    ), dated as (
      update relationship r set from_on = x.from_on, role = coalesce(x.role, r.role), follows = false, updated_at = ${ctx.now}
      from given x
      where r.workspace_id = ${ctx.workspace_id} and r.type = 'works_at' and r.to_on is null and r.deleted_at is null
        and x.type = 'works_at' and x.to_on is null and r.person_id = x.person_id and r.company_id = x.company_id
      returning x.id
    )
    insert into relationship (workspace_id, id, type, person_id, company_id, other_person_id, other_company_id, role, from_on, to_on, created_at, updated_at)
    select ${ctx.workspace_id}, x.id, x.type, x.person_id, x.company_id, x.other_person_id, x.other_company_id, x.role, x.from_on, x.to_on, ${ctx.now}, ${ctx.now}
    from given x where x.id not in (select id from dated)`.execute(ctx.db)
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

export interface ErasedInteraction {
  id: string
  occurred_at: Date
}

/**
 * Takes interactions out of the log as if they had never come: when their messages come again, they count. The copy in
 * ClickHouse follows. Returns how many there were, and by which identifiers their customers were seen.
 */
export async function eraseInteractions(
  ctx: Ctx,
  interactions: readonly ErasedInteraction[],
): Promise<{ erased: number; identifier_ids: number[] }> {
  if (!interactions.length) return { erased: 0, identifier_ids: [] }
  const { rows } = await sql<{ identifier_id: number }>`
    select identifier_id from rapport.erase_interactions(
      ${interactions.map(one => one.id)}::uuid[],
      ${interactions.map(one => one.occurred_at.toISOString())}::timestamptz[]) as e (identifier_id)`.execute(
    ctx.db,
  )
  return { erased: rows.length, identifier_ids: [...new Set(rows.map(row => row.identifier_id))] }
}

export interface Heard {
  person_id: string
  first_at: Date
  last_at: Date
}

/** When these people were first and last heard from, of those who ever were. */
export async function peopleHeardFrom(ctx: Ctx, person_ids: readonly string[]): Promise<Heard[]> {
  if (!person_ids.length) return []
  const { rows } = await sql<Heard>`
    select o.root_id as person_id, min(x.first_at) as first_at, max(x.last_at) as last_at
    from identifier_person o
    cross join lateral (
      select min(i.occurred_at) as first_at, max(i.occurred_at) as last_at from interaction i
      where i.workspace_id = o.workspace_id and i.identifier_id = o.identifier_id
        and i.occurred_at >= o.valid_from and i.occurred_at < o.valid_to) x
    where o.workspace_id = ${ctx.workspace_id} and o.root_id = any(${person_ids}::uuid[]) and o.retracted_at is null
      and x.first_at is not null
    group by o.root_id`.execute(ctx.db)
  return rows
}

/** Those of the companies that something was filed under directly. */
export async function companiesHeardFrom(ctx: Ctx, company_ids: readonly string[]): Promise<string[]> {
  if (!company_ids.length) return []
  const { rows } = await sql<{ company_id: string }>`
    select distinct o.company_id from identifier_company o
    where o.workspace_id = ${ctx.workspace_id} and o.company_id = any(${company_ids}::uuid[])
      and exists (select from interaction i where i.workspace_id = o.workspace_id and i.identifier_id = o.identifier_id)`.execute(
    ctx.db,
  )
  return rows.map(row => row.company_id)
}

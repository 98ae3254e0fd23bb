import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

// Taking back what an import taught about who is who.

/** Deleted people and companies give up everything they were recognised by, as if it had never been theirs. */
export async function withdrawIdentifiers(
  ctx: Ctx,
  kind: 'person' | 'company',
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  if (kind === 'company')
    await sql`
      delete from identifier_company where workspace_id = ${ctx.workspace_id} and company_id = any(${ids}::uuid[])`.execute(
      ctx.db,
    )
  else
    await sql`
      update identifier_person set retracted_at = ${ctx.now}
      where workspace_id = ${ctx.workspace_id} and root_id = any(${ids}::uuid[]) and retracted_at is null`.execute(
      ctx.db,
    )
}

/**
 * What this actor alone gave to people who stay is theirs no more, unless the record itself holds it by now. A few
 * thousand at a time; returns how many there were.
 */
export async function withdrawClaims(ctx: Ctx, actor: string, limit: number): Promise<number> {
  const { rows } = await sql`
    update identifier_person o set retracted_at = ${ctx.now}
    from (
      select c.id from identifier_person c
      join identifier i on i.workspace_id = c.workspace_id and i.id = c.identifier_id
      join person p on p.workspace_id = c.workspace_id and p.id = c.root_id
      where c.workspace_id = ${ctx.workspace_id} and c.actor = ${actor} and c.retracted_at is null and c.rule <> 'synthetic'
        and i.value is distinct from p.email_norm and i.value is distinct from p.phone
        and (i.type <> 'external_id' or p.external_id is null or not i.value like '%:' || p.external_id)
      order by c.id limit ${limit}
    ) mine
    where o.workspace_id = ${ctx.workspace_id} and o.id = mine.id
    returning o.id`.execute(ctx.db)
  return rows.length
}

/** First and last seen that lie within a stretch of time are these, or were never; others stay. */
export async function resetPeopleSeen(
  ctx: Ctx,
  seen: readonly { person_id: string; first_at: Date | null; last_at: Date | null }[],
  { from, to }: { from: Date; to: Date },
): Promise<void> {
  if (seen.length === 0) return
  await sql`
    with held as (
      select p.id, x.first_at, x.last_at
      from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) x (person_id uuid, first_at timestamptz, last_at timestamptz)
      join person p on p.workspace_id = ${ctx.workspace_id} and p.id = x.person_id and p.merged_into is null
      order by p.id for update of p
    )
    update person p set
      first_seen_at = case when p.first_seen_at between ${from} and ${to} then held.first_at else p.first_seen_at end,
      last_seen_at = case when p.last_seen_at between ${from} and ${to} then held.last_at else p.last_seen_at end
    from held where p.workspace_id = ${ctx.workspace_id} and p.id = held.id`.execute(ctx.db)
}

/** Whose these identifiers are or once were. */
export async function peopleSeenBy(ctx: Ctx, identifier_ids: readonly number[]): Promise<string[]> {
  if (identifier_ids.length === 0) return []
  const { rows } = await sql<{ root_id: string }>`
    select distinct root_id from identifier_person
    where workspace_id = ${ctx.workspace_id} and identifier_id = any(${identifier_ids}::bigint[]) and retracted_at is null`.execute(
    ctx.db,
  )
  return rows.map(row => row.root_id)
}

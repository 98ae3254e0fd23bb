import { type Kysely, sql } from 'kysely'
import type { Tables } from '../core/tables.ts'
import { eraseHistory } from '../records/index.ts'

// Taking customers away as if they had never been: not deleting, which keeps them to be restored. Runs as role `system`,
// because what tells who is who is append-only for everybody else; so each statement names the workspace itself.

interface Customers {
  workspace_id: string
  person_ids: readonly string[]
  company_ids: readonly string[]
}

/** The identifiers that were these customers' and nobody else's at any time. */
export async function identifiersOfNobodyElse(
  db: Kysely<Tables>,
  { workspace_id, person_ids, company_ids }: Customers,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with theirs as (
      select identifier_id from identifier_person
      where workspace_id = ${workspace_id} and person_id = any (${person_ids}::uuid[])
      union
      select identifier_id from identifier_company
      where workspace_id = ${workspace_id} and company_id = any (${company_ids}::uuid[])
    )
    select t.identifier_id as id from theirs t
    where not exists (
      select from identifier_person o where o.workspace_id = ${workspace_id} and o.identifier_id = t.identifier_id
        and not o.person_id = any (${person_ids}::uuid[]))
    and not exists (
      select from identifier_company o where o.workspace_id = ${workspace_id} and o.identifier_id = t.identifier_id
        and not o.company_id = any (${company_ids}::uuid[]))`.execute(db)
  return rows.map(row => row.id)
}

/** What ties them to each other and to others, then the customers themselves. Their interactions are to be gone by then. */
export async function eraseCustomers(db: Kysely<Tables>, customers: Customers): Promise<void> {
  const { workspace_id, person_ids, company_ids } = customers
  const identifiers = await identifiersOfNobodyElse(db, customers)
  const people = sql`any (${person_ids}::uuid[])`
  const firms = sql`any (${company_ids}::uuid[])`
  await sql`delete from identity_review where workspace_id = ${workspace_id} and (person_id = ${people} or other_id = ${people})`.execute(
    db,
  )
  await sql`delete from cannot_link where workspace_id = ${workspace_id} and (person_id = ${people} or other_id = ${people})`.execute(
    db,
  )
  await sql`delete from person_merge where workspace_id = ${workspace_id} and (winner_id = ${people} or loser_id = ${people})`.execute(
    db,
  )
  await sql`delete from company_merge where workspace_id = ${workspace_id} and (winner_id = ${firms} or loser_id = ${firms})`.execute(
    db,
  )
  const { rows: relations } = await sql<{ id: string }>`
    delete from relationship where workspace_id = ${workspace_id}
      and (person_id = ${people} or other_person_id = ${people} or company_id = ${firms} or other_company_id = ${firms})
    returning id`.execute(db)
  await eraseHistory(db, { workspace_id, kind: 'relationship', ids: relations.map(one => one.id) })
  await sql`delete from identifier_person where workspace_id = ${workspace_id} and person_id = ${people}`.execute(
    db,
  )
  await sql`delete from identifier_company where workspace_id = ${workspace_id} and company_id = ${firms}`.execute(
    db,
  )
  await sql`delete from identifier where workspace_id = ${workspace_id} and id = any (${identifiers}::bigint[])`.execute(
    db,
  )
  await sql`delete from person where workspace_id = ${workspace_id} and id = ${people}`.execute(db)
  await sql`delete from company where workspace_id = ${workspace_id} and id = ${firms}`.execute(db)
}

/** How many of these are read as one with others, who are not among them: to be un-merged before they are taken away. */
export async function mergedWithOthers(
  db: Kysely<Tables>,
  { workspace_id, person_ids, company_ids }: Customers,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*)::int from person_merge where workspace_id = ${workspace_id} and closed_at is null
        and (winner_id = any (${person_ids}::uuid[])) <> (loser_id = any (${person_ids}::uuid[])))
      + (select count(*)::int from company_merge where workspace_id = ${workspace_id} and closed_at is null
        and (winner_id = any (${company_ids}::uuid[])) <> (loser_id = any (${company_ids}::uuid[]))) as n`.execute(
    db,
  )
  return rows[0]?.n ?? 0
}

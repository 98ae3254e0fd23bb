import { type Kysely, sql } from 'kysely'
import type { Tables } from '../core/tables.ts'

/**
 * Takes what the change log tells of these records out of it, the taking away itself included, and that somebody opened
 * them: what was invented is no history. As role `system`, because for everybody else the log only grows.
 */
export async function eraseHistory(
  db: Kysely<Tables>,
  { workspace_id, kind, ids }: { workspace_id: string; kind: string; ids: readonly string[] },
): Promise<void> {
  await sql`delete from field_value where workspace_id = ${workspace_id} and record_id = any (${ids}::uuid[])`.execute(
    db,
  )
  await sql`delete from recent_record where workspace_id = ${workspace_id} and record_id = any (${ids}::uuid[])`.execute(
    db,
  )
  await sql`delete from change where workspace_id = ${workspace_id} and kind = ${kind} and record_id = any (${ids}::uuid[])`.execute(
    db,
  )
}

/** Saved views, and that they were somebody's default. */
export async function eraseViews(
  db: Kysely<Tables>,
  { workspace_id, ids }: { workspace_id: string; ids: readonly string[] },
): Promise<void> {
  await sql`delete from list_view where workspace_id = ${workspace_id} and id = any (${ids}::uuid[])`.execute(
    db,
  )
  await eraseHistory(db, { workspace_id, kind: 'list_view', ids })
}

/** Fields with everything that is stored under them; those that other records use are to be left out by the caller. */
export async function eraseFields(
  db: Kysely<Tables>,
  { workspace_id, ids }: { workspace_id: string; ids: readonly string[] },
): Promise<void> {
  await sql`delete from field_value where workspace_id = ${workspace_id} and field_id = any (${ids}::uuid[])`.execute(
    db,
  )
  await sql`delete from field where workspace_id = ${workspace_id} and id = any (${ids}::uuid[])`.execute(db)
  await eraseHistory(db, { workspace_id, kind: 'field', ids })
}

import { type Kysely, sql } from 'kysely'
import type { Tables } from '../core/tables.ts'

/** Members of the teams somebody is in and of all teams below these. */
export async function teammatesOf(
  db: Kysely<Tables>,
  { workspace_id, member_id }: { workspace_id: string; member_id: string },
): Promise<string[]> {
  const { rows } = await sql<{ member_id: string }>`
    with recursive below as (
      select team_id as id from rapport.team_member where workspace_id = ${workspace_id} and member_id = ${member_id}
      union
      select t.id from rapport.team t join below b on t.parent_id = b.id where t.workspace_id = ${workspace_id}
    )
    select distinct tm.member_id from rapport.team_member tm join below b on b.id = tm.team_id
    where tm.workspace_id = ${workspace_id} order by tm.member_id`.execute(db)
  return rows.map(row => row.member_id)
}

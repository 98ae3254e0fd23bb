import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { getRecord } from '../records/index.ts'
import { personKind } from './customers.contract.ts'

interface EdgeRow {
  id: string
  winner_id: string
  loser_id: string
  loser_name: string | null
  opened_at: Date
  opened_by: string | null
}

/** The merges that are open under a person, newest first. */
export async function listOpenMerges(ctx: Ctx, id: string): Promise<{ items: EdgeRow[] }> {
  const person = await getRecord(ctx, personKind, id)
  const { rows } = await sql<EdgeRow>`
    select m.id, m.winner_id, m.loser_id, coalesce(p.name, p.email) as loser_name, m.opened_at, m.opened_by
    from person p
    join person_merge m on m.workspace_id = p.workspace_id and m.loser_id = p.id and m.closed_at is null
    where p.workspace_id = ${ctx.workspace_id} and p.merged_into = ${person.id}::uuid
    order by m.seq desc limit 200`.execute(ctx.db)
  const masked = ctx.principal.hidden_classes.includes('personal')
  return { items: masked ? rows.map(row => ({ ...row, loser_name: null })) : rows }
}

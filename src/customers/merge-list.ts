import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { getKind, getRecord } from '../records/index.ts'
import { companyKind, personKind } from './customers.contract.ts'
import type { Side } from './merge-fold.ts'
import type { Mergeable } from './mergeable.ts'

interface EdgeRow {
  id: string
  winner_id: string
  loser_id: string
  loser_name: string | null
  opened_at: Date
  opened_by: string | null
}

const kinds = { person: personKind, company: companyKind }
const naming = { person: ['name', 'email'], company: ['name', 'domain'] }

/** The merges that are open under a person or company, newest first. */
export async function listOpenMerges(
  ctx: Ctx,
  { kind, edges }: Mergeable,
  id: string,
): Promise<{ items: EdgeRow[] }> {
  const record = await getRecord(ctx, kinds[kind], id)
  const { fields } = await getKind(ctx, kind)
  const names = naming[kind].filter(name => fields.some(field => field.key === name))
  const { rows } = await sql<EdgeRow>`
    select m.id, m.winner_id, m.loser_id, coalesce(${sql.join([...names.map(name => sql.ref(`t.${name}`)), sql`null`])}) as loser_name,
      m.opened_at, m.opened_by
    from ${sql.table(kind)} t
    join ${sql.table(edges)} m on m.workspace_id = t.workspace_id and m.loser_id = t.id and m.closed_at is null
    where t.workspace_id = ${ctx.workspace_id} and t.merged_into = ${record.id}::uuid
    order by m.seq desc limit 200`.execute(ctx.db)
  return { items: rows }
}

/** Whose values were chosen when these two were last merged, as far as either still has them. */
export async function lastKeep(
  ctx: Ctx,
  { edges, kind }: Mergeable,
  winner: string,
  loser: string,
): Promise<Record<string, Side>> {
  const { rows } = await sql<{ keep: Record<string, Side> }>`
    select coalesce((
      select jsonb_object_agg(k.key, k.value) from jsonb_each(m.keep) k
      where exists (select from ${sql.table(kind)} t where t.workspace_id = m.workspace_id and t.id in (m.winner_id, m.loser_id)
        and (rapport.merge_fields(to_jsonb(t)) ? k.key or t.as_of ? k.key))), '{}') as keep
    from ${sql.table(edges)} m
    where m.workspace_id = ${ctx.workspace_id} and m.winner_id = ${winner}::uuid and m.loser_id = ${loser}::uuid
    order by m.seq desc limit 1`.execute(ctx.db)
  return rows[0]?.keep ?? {}
}

import { type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { loadCatalogue } from './catalogue.ts'
import { allOf, endsReached } from './filter-compile.ts'
import type { ChangeRow } from './history.ts'
import { allKinds, findKind, type Kind } from './kind.contract.ts'

// What was said of a record together with another belongs to the history of both: the changes of a tie are told at each end.

interface Wanted {
  kind: string
  record_ids: string[]
  before_id?: string | undefined
  limit: number
}

type Tie = Kind & { ends: NonNullable<Kind['ends']> }
const isTie = (kind: Kind): kind is Tie => kind.ends !== undefined

/** Newest first, each with what the tie is now; those with an end that the reader does not see are left out. */
export async function listTieChanges(ctx: Ctx, wanted: Wanted): Promise<ChangeRow[]> {
  const visible = await loadCatalogue(ctx)
  const rows: ChangeRow[] = []
  for (const tie of allKinds().filter(isTie)) {
    const columns = Object.keys(tie.ends).filter(column => tie.ends[column] === wanted.kind)
    if (columns.length > 0 && visible.has(tie.name))
      rows.push(...(await changesOf(ctx, tie, columns, wanted)))
  }
  return rows
}

async function changesOf(ctx: Ctx, tie: Tie, columns: string[], wanted: Wanted): Promise<ChangeRow[]> {
  const { record_ids, before_id, limit } = wanted
  const touches = columns.map(column => sql<SqlBool>`${sql.ref(`t.${column}`)} = any(${record_ids}::uuid[])`)
  const { rows } = await sql<ChangeRow & { values: Record<string, unknown> }>`
    select c.id, c.at, c.record_id, c.op, c.before, c.after, c.actor, c.request_id, c.xid::text as xid,
      to_jsonb(t) || jsonb_strip_nulls(${rootsOf(ctx, tie)}) as values
    from ${sql.table(tie.table)} t
    join change c on c.workspace_id = t.workspace_id and c.kind = ${tie.name} and c.record_id = t.id
    where t.workspace_id = ${ctx.workspace_id}::uuid and (${sql.join(touches, sql` or `)})
      and ${before_id === undefined ? sql<SqlBool>`true` : sql<SqlBool>`c.id < ${before_id}::bigint`}
      and ${allOf(endsReached(ctx, tie.ends, 't'))}
    order by c.id desc limit ${limit}`.execute(ctx.db)
  return rows.map(({ values, ...row }) => ({ ...row, tie: { kind: tie.name, values } }))
}

/** Its ends as they are read through merges. */
function rootsOf(ctx: Ctx, tie: Tie) {
  const pairs = Object.entries(tie.ends).flatMap(([column, name]) => {
    const kind = findKind(name)
    if (!kind) return []
    const root = sql`(select ${sql.ref(`e.${kind.merge?.root ?? 'id'}`)} from ${sql.table(kind.table)} e
      where e.workspace_id = ${ctx.workspace_id}::uuid and e.id = ${sql.ref(`t.${column}`)})`
    return [sql`${column}::text, ${root}`]
  })
  return sql`jsonb_build_object(${sql.join(pairs)})`
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { columnsOf } from './drafts.ts'
import type { Component, Fields, MergeEdge, MergeNode, Own } from './merge-fold.ts'
import type { Mergeable } from './mergeable.ts'
import { says } from './says.ts'

// The people or companies and open merges of one or two components, read under locks, and what is written back of them.

interface NodeRow {
  id: string
  root_id: string
  own: Own | null
  as_of: Record<string, string>
  deleted: boolean
  fields: Record<string, unknown>
}

export interface Locked extends Component {
  roots: Map<string, string>
  deleted: Set<string>
}

function nodeOf(row: NodeRow): MergeNode {
  const keys = new Set([...Object.keys(row.fields), ...Object.keys(row.as_of)])
  const fields: Fields = new Map(
    [...keys].map(key => [key, { value: row.fields[key] ?? null, as_of: row.as_of[key] ?? null }]),
  )
  return { id: row.id, fields, own: row.own }
}

async function rootsOf(ctx: Ctx, { kind }: Mergeable, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; root_id: string }>`
    select id, root_id from ${sql.table(kind)} where workspace_id = ${ctx.workspace_id} and id = any(${ids}::uuid[])`.execute(
    ctx.db,
  )
  return new Map(rows.map(row => [row.id, row.root_id]))
}

/** The lock of a root's row is the lock of everybody who is read through it: whoever merges, un-merges or edits them takes it first. */
const lockRoots = async (ctx: Ctx, { kind }: Mergeable, roots: string[]): Promise<boolean> =>
  (
    await sql<{ is_root: boolean }>`
      select merged_into is null as is_root from ${sql.table(kind)}
      where workspace_id = ${ctx.workspace_id} and id = any(${roots}::uuid[])
      order by id for no key update`.execute(ctx.db)
  ).rows.every(row => row.is_root)

const memberRows = async (ctx: Ctx, { kind }: Mergeable, roots: string[]) =>
  (
    await sql<NodeRow>`
      select id, root_id, own, as_of, deleted_at is not null as deleted, rapport.merge_fields(to_jsonb(t)) as fields
      from ${sql.table(kind)} t
      where workspace_id = ${ctx.workspace_id} and (id = any(${roots}::uuid[]) or merged_into = any(${roots}::uuid[]))
      order by id`.execute(ctx.db)
  ).rows

const openEdges = async (ctx: Ctx, { edges }: Mergeable, nodes: string[]): Promise<MergeEdge[]> =>
  (
    await sql<MergeEdge>`
      select id, seq, winner_id as winner, loser_id as loser, keep from ${sql.table(edges)}
      where workspace_id = ${ctx.workspace_id} and closed_at is null and loser_id = any(${nodes}::uuid[])`.execute(
      ctx.db,
    )
  ).rows

/** Everybody who is one with any of these, held still; a merge in the meantime means looking again. */
export async function lockComponents(ctx: Ctx, mergeable: Mergeable, ids: string[]): Promise<Locked> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const roots = await rootsOf(ctx, mergeable, ids)
    if (ids.some(id => !roots.has(id))) throw fail('not_found')
    const distinct = [...new Set(roots.values())]
    if (!(await lockRoots(ctx, mergeable, distinct))) continue
    const rows = await memberRows(ctx, mergeable, distinct)
    const now = new Map(rows.map(row => [row.id, row.root_id]))
    if (ids.some(id => now.get(id) !== roots.get(id))) continue
    const nodes = rows.map(row => row.id)
    return {
      nodes: new Map(rows.map(row => [row.id, nodeOf(row)])),
      edges: await openEdges(ctx, mergeable, nodes),
      roots,
      deleted: new Set(rows.filter(row => row.deleted).map(row => row.id)),
    }
  }
  throw fail('unavailable', {
    code: 'busy',
    detail: says.merge_busy({ kind: mergeable.many }),
  })
}

export interface NodeWrite {
  id: string
  fields: Fields
  own: Own | null
}

export const boxOf = (fields: Fields, prefix: string) =>
  Object.fromEntries(
    [...fields]
      .filter(([field, shown]) => field.startsWith(prefix) && shown.value !== null)
      .map(([field, shown]) => [field.slice(prefix.length), shown.value]),
  )

const rowOf = ({ id, fields, own }: NodeWrite) => ({
  id,
  own,
  fields: Object.fromEntries([...fields].map(([field, shown]) => [field, shown.value])),
  custom: boxOf(fields, 'custom.'),
  traits: boxOf(fields, 'traits.'),
  as_of: Object.fromEntries(
    [...fields].flatMap(([field, shown]) => (shown.as_of === null ? [] : [[field, shown.as_of]])),
  ),
})

/** The trigger that notes edits is told that these are none. */
export async function whileMerging(ctx: Ctx, run: () => Promise<void>): Promise<void> {
  await sql`select set_config('rapport.merging', 'on', true)`.execute(ctx.db)
  await run()
  await sql`select set_config('rapport.merging', '', true)`.execute(ctx.db)
}

export async function writeNodes(ctx: Ctx, { kind }: Mergeable, nodes: NodeWrite[]): Promise<void> {
  const columns = columnsOf(kind).map(
    ({ name, type }) => sql`${sql.ref(name)} = (x.fields ->> ${sql.lit(name)})::${sql.raw(type)}`,
  )
  await sql`
    update ${sql.table(kind)} t set ${sql.join(columns)},
      custom = x.custom, traits = x.traits, as_of = x.as_of, own = nullif(x.own, 'null'), updated_at = ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(nodes.map(rowOf))}::jsonb) x (id uuid, fields jsonb, custom jsonb, traits jsonb, as_of jsonb, own jsonb)
    where t.workspace_id = ${ctx.workspace_id} and t.id = x.id`.execute(ctx.db)
}

/** Everybody of `nodes` is from now on read through `root`. */
export async function moveRoot(
  ctx: Ctx,
  mergeable: Mergeable,
  nodes: string[],
  from: string,
  root: string,
): Promise<void> {
  await sql`
    update ${sql.table(mergeable.kind)} set merged_into = nullif(${root}::uuid, id), updated_at = ${ctx.now}
    where workspace_id = ${ctx.workspace_id} and id = any(${nodes}::uuid[]) and root_id <> ${root}::uuid`.execute(
    ctx.db,
  )
  await mergeable.move(ctx, nodes, from, root)
}

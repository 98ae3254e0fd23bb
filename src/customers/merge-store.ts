import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Component, Fields, MergeEdge, MergeNode, Own } from './merge-fold.ts'

// The people and open merges of one or two components, read under locks, and what is written back of them.

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

async function rootsOf(ctx: Ctx, ids: string[]): Promise<Map<string, string>> {
  const rows = await ctx.db
    .selectFrom('person')
    .select(['id', 'root_id'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map(row => [row.id, row.root_id]))
}

/** The lock of a root's row is the lock of everybody who is read through it: whoever merges, un-merges or edits them takes it first. */
const lockRoots = async (ctx: Ctx, roots: string[]): Promise<boolean> =>
  (
    await sql<{ is_root: boolean }>`
      select merged_into is null as is_root from person
      where workspace_id = ${ctx.workspace_id} and id = any(${roots}::uuid[])
      order by id for no key update`.execute(ctx.db)
  ).rows.every(row => row.is_root)

const memberRows = async (ctx: Ctx, roots: string[]) =>
  (
    await sql<NodeRow>`
      select id, root_id, own, as_of, deleted_at is not null as deleted, rapport.person_fields(to_jsonb(person)) as fields from person
      where workspace_id = ${ctx.workspace_id} and (id = any(${roots}::uuid[]) or merged_into = any(${roots}::uuid[]))
      order by id`.execute(ctx.db)
  ).rows

const openEdges = async (ctx: Ctx, nodes: string[]): Promise<MergeEdge[]> =>
  (
    await ctx.db
      .selectFrom('person_merge')
      .select(['id', 'seq', 'winner_id', 'loser_id', 'keep'])
      .where('workspace_id', '=', ctx.workspace_id)
      .where('closed_at', 'is', null)
      .where('loser_id', 'in', nodes)
      .execute()
  ).map(row => ({
    id: row.id,
    seq: row.seq,
    winner: row.winner_id,
    loser: row.loser_id,
    keep: row.keep as MergeEdge['keep'],
  }))

/** Everybody who is one person with any of these, held still; a merge in the meantime means looking again. */
export async function lockComponents(ctx: Ctx, ids: string[]): Promise<Locked> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const roots = await rootsOf(ctx, ids)
    if (ids.some(id => !roots.has(id))) throw fail('not_found')
    const distinct = [...new Set(roots.values())]
    if (!(await lockRoots(ctx, distinct))) continue
    const rows = await memberRows(ctx, distinct)
    const now = new Map(rows.map(row => [row.id, row.root_id]))
    if (ids.some(id => now.get(id) !== roots.get(id))) continue
    return {
      nodes: new Map(rows.map(row => [row.id, nodeOf(row)])),
      edges: await openEdges(
        ctx,
        rows.map(row => row.id),
      ),
      roots,
      deleted: new Set(rows.filter(row => row.deleted).map(row => row.id)),
    }
  }
  throw fail('unavailable', { code: 'busy', detail: 'These people are being merged by others. Try again.' })
}

const textColumns = [
  'name',
  'given_name',
  'family_name',
  'email',
  'phone',
  'job_title',
  'city',
  'region',
  'country',
  'language',
  'time_zone',
  'external_id',
]

export interface NodeWrite {
  id: string
  fields: Fields
  own: Own | null
}

const boxOf = (fields: Fields, prefix: string) =>
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

export async function writeNodes(ctx: Ctx, nodes: NodeWrite[]): Promise<void> {
  const texts = sql.join(textColumns.map(column => sql`${sql.ref(column)} = x.fields ->> ${sql.lit(column)}`))
  await sql`
    update person p set ${texts}, company_id = (x.fields ->> 'company_id')::uuid, owner_id = (x.fields ->> 'owner_id')::uuid,
      first_seen_at = (x.fields ->> 'first_seen_at')::timestamptz, last_seen_at = (x.fields ->> 'last_seen_at')::timestamptz,
      custom = x.custom, traits = x.traits, as_of = x.as_of, own = nullif(x.own, 'null'), updated_at = ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(nodes.map(rowOf))}::jsonb) x (id uuid, fields jsonb, custom jsonb, traits jsonb, as_of jsonb, own jsonb)
    where p.workspace_id = ${ctx.workspace_id} and p.id = x.id`.execute(ctx.db)
}

/** Everybody of `nodes` is from now on read through `root`. */
export async function moveRoot(ctx: Ctx, nodes: string[], from: string, root: string): Promise<void> {
  await sql`
    update person set merged_into = nullif(${root}::uuid, id), updated_at = ${ctx.now}
    where workspace_id = ${ctx.workspace_id} and id = any(${nodes}::uuid[]) and root_id <> ${root}::uuid`.execute(
    ctx.db,
  )
  await sql`
    update identifier_person set root_id = ${root}::uuid
    where workspace_id = ${ctx.workspace_id} and root_id = ${from}::uuid and person_id = any(${nodes}::uuid[])`.execute(
    ctx.db,
  )
}

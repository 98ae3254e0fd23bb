import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { arrayText } from './columns.ts'
import { type Change, type Claim, countKey, type Graph } from './identity-graph.ts'
import { says } from './says.ts'

// The part of the identity graph that a batch touches, read under locks and written back in a few statements.

export interface LoadedGraph {
  graph: Graph
  ids: Map<string, number>
}

interface ClaimRow {
  id: number
  identifier_id: number
  person_id: string
  root_id: string
  deleted: boolean
  valid_from: number
  valid_to: number
  claimed_at: number
}

/** Infinite instants do not fit a Date. */
export const epoch = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)
export const instantText = (time: number): string =>
  time === Number.POSITIVE_INFINITY
    ? 'infinity'
    : time === Number.NEGATIVE_INFINITY
      ? '-infinity'
      : new Date(time).toISOString()

/** The person of a row `of` and its root, each by one look into the index: a planner that may choose would read every person there is. */
const personAndRoot = (ctx: Ctx, of: string) => sql`
  cross join lateral (select root_id from person where workspace_id = ${ctx.workspace_id} and id = ${sql.ref(of)} limit 1) p
  cross join lateral (select deleted_at from person where workspace_id = ${ctx.workspace_id} and id = p.root_id limit 1) r`

const claimRows = async (ctx: Ctx, ids: number[]) =>
  (
    await sql<ClaimRow>`
      select ip.id, ip.identifier_id, ip.person_id, p.root_id, r.deleted_at is not null as deleted,
        ${epoch('ip.valid_from')} as valid_from, ${epoch('ip.valid_to')} as valid_to, ${epoch('ip.claimed_at')} as claimed_at
      from identifier_person ip ${personAndRoot(ctx, 'ip.person_id')}
      where ip.workspace_id = ${ctx.workspace_id} and ip.identifier_id = any(${ids}::bigint[]) and ip.retracted_at is null
      order by ip.valid_from`.execute(ctx.db)
  ).rows

/** Holds the people still, by their roots: no merge, edit or deletion of them until this transaction ends. False if one moved meanwhile. */
async function lockPeople(ctx: Ctx, rows: ClaimRow[]): Promise<boolean> {
  const roots = [...new Set(rows.map(row => row.root_id))]
  if (roots.length === 0) return true
  await sql`select id from person where workspace_id = ${ctx.workspace_id} and id = any(${roots}::uuid[]) order by id for no key update`.execute(
    ctx.db,
  )
  const { rows: now } = await sql<{ id: string; root_id: string; deleted: boolean }>`
    select asked.id, p.root_id, r.deleted_at is not null as deleted
    from unnest(${[...new Set(rows.map(row => row.person_id))]}::uuid[]) asked (id) ${personAndRoot(ctx, 'asked.id')}`.execute(
    ctx.db,
  )
  const people = new Map(now.map(row => [row.id, row]))
  return rows.every(row => {
    const person = people.get(row.person_id)
    return person?.root_id === row.root_id && person.deleted === row.deleted
  })
}

async function countsOf(ctx: Ctx, roots: string[]): Promise<Map<string, number>> {
  if (roots.length === 0) return new Map()
  const { rows } = await sql<{ root_id: string; type: string; source: string; count: number }>`
    select ip.root_id, i.type,
      case when i.type = 'external_id' and strpos(i.value, ':') > 0 then split_part(i.value, ':', 1) else '' end as source,
      count(*) as count
    from identifier_person ip
    cross join lateral (select type, value from identifier where workspace_id = ${ctx.workspace_id} and id = ip.identifier_id limit 1) i
    where ip.workspace_id = ${ctx.workspace_id} and ip.root_id = any(${roots}::uuid[]) and ip.retracted_at is null
    group by 1, 2, 3`.execute(ctx.db)
  return new Map(rows.map(row => [countKey(row.root_id, row.type, row.source), row.count]))
}

/** `made` may come into being; `asked` are only looked up. Locks identifiers, then people, each in order of their ids. */
export async function loadGraph(ctx: Ctx, ids: Map<string, number>): Promise<LoadedGraph> {
  if (ids.size === 0) return { ids, graph: await graphOf(ctx, ids, [], new Set()) }
  const idList = [...ids.values()]
  const locked = await sql<{ id: number; shared: boolean }>`
    select id, shared_at is not null as shared from identifier
    where workspace_id = ${ctx.workspace_id} and id = any(${idList}::bigint[])
    order by id for no key update`.execute(ctx.db)
  for (let attempt = 0; attempt < 5; attempt++) {
    const rows = await claimRows(ctx, idList)
    // A merge that committed between the two statements moved a root: read again.
    if (!(await lockPeople(ctx, rows))) continue
    const shared = new Set(locked.rows.filter(row => row.shared).map(row => row.id))
    return { ids, graph: await graphOf(ctx, ids, rows, shared) }
  }
  throw fail('unavailable', { code: 'busy', detail: says.people_busy() })
}

async function graphOf(
  ctx: Ctx,
  ids: Map<string, number>,
  rows: ClaimRow[],
  shared: Set<number>,
): Promise<Graph> {
  const byId = new Map([...ids].map(([key, id]) => [id, key]))
  const graph: Graph = {
    claims: new Map(),
    shared: new Set([...ids].flatMap(([key, id]) => (shared.has(id) ? [key] : []))),
    nodes: new Map(rows.map(row => [row.person_id, { root: row.root_id, deleted: row.deleted }])),
    counts: await countsOf(ctx, [...new Set(rows.map(row => row.root_id))]),
  }
  for (const row of rows) {
    graph.nodes.set(row.root_id, { root: row.root_id, deleted: row.deleted })
    const key = byId.get(row.identifier_id)
    if (key === undefined) continue
    const claim: Claim = {
      row: String(row.id),
      node: row.person_id,
      from: row.valid_from,
      to: row.valid_to,
      claimed: row.claimed_at,
    }
    graph.claims.set(key, [...(graph.claims.get(key) ?? []), claim])
  }
  return graph
}

export interface MadeChange {
  change: Change
  evidence: unknown
}

/** Writes what was decided: withdrawals and closings first, so that the intervals never overlap on the way. */
export async function saveGraph(ctx: Ctx, { graph, ids }: LoadedGraph, made: MadeChange[]): Promise<void> {
  const standing = new Set([...graph.claims.values()].flat())
  const stored = new Map<Claim, string>()
  const fresh = new Map<Claim, { key: string; rule: string; evidence: unknown }>()
  const shared: { id: number; at: string }[] = []
  for (const { change, evidence } of made) {
    if (change.kind === 'person') continue
    const id = ids.get(change.key)
    if (id === undefined) throw fail('internal')
    if (change.kind === 'share') shared.push({ id, at: instantText(change.at) })
    else if (change.kind === 'claim')
      fresh.set(change.claim, { key: change.key, rule: change.rule, evidence })
    else if (change.claim.row !== undefined) stored.set(change.claim, change.claim.row)
  }
  await closeClaims(ctx, stored, standing)
  await insertClaims(
    ctx,
    [...fresh].filter(([claim]) => standing.has(claim)),
    { graph, ids },
  )
  if (shared.length > 0)
    await sql`
      update identifier i set shared_at = x.at from jsonb_to_recordset(${JSON.stringify(shared)}::jsonb) x (id bigint, at timestamptz)
      where i.workspace_id = ${ctx.workspace_id} and i.id = x.id and i.shared_at is null`.execute(ctx.db)
}

async function closeClaims(ctx: Ctx, stored: Map<Claim, string>, standing: Set<Claim>): Promise<void> {
  if (stored.size === 0) return
  const rows = [...stored].map(([claim, row]) => ({
    id: row,
    valid_to: instantText(claim.to),
    claimed_at: instantText(claim.claimed),
    retracted: !standing.has(claim),
  }))
  await sql`
    update identifier_person ip set valid_to = case when x.retracted then ip.valid_to else x.valid_to end, claimed_at = x.claimed_at,
      retracted_at = case when x.retracted then ${ctx.now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x (id bigint, valid_to timestamptz, claimed_at timestamptz, retracted boolean)
    where ip.workspace_id = ${ctx.workspace_id} and ip.id = x.id`.execute(ctx.db)
}

async function insertClaims(
  ctx: Ctx,
  fresh: [Claim, { key: string; rule: string; evidence: unknown }][],
  { graph, ids }: LoadedGraph,
): Promise<void> {
  if (fresh.length === 0) return
  const root = (claim: Claim) => graph.nodes.get(claim.node)?.root ?? claim.node
  await sql`
    insert into identifier_person (workspace_id, identifier_id, person_id, root_id, valid_from, valid_to, claimed_at, rule, evidence, created_at)
    select ${ctx.workspace_id}, x.identifier_id, x.person_id, x.root_id, x.valid_from, x.valid_to, x.claimed_at, x.rule, x.evidence, ${ctx.now}
    from unnest(
      ${arrayText(fresh, ([, { key }]) => ids.get(key))}::bigint[],
      ${arrayText(fresh, ([claim]) => claim.node)}::uuid[],
      ${arrayText(fresh, ([claim]) => root(claim))}::uuid[],
      ${arrayText(fresh, ([claim]) => instantText(claim.from))}::timestamptz[],
      ${arrayText(fresh, ([claim]) => instantText(claim.to))}::timestamptz[],
      ${arrayText(fresh, ([claim]) => instantText(claim.claimed))}::timestamptz[],
      ${arrayText(fresh, ([, { rule }]) => rule)}::text[],
      ${arrayText(fresh, ([, { evidence }]) => evidence)}::jsonb[]
    ) x (identifier_id, person_id, root_id, valid_from, valid_to, claimed_at, rule, evidence)
    order by x.identifier_id, x.valid_from`.execute(ctx.db)
}

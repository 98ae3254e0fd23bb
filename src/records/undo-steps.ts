import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { allKinds, type Kind } from './kind.contract.ts'
import { removeRecords } from './records.ts'
import { manyOf } from './says.contract.ts'
import { says } from './says.ts'
import { beginUndoing, changedSince, type Logged, type UndoConflict, type Undoing, undoOne } from './undo.ts'
import { undoPlainUpdates } from './undo-many.ts'

// The undo of work that is too large for one transaction: step by step, the latest change first. What it leaves alone it tells,
// record by record. Whoever runs the steps keeps the place between them.

export interface UndoStep {
  /** Changes looked at. */
  changes: number
  /** Where the next step begins; null at the end. */
  next: number | null
  deleted: { kind: string; ids: string[] }[]
  reverted: number
  conflicts: UndoConflict[]
}

interface Stepping {
  request_id: string
  before_id: number | null
  limit: number
  /** Reasons of upper areas to keep records that nobody changed since. */
  keep: (ctx: Ctx, kind: Kind, ids: string[]) => Promise<ReadonlyMap<string, Said>>
}

export async function undoStep(
  ctx: Ctx,
  { request_id, before_id, limit, keep }: Stepping,
): Promise<UndoStep> {
  let query = ctx.db
    .selectFrom('change')
    .select(['id', 'kind', 'record_id', 'op', 'before', 'after'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('request_id', '=', request_id)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before_id !== null) query = query.where('id', '<', before_id)
  const changes = (await query.execute()) as Logged[]
  await beginUndoing(ctx)
  const own = [request_id, ctx.request_id]
  const undoing: Undoing = { own, roots: new Set(), undone: 0, conflicts: [] }
  // What the request made is deleted whole or stays as it is.
  const made = await madeBy(ctx, request_id, changes)
  // A tag that was made on the way stays: it may be on other records by now.
  const updates = changes.filter(
    change => change.op === 'update' && change.kind !== 'field' && !made.has(change.record_id),
  )
  const open = new Set(updates)
  for (const kind of allKinds()) {
    const ofKind = updates.filter(change => change.kind === kind.name)
    const left = new Set(await undoPlainUpdates(ctx, undoing, kind, ofKind))
    for (const change of ofKind) if (!left.has(change)) open.delete(change)
  }
  for (const change of open) await undoOne(ctx, undoing, change)
  const deleted: UndoStep['deleted'] = []
  for (const kind of allKinds()) {
    const inserts = changes.filter(change => change.op === 'insert' && change.kind === kind.name)
    if (inserts.length === 0) continue
    const ids = await deleteMade(ctx, undoing, kind, inserts, keep)
    deleted.push({ kind: kind.name, ids })
  }
  return {
    changes: changes.length,
    next: changes.length < limit ? null : (changes.at(-1)?.id ?? null),
    deleted,
    reverted: undoing.undone,
    conflicts: undoing.conflicts,
  }
}

async function madeBy(ctx: Ctx, request_id: string, changes: readonly Logged[]): Promise<Set<string>> {
  const updated = changes.filter(change => change.op === 'update').map(change => change.record_id)
  return new Set(await recordsMadeBy(ctx, request_id, updated))
}

/** Those of the records that this request made. */
export async function recordsMadeBy(
  ctx: Ctx,
  request_id: string,
  record_ids: readonly string[],
): Promise<string[]> {
  if (record_ids.length === 0) return []
  const { rows } = await sql<{ record_id: string }>`
    select distinct x.record_id from unnest(${record_ids}::uuid[]) as x (record_id)
    join change c on c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = any(${allKinds().map(kind => kind.name)}::text[])
      and c.record_id = x.record_id and c.op = 'insert' and c.request_id = ${request_id}`.execute(ctx.db)
  return rows.map(row => row.record_id)
}

async function deleteMade(
  ctx: Ctx,
  undoing: Undoing,
  kind: Kind,
  inserts: readonly Logged[],
  keep: Stepping['keep'],
): Promise<string[]> {
  const alive = new Set(
    await living(
      ctx,
      kind,
      inserts.map(one => one.record_id),
    ),
  )
  const reasons = new Map<string, Said>()
  const changed = await changedSince(ctx, kind, inserts, undoing.own)
  for (const id of changed) reasons.set(id, says.changed_since())
  const open = () => [...alive].filter(id => !reasons.has(id))
  for (const [id, reason] of await pointedAt(ctx, undoing, kind, open())) reasons.set(id, reason)
  for (const [id, reason] of await keep(ctx, kind, open())) reasons.set(id, reason)
  for (const record_id of alive) {
    const reason = reasons.get(record_id)
    if (reason) undoing.conflicts.push({ kind: kind.name, record_id, field: null, ...told(reason) })
  }
  return removeRecords(ctx, kind, open())
}

async function living(ctx: Ctx, kind: Kind, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(kind.table)}
    where workspace_id = ${ctx.workspace_id}::uuid and id = any(${ids}::uuid[]) and deleted_at is null`.execute(
    ctx.db,
  )
  return rows.map(row => row.id)
}

/** What others were merged into, or what living records point at, would be missed. */
async function pointedAt(
  ctx: Ctx,
  { own }: Undoing,
  kind: Kind,
  ids: readonly string[],
): Promise<Map<string, Said>> {
  const found = new Map<string, Said>()
  const look = async (table: string, column: string, reason: Said, and = sql`true`) => {
    const { rows } = await sql<{
      id: string
    }>`select distinct ${sql.ref(`o.${column}`)} as id from ${sql.table(table)} o
      where o.workspace_id = ${ctx.workspace_id}::uuid and ${sql.ref(`o.${column}`)} = any(${ids}::uuid[]) and o.deleted_at is null and ${and}`.execute(
      ctx.db,
    )
    for (const { id } of rows) found.set(id, reason)
  }
  if (ids.length === 0) return found
  if (kind.merge) await look(kind.table, kind.merge.into, says.merged_into_since())
  for (const other of allKinds())
    for (const field of other.fields)
      if (field.type === 'relation' && field.kind === kind.name)
        await look(
          other.table,
          field.column ?? field.key,
          says.others_belong({ kind: manyOf(other) }),
          // What ties records together and only followed from their values goes with them.
          other.ends && madeByOthers(ctx, other, own),
        )
  return found
}

const madeByOthers = (ctx: Ctx, kind: Kind, own: readonly string[]) => sql`exists (
  select from change c where c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = ${kind.name} and c.record_id = o.id
    and c.op = 'insert' and c.request_id <> all(${own}::text[]))`

export interface RequestSummary {
  made: number
  made_changed_since: number
  changed: number
  changed_since: number
}

/** How many changes a request made: what an undo of it has to look at. */
export async function countChanges(ctx: Ctx, request_id: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from change where workspace_id = ${ctx.workspace_id}::uuid and request_id = ${request_id}`.execute(
    ctx.db,
  )
  return rows[0]?.n ?? 0
}

/** What a request did to records, and how much of it others have touched since. */
export async function summariseRequest(ctx: Ctx, request_id: string): Promise<RequestSummary> {
  const kinds = sql`any(${allKinds().map(kind => kind.name)}::text[])`
  const mine = sql`workspace_id = ${ctx.workspace_id}::uuid and request_id = ${request_id} and kind = ${kinds}`
  const { rows } = await sql<{ made: number; records: number; changes: number; first_id: number | null }>`
    select (count(*) filter (where op = 'insert'))::int as made, count(distinct record_id)::int as records,
      count(*)::int as changes, min(id) as first_id
    from change where ${mine}`.execute(ctx.db)
  const { made = 0, records = 0, changes = 0, first_id = null } = rows[0] ?? {}
  if (first_id === null) return { made: 0, made_changed_since: 0, changed: 0, changed_since: 0 }
  const since = await ((await isFewSince(ctx, first_id, changes))
    ? sinceByOthers(ctx, { request_id, first_id, kinds })
    : sinceByRecord(ctx, { request_id, mine }))
  return { made, changed: records - made, ...since }
}

type Since = Pick<RequestSummary, 'made_changed_since' | 'changed_since'>
type Part = ReturnType<typeof sql>

/** Whether others have changed less since than the request did: the shorter side is looked through. */
async function isFewSince(ctx: Ctx, first_id: number, changes: number): Promise<boolean> {
  const most = changes * 2 + 1000
  const { rows } = await sql<{ later: number }>`
    select count(*)::int as later from (
      select from change where workspace_id = ${ctx.workspace_id}::uuid and id >= ${first_id} limit ${most}) few`.execute(
    ctx.db,
  )
  return (rows[0]?.later ?? 0) < most
}

const sinceColumns = sql`
  (count(*) filter (where made))::int as made_changed_since, (count(*) filter (where not made))::int as changed_since`
const none: Since = { made_changed_since: 0, changed_since: 0 }

/** From what others changed since: which of it the request had changed before. */
async function sinceByOthers(
  ctx: Ctx,
  { request_id, first_id, kinds }: { request_id: string; first_id: number; kinds: Part },
): Promise<Since> {
  const { rows } = await sql<Since>`
    with others as materialized (
      select kind, record_id, max(id) as last_id from change
      where workspace_id = ${ctx.workspace_id}::uuid and id > ${first_id} and request_id <> ${request_id} and kind = ${kinds}
      group by kind, record_id
    ), touched as (
      select bool_or(c.op = 'insert') as made from others o
      join change c on c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = o.kind and c.record_id = o.record_id
        and c.request_id = ${request_id}
      group by o.kind, o.record_id having max(c.id) < max(o.last_id)
    )
    select ${sinceColumns} from touched`.execute(ctx.db)
  return rows[0] ?? none
}

/** From each record of the request: whether others changed it since. */
async function sinceByRecord(
  ctx: Ctx,
  { request_id, mine }: { request_id: string; mine: Part },
): Promise<Since> {
  const { rows } = await sql<Since>`
    with mine as (
      select kind, record_id, bool_or(op = 'insert') as made, max(id) as last_id from change
      where ${mine} group by kind, record_id
    ), touched as (
      select made from mine where exists (
        select from change c where c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = mine.kind
          and c.record_id = mine.record_id and c.id > mine.last_id and c.request_id <> ${request_id})
    )
    select ${sinceColumns} from touched`.execute(ctx.db)
  return rows[0] ?? none
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail, failureOf } from '../core/errors.ts'
import { type Said, type Sentence, told } from '../core/text-sentence.ts'
import { getKind } from './catalogue.ts'
import { hooksOf } from './hooks.ts'
import { allKinds, findKind, type Kind } from './kind.contract.ts'
import { removeRecord, restoreRecord, updateRecord } from './records.ts'
import { says } from './says.ts'

// Undo writes the earlier values again, as new changes of its own request: undoing the undo works the same way.

const mostChanges = 1_000

export interface Logged {
  id: number
  kind: string
  record_id: string
  op: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}
export interface UndoConflict {
  kind: string
  record_id: string
  field: string | null
  detail: string
  sentence: Sentence
}
export interface Undoing {
  /** Whose changes are no changes by others. */
  own: readonly string[]
  /** Records that others were merged into or out of: taking that back gives them their values. */
  roots: ReadonlySet<string>
  undone: number
  conflicts: UndoConflict[]
}

export async function undoRequest(
  ctx: Ctx,
  { request_id, record_id }: { request_id: string; record_id?: string | undefined },
): Promise<{ undone: number; conflicts: UndoConflict[] }> {
  const all = ctx.db
    .selectFrom('change')
    .select(['id', 'kind', 'record_id', 'op', 'before', 'after'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('request_id', '=', request_id)
  const alone = record_id !== undefined && !(await merges(ctx, request_id))
  const rows = (await (alone ? all.where('record_id', '=', record_id) : all)
    .orderBy('id', 'desc')
    .limit(mostChanges + 1)
    .execute()) as Logged[]
  if (rows.length > mostChanges)
    throw fail('invalid', {
      code: 'undo_too_large',
      detail: says.undo_too_large({ most: mostChanges }),
    })
  await beginUndoing(ctx)
  const roots = new Set(rows.flatMap(row => mergeIn(row)?.id ?? []))
  const undoing: Undoing = { own: [request_id, ctx.request_id], roots, undone: 0, conflicts: [] }
  // A tag that was made on the way stays: it may be on other records by now.
  const records = rows.filter(row => row.kind !== 'field')
  for (const row of records.length > 0 ? records : rows) await undoOne(ctx, undoing, row)
  return { undone: undoing.undone, conflicts: undoing.conflicts }
}

/** The triggers that let other records follow a value are told that it goes back. */
export const beginUndoing = (ctx: Ctx) =>
  sql`select set_config('rapport.undoing', 'on', true)`.execute(ctx.db)

/** A merge moves values from one record to another: half of it cannot be taken back. */
async function merges(ctx: Ctx, request_id: string): Promise<boolean> {
  const markers = allKinds().flatMap(kind => kind.merge?.into ?? [])
  const { rows } = await sql`
    select from change where workspace_id = ${ctx.workspace_id} and request_id = ${request_id}
      and jsonb_exists_any(after, ${markers}::text[]) and op = 'update' limit 1`.execute(ctx.db)
  return rows.length > 0
}

/** The merge or un-merge that a change tells of; a record that only moved along with another was no part of it. */
function mergeIn({ kind, record_id, before, after }: Logged) {
  const into = findKind(kind)?.merge?.into
  if (into === undefined || !after || !(into in after)) return undefined
  const [was, is] = [before?.[into], after[into]].map(one => (typeof one === 'string' ? one : undefined))
  const id = is ?? was
  if (id === undefined) return undefined
  return { id, other_id: record_id, merged: is !== undefined, direct: is === undefined || was === undefined }
}

export async function undoOne(ctx: Ctx, undoing: Undoing, change: Logged): Promise<void> {
  const kind = findKind(change.kind)
  const report = (said: Said) =>
    undoing.conflicts.push({ kind: change.kind, record_id: change.record_id, field: null, ...told(said) })
  if (!kind || change.op === 'delete') {
    report(says.not_undoable())
    return
  }
  await sql`savepoint one`.execute(ctx.db)
  try {
    const done =
      change.op === 'insert'
        ? await undoInsert(ctx, undoing, kind, change)
        : await undoUpdate(ctx, undoing, kind, change)
    if (done) undoing.undone += 1
    await sql`release savepoint one`.execute(ctx.db)
  } catch (error) {
    const failure = failureOf(error)
    if (!failure || failure.status >= 500) throw error
    await sql`rollback to savepoint one`.execute(ctx.db)
    report(failure.kind === 'not_found' ? says.record_gone() : (failure.said ?? says.not_allowed()))
  }
}

/** Those of the changed records that others have changed since. */
export async function changedSince(
  ctx: Ctx,
  kind: Kind,
  changes: readonly Pick<Logged, 'id' | 'record_id'>[],
  own: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ record_id: string }>`
    select x.record_id from unnest(${changes.map(one => one.record_id)}::uuid[], ${changes.map(one => one.id)}::bigint[]) as x (record_id, id)
    where exists (
      select from change c
      where c.workspace_id = ${ctx.workspace_id}::uuid and c.kind = ${kind.name} and c.record_id = x.record_id and c.id > x.id
        and c.request_id <> all(${own}::text[]))`.execute(ctx.db)
  return new Set(rows.map(row => row.record_id))
}

/** A record that was made is deleted again, unless somebody has worked on it since. */
async function undoInsert(ctx: Ctx, undoing: Undoing, kind: Kind, change: Logged): Promise<boolean> {
  const later = await changedSince(ctx, kind, [change], undoing.own)
  if (later.size > 0) {
    undoing.conflicts.push({
      kind: kind.name,
      record_id: change.record_id,
      field: null,
      ...told(says.changed_since_delete()),
    })
    return false
  }
  await removeRecord(ctx, kind, change.record_id)
  return true
}

async function undoUpdate(ctx: Ctx, undoing: Undoing, kind: Kind, change: Logged): Promise<boolean> {
  const merge = mergeIn(change)
  if (merge) {
    if (merge.direct) await hooksOf(kind).undoMerge?.(ctx, merge)
    return merge.direct
  }
  if (undoing.roots.has(change.record_id)) return false
  const { before, after } = change
  if (after && 'deleted_at' in after) {
    if (after['deleted_at'] === null) await removeRecord(ctx, kind, change.record_id)
    else await restoreRecord(ctx, kind, change.record_id)
    return true
  }
  const visible = await getKind(ctx, kind.name)
  const now = await factsOf(ctx, kind, change.record_id)
  if (kind.merge && now[kind.merge.into]) throw fail('conflict', { detail: says.merged_since() })
  const input: Record<string, unknown> = {}
  const custom: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(after ?? {})) {
    const key = column.startsWith('custom.')
      ? column
      : kind.fields.find(field => (field.column ?? field.key) === column && !field.read_only)?.key
    // Bookkeeping stays, and of hidden fields nothing is told.
    if (key === undefined || !visible.fields.some(field => field.key === key)) continue
    // What followed another value back already is as it was.
    if (JSON.stringify(now[column] ?? null) === JSON.stringify(before?.[column] ?? null)) continue
    if (JSON.stringify(now[column] ?? null) !== JSON.stringify(value ?? null)) {
      undoing.conflicts.push({
        kind: kind.name,
        record_id: change.record_id,
        field: key,
        ...told(says.changed_again()),
      })
    } else if (key.startsWith('custom.')) custom[key.slice('custom.'.length)] = before?.[column] ?? null
    else input[key] = before?.[column] ?? null
  }
  const writesCustom = Object.keys(custom).length > 0
  if (Object.keys(input).length === 0 && !writesCustom) return false
  await updateRecord(ctx, kind, change.record_id, { ...input, ...(writesCustom ? { custom } : {}) })
  return true
}

/** The row as the change log would tell it. */
async function factsOf(ctx: Ctx, kind: Kind, id: string): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ facts: Record<string, unknown> }>`select to_jsonb(t) as facts
    from ${sql.table(kind.table)} as t
    where t.workspace_id = ${ctx.workspace_id}::uuid and t.id = ${id}::uuid for update of t`.execute(ctx.db)
  const [row] = rows
  if (!row) throw fail('not_found')
  const custom = (row.facts['custom'] ?? {}) as Record<string, unknown>
  return {
    ...row.facts,
    ...Object.fromEntries(Object.entries(custom).map(([key, value]) => [`custom.${key}`, value])),
  }
}

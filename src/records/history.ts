import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { isUuid } from '../core/id.ts'
import { actorNames, readActor } from './actors.ts'
import { loadCatalogue } from './catalogue.ts'
import type { Kind } from './kind.contract.ts'
import type { Change, TieChange } from './records.contract.ts'
import { getRecord } from './records.ts'
import { says } from './says.ts'
import { listTieChanges } from './ties.ts'

type Facts = Record<string, unknown>
export interface ChangeRow {
  id: string
  at: Date
  record_id: string
  op: 'insert' | 'update' | 'delete'
  before: Facts | null
  after: Facts | null
  actor: string | null
  request_id: string | null
  /** Its transaction: what a trigger lets follow has no request of its own. */
  xid: string
  /** Of a tie to another record: what it is now, ends and all. */
  tie?: { kind: string; values: Facts }
}

/** Before the reader's mask. */
type Read = Omit<ChangeRow, 'id' | 'op' | 'before' | 'after'> & {
  id: string | number
  op: string
  before: unknown
  after: unknown
}

/** Told beside the fields: that a record was deleted, restored, merged. */
const always = ['deleted_at', 'merged_into']

function masked(facts: unknown, keys: ReadonlySet<string>): Facts | null {
  if (facts === null || typeof facts !== 'object') return null
  return Object.fromEntries(Object.entries(facts).filter(([key]) => keys.has(key)))
}

/** Changes of these records and of their ties, newest first, with the reader's mask: a hidden field has no history. */
export async function listChanges(
  ctx: Ctx,
  {
    kind,
    record_ids,
    before_id,
    limit,
  }: { kind: string; record_ids: string[]; before_id?: string | undefined; limit: number },
): Promise<ChangeRow[]> {
  const catalogue = await loadCatalogue(ctx)
  if (!catalogue.has(kind) || record_ids.length === 0) return []
  let query = ctx.db
    .selectFrom('change')
    .select(['id', 'at', 'record_id', 'op', 'before', 'after', 'actor', 'request_id', 'xid'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('record_id', 'in', record_ids)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before_id !== undefined) query = query.where('id', '<', Number(before_id))
  const ties = await listTieChanges(ctx, { kind, record_ids, before_id, limit })
  const rows: Read[] = [...(await query.execute()), ...ties]
    .toSorted((one, other) => Number(other.id) - Number(one.id))
    .slice(0, limit)
  return rows.map(row => {
    const seen = catalogue.get(row.tie?.kind ?? kind)?.fields.map(field => field.key) ?? []
    const keys = new Set([...seen, ...always])
    return {
      ...row,
      id: String(row.id),
      op: row.op as ChangeRow['op'],
      before: masked(row.before, keys),
      after: masked(row.after, keys),
      ...(row.tie ? { tie: { ...row.tie, values: masked(row.tie.values, keys) ?? {} } } : {}),
    }
  })
}

function actionOf(change: ChangeRow): Change['action'] {
  if (change.op === 'insert') return 'created'
  if (change.op === 'delete') return 'removed'
  if (!change.after || !('deleted_at' in change.after)) return 'updated'
  return change.after['deleted_at'] === null ? 'restored' : 'deleted'
}

type Names = ReadonlyMap<string, string>
const actorOf = (actor: string | null, names: Names): Change['actor'] =>
  actor === null ? null : { ...readActor(actor), name: names.get(actor) ?? null }

function fieldsOf({ before, after }: Pick<ChangeRow, 'before' | 'after'>): Change['changes'] {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...keys].map(field => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
}

/** A change of a tie; undefined where only what is hidden was changed. */
export function toldTie(change: ChangeRow): TieChange | undefined {
  const { tie, id, record_id } = change
  const action = actionOf(change)
  const changes = fieldsOf(change)
  if (!tie || (action === 'updated' && changes.length === 0)) return undefined
  return { ...tie, id, record_id, action, changes }
}

function toldChange(change: ChangeRow, names: Names, ties: TieChange[]): Omit<Change, 'at'> & { at: Date } {
  return {
    id: change.id,
    at: change.at,
    record_id: change.record_id,
    action: change.tie ? 'updated' : actionOf(change),
    actor: actorOf(change.actor, names),
    request_id: change.request_id,
    changes: change.tie ? [] : fieldsOf(change),
    ties,
  }
}

/**
 * What was changed together of the record and of its ties is told as one. Ties that only follow something else are told together;
 * one that somebody changed by itself stands by itself, to be undone so.
 */
function joined(rows: readonly ChangeRow[]): { change: ChangeRow; ties: TieChange[] }[] {
  const own = new Map(rows.filter(row => !row.tie).map(row => [row.xid, row.id]))
  const following = new Map(
    rows.filter(row => row.tie && row.request_id === null).map(row => [row.xid, row.id]),
  )
  const homeOf = ({ tie, request_id, xid, id }: ChangeRow) =>
    (tie && (own.get(xid) ?? (request_id === null ? following.get(xid) : undefined))) ?? id
  return rows
    .filter(row => homeOf(row) === row.id)
    .map(change => ({
      change,
      ties: rows.filter(row => row.tie && homeOf(row) === change.id).flatMap(row => toldTie(row) ?? []),
    }))
}

/** A record and those merged into it: their histories are one. */
async function idsReadAs(ctx: Ctx, kind: Kind, id: string): Promise<string[]> {
  if (!kind.merge) return [id]
  const { rows } = await sql<{ id: string }>`select m.id from ${sql.table(kind.table)} as m
    where m.workspace_id = ${ctx.workspace_id}::uuid and (m.id = ${id}::uuid or m.${sql.ref(kind.merge.into)} = ${id}::uuid)`.execute(
    ctx.db,
  )
  return rows.map(row => row.id)
}

export async function listHistory(
  ctx: Ctx,
  kind: Kind,
  id: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ items: ReturnType<typeof toldChange>[]; next: string | null }> {
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw fail('invalid', {
      code: 'invalid_cursor',
      errors: [{ path: 'after', message: says.invalid_cursor() }],
    })
  if (!isUuid(id)) throw fail('not_found')
  const record = await getRecord(ctx, kind, id)
  const record_ids = await idsReadAs(ctx, kind, record.id)
  const rows = await listChanges(ctx, { kind: kind.name, record_ids, before_id: after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const names = await actorNames(
    ctx,
    page.map(({ actor }) => actor),
  )
  return {
    // What changed only hidden fields is not told at all.
    items: joined(page)
      .map(({ change, ties }) => toldChange(change, names, ties))
      .filter(change => change.action !== 'updated' || change.changes.length + change.ties.length > 0),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

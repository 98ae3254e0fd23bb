import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { isUuid } from '../core/id.ts'
import { actorNames, readActor } from './actors.ts'
import { loadCatalogue } from './catalogue.ts'
import type { Kind } from './kind.contract.ts'
import type { Change } from './records.contract.ts'
import { getRecord } from './records.ts'
import { says } from './says.ts'

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
}

/** Told beside the fields: that a record was deleted, restored, merged. */
const always = ['deleted_at', 'merged_into']

function masked(facts: unknown, keys: ReadonlySet<string>): Facts | null {
  if (facts === null || typeof facts !== 'object') return null
  return Object.fromEntries(Object.entries(facts).filter(([key]) => keys.has(key)))
}

/** Changes of these records, newest first, with the reader's mask: a hidden field has no history. */
export async function listChanges(
  ctx: Ctx,
  {
    kind,
    record_ids,
    before_id,
    limit,
  }: { kind: string; record_ids: string[]; before_id?: string | undefined; limit: number },
): Promise<ChangeRow[]> {
  const visible = (await loadCatalogue(ctx)).get(kind)
  if (!visible || record_ids.length === 0) return []
  let query = ctx.db
    .selectFrom('change')
    .select(['id', 'at', 'record_id', 'op', 'before', 'after', 'actor', 'request_id'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('record_id', 'in', record_ids)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before_id !== undefined) query = query.where('id', '<', Number(before_id))
  const keys = new Set([...visible.fields.map(field => field.key), ...always])
  return (await query.execute()).map(row => ({
    ...row,
    id: String(row.id),
    op: row.op as ChangeRow['op'],
    before: masked(row.before, keys),
    after: masked(row.after, keys),
  }))
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

function toldChange(change: ChangeRow, names: Names): Omit<Change, 'at'> & { at: Date } {
  const keys = new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})])
  return {
    id: change.id,
    at: change.at,
    record_id: change.record_id,
    action: actionOf(change),
    actor: actorOf(change.actor, names),
    request_id: change.request_id,
    changes: [...keys].map(field => ({
      field,
      before: change.before?.[field] ?? null,
      after: change.after?.[field] ?? null,
    })),
  }
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
    items: page
      .map(change => toldChange(change, names))
      .filter(change => change.action !== 'updated' || change.changes.length > 0),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

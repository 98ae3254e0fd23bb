import { sql } from 'kysely'
import type { Ctx, Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Sentence } from '../core/text-sentence.ts'
import { countChanges, summariseRequest } from '../records/index.ts'
import { failedBy } from './failure.ts'
import type { ImportKind } from './import-formats.contract.ts'
import { actorOf, mayImport } from './import-rights.ts'
import { getImport } from './imports.ts'
import { says } from './says.ts'

// An import is undone through the change log: its changes carry its id as their request. The work is a job (import-undo-run.ts).

const undoable = ['done', 'cancelled', 'failed', 'paused', 'undo_failed']

/** Undoing deletes what was made: whoever may not delete such records may not undo their import. */
function mayUndo(principal: Principal, kind: ImportKind): void {
  mayImport(principal, kind)
  for (const made of kind === 'company' ? (['company'] as const) : (['person', 'company'] as const))
    if ((principal.kinds[made] ?? principal.kinds['*'])?.delete !== 'all')
      throw fail('forbidden', { detail: says.may_not_delete() })
}

async function interactionsOf(ctx: Ctx, import_id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(greatest(cardinality(ids), cardinality(response_ids))), 0)::int as count from import_chunk
    where workspace_id = ${ctx.workspace_id} and import_id = ${import_id}::uuid`.execute(ctx.db)
  return rows[0]?.count ?? 0
}

/** What an undo would do now: what it would keep for another reason than a later change is known only when it is done. */
export async function previewUndo(ctx: Ctx, id: string) {
  const one = await getImport(ctx, id)
  const told = await summariseRequest(ctx, id)
  return {
    possible: !one.dry_run && undoable.includes(one.status),
    would_delete: told.made - told.made_changed_since,
    would_keep: told.made_changed_since,
    would_restore: told.changed,
    changed_since: told.changed_since,
    interactions: await interactionsOf(ctx, id),
  }
}

export async function undoImport(ctx: Ctx, id: string) {
  const one = await getImport(ctx, id)
  mayUndo(ctx.principal, one.kind)
  if (one.dry_run)
    throw fail('conflict', {
      code: 'nothing_to_undo',
      detail: says.nothing_to_undo(),
    })
  const total = (await countChanges(ctx, id)) + (await interactionsOf(ctx, id))
  const begun = await ctx.db
    .updateTable('import_job')
    .set({
      status: 'undoing',
      ...failedBy(null),
      undo_id: sql<string>`coalesce(undo_id, ${newId()}::uuid)`,
      undo_by: actorOf(ctx.principal),
      undo_started_at: ctx.now,
      undo_total: sql<number>`greatest(undo_total, ${total})`,
    })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .where('status', 'in', undoable)
    .executeTakeFirst()
  if (begun.numUpdatedRows === 0n)
    throw fail('conflict', {
      code: 'import_not_ended',
      detail:
        one.status === 'undone' || one.status === 'undoing' ? says.undone_already() : says.still_running(),
    })
  await ctx.enqueue('import.undo', { import_id: id }, { max_attempts: 40 })
  return getImport(ctx, id)
}

/** What the undo left as it is, and why. */
export async function listKept(
  ctx: Ctx,
  id: string,
  { limit, after }: { limit: number; after?: string | undefined },
) {
  await getImport(ctx, id)
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  const rows = await ctx.db
    .selectFrom('import_kept')
    .select(['id', 'kind', 'record_id', 'field', 'reason', 'sentence'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('import_id', '=', id)
    .where('id', '>', Number(after ?? 0))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(row => ({
    ...row,
    id: String(row.id),
    sentence: row.sentence as Sentence | null,
  }))
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Sentence } from '../core/text-sentence.ts'
import { listRows } from '../records/index.ts'
import { rowsChoice, rowsField, rowsKind } from '../records/kind.contract.ts'
import { getLast } from './delta/since.ts'
import { failedBy } from './failure.ts'
import { holdFile } from './forget.ts'
import { importKinds } from './import-formats.contract.ts'
import { type ImportPlan, planImport } from './import-plan.ts'
import { actorOf, mayImport, seesRowsOf } from './import-rights.ts'
import { importsWithFile } from './import-with-file.ts'
import {
  type Import,
  importModes,
  importStatuses,
  type listImports as listContract,
  type NewImport,
} from './imports.contract.ts'
import { getFile } from './preview.ts'
import { says } from './says.ts'
import { sentDigest } from './sent-file.ts'

const shown_rejects = 50

const columns = [
  'import_job.id',
  'import_job.kind',
  'import_job.mode',
  'import_job.status',
  'import_job.dry_run',
  'import_job.cursor_row',
  'import_job.rows',
  'import_job.created',
  'import_job.updated',
  'import_job.unchanged',
  'import_job.rejected',
  'import_job.failure',
  'import_job.failure_sentence',
  'import_job.created_by',
  'import_job.created_at',
  'import_job.started_at',
  'import_job.finished_at',
  'import_job.undo_started_at',
  'import_job.undone_at',
  'import_job.undo_total',
  'import_job.undo_done',
  'import_job.undo_deleted',
  'import_job.undo_reverted',
  'import_job.undo_interactions',
  'import_job.undo_kept',
  'import_job.since_id',
  'import_job.conflicts',
  'import_job.gone',
  'last_job.created_at as last_at',
  'last_file.name as last_name',
  'import_file.id as file_id',
  'import_file.name as file_name',
  'import_file.size_bytes',
  'import_file.sha256',
  'import_file.sent_sha256',
  'import_file.tables',
  'import_file.lines',
  'import_file.deleted_at',
] as const

const jobs = (ctx: Ctx) =>
  importsWithFile(ctx)
    .leftJoin('import_job as last_job', join =>
      join
        .onRef('last_job.workspace_id', '=', 'import_job.workspace_id')
        .onRef('last_job.id', '=', 'import_job.since_id'),
    )
    .leftJoin('import_file as last_file', join =>
      join
        .onRef('last_file.workspace_id', '=', 'last_job.workspace_id')
        .onRef('last_file.id', '=', 'last_job.file_id'),
    )
    .select([...columns, sql<ImportPlan['since'] | null>`import_job.plan -> 'since'`.as('since')])

type Row = Awaited<ReturnType<ReturnType<typeof jobs>['executeTakeFirstOrThrow']>>

function sinceOf({ since, ...row }: Row) {
  if (!row.since_id || !row.last_at) return null
  return {
    import_id: row.since_id,
    file_name: row.last_name ?? '',
    at: row.last_at,
    keeps: since?.conflicts === 'take' ? ('there' as const) : ('here' as const),
    tag: since?.tag ?? null,
    conflicts: row.conflicts,
    gone: row.gone,
  }
}

const shown = (row: Row) => ({
  id: row.id,
  kind: row.kind as Import['kind'],
  mode: row.mode as Import['mode'],
  status: row.status as Import['status'],
  dry_run: row.dry_run,
  file: { id: row.file_id, name: row.file_name, size_bytes: row.size_bytes, sha256: row.sha256 },
  file_deleted_at: row.deleted_at,
  counts: {
    rows: row.rows,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    rejected: row.rejected,
  },
  progress: row.status === 'done' ? 1 : Math.min(0.99, row.cursor_row / Math.max(row.lines, 1)),
  failure: row.failure,
  failure_sentence: row.failure_sentence as Sentence | null,
  since: sinceOf(row),
  created_by: row.created_by,
  created_at: row.created_at,
  started_at: row.started_at,
  finished_at: row.finished_at,
  undo: row.undo_started_at && {
    started_at: row.undo_started_at,
    ended_at: row.undone_at,
    progress: row.undone_at ? 1 : Math.min(0.99, row.undo_done / Math.max(row.undo_total, 1)),
    deleted: row.undo_deleted,
    restored: row.undo_reverted,
    interactions: row.undo_interactions,
    kept: row.undo_kept,
  },
})

async function getRow(ctx: Ctx, id: string): Promise<Row> {
  const row = await jobs(ctx).where('import_job.id', '=', id).executeTakeFirst()
  if (!row) throw fail('not_found', { detail: says.no_such_import() })
  return row
}

export async function createImport(ctx: Ctx, wanted: NewImport) {
  mayImport(ctx.principal, wanted.kind)
  await holdFile(ctx, wanted.file_id)
  const file = await getFile(ctx, wanted.file_id)
  const { plan, header } = await planImport(ctx, { file, wanted })
  const last = await getLast(ctx, wanted.since, plan)
  const id = newId()
  await ctx.db
    .insertInto('import_job')
    .values({
      workspace_id: ctx.workspace_id,
      id,
      file_id: file.id,
      kind: plan.kind,
      mode: plan.mode,
      status: 'queued',
      dry_run: wanted.dry_run,
      plan: JSON.stringify(plan),
      header: JSON.stringify(header),
      since_id: last?.id ?? null,
      series_id: last?.series_id ?? null,
      created_by: actorOf(ctx.principal),
      created_at: ctx.now,
    })
    .execute()
  await enqueueRun(ctx, id)
  return shown(await getRow(ctx, id))
}

// Killed workers use up attempts without anything being wrong with the import: there are plenty.
const enqueueRun = (ctx: Ctx, import_id: string) =>
  ctx.enqueue('import.run', { import_id }, { max_attempts: 40 })

const counted = ['rows', 'created', 'updated', 'unchanged', 'rejected']

/** What the list can be filtered and sorted by. */
const importKind = rowsKind({
  name: 'import',
  plural: 'imports',
  table: 'import_job',
  path: '/api/imports',
  fields: [
    rowsChoice('kind', importKinds, { never_null: true }),
    rowsChoice('mode', importModes, { never_null: true }),
    rowsChoice('status', importStatuses, { never_null: true }),
    rowsField('dry_run', 'boolean', { never_null: true }),
    ...counted.map(key => rowsField(key, 'number', { never_null: true })),
    rowsField('created_at', 'date_time', { never_null: true }),
    rowsField('started_at', 'date_time'),
    rowsField('finished_at', 'date_time'),
  ],
})

/** Newest first where no other order is asked for. */
export async function listImports(ctx: Ctx, input: z.output<typeof listContract.query>) {
  const where = sql<SqlBool>`t.workspace_id = ${ctx.workspace_id}`
  const { page, next } = await listRows(
    ctx,
    importKind,
    { where, columns: sql`t.id`, usual: '-created_at' },
    input,
  )
  const ids = page.map(row => row.id)
  const rows = await jobs(ctx).where('import_job.id', '=', sql<string>`any(${ids}::uuid[])`).execute()
  const byId = new Map(rows.map(row => [row.id, shown(row)]))
  return { items: ids.flatMap(id => byId.get(id) ?? []), next }
}

export async function getImport(ctx: Ctx, id: string) {
  const row = await getRow(ctx, id)
  const sees = seesRowsOf(ctx.principal, row.created_by)
  const rejects = await ctx.db
    .selectFrom('import_reject')
    .select(['row_number as row', 'cells', 'reason', 'sentence'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('import_id', '=', id)
    .orderBy('row_number')
    .limit(sees ? shown_rejects : 0)
    .execute()
  const { header } = await ctx.db
    .selectFrom('import_job')
    .select('header')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    ...shown(row),
    header: header as string[],
    has_file: sees && !row.deleted_at && sentDigest({ ...row, name: row.file_name }) !== null,
    rejects: rejects.map(reject => ({
      ...reject,
      cells: reject.cells as string[],
      sentence: reject.sentence as Sentence | null,
    })),
  }
}

/** One that runs stops after the rows it is at; one that waits does not start. */
async function stop(ctx: Ctx, id: string, { at_once, soon, from }: (typeof stops)['cancel' | 'pause']) {
  mayImport(ctx.principal, shown(await getRow(ctx, id)).kind)
  await ctx.db
    .updateTable('import_job')
    .set({
      status: sql<string>`case when status in ('running', 'pausing') then ${soon} else ${at_once} end`,
      finished_at: sql<Date>`case when status in ('running', 'pausing') then null else ${ctx.now}::timestamptz end`,
    })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .where('status', 'in', from)
    .execute()
  return shown(await getRow(ctx, id))
}

const stops = {
  cancel: {
    at_once: 'cancelled',
    soon: 'cancelling',
    from: ['queued', 'running', 'pausing', 'paused'] as string[],
  },
  pause: { at_once: 'paused', soon: 'pausing', from: ['queued', 'running'] as string[] },
}

export const cancelImport = (ctx: Ctx, id: string) => stop(ctx, id, stops.cancel)
export const pauseImport = (ctx: Ctx, id: string) => stop(ctx, id, stops.pause)

export async function resumeImport(ctx: Ctx, id: string) {
  const row = await getRow(ctx, id)
  mayImport(ctx.principal, shown(row).kind)
  await holdFile(ctx, row.file_id)
  const resumed = await ctx.db
    .updateTable('import_job')
    .set({ status: 'queued', ...failedBy(null), finished_at: null })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .where('status', 'in', ['cancelled', 'failed', 'paused'])
    .executeTakeFirst()
  if (resumed.numUpdatedRows === 0n)
    throw fail('conflict', {
      code: 'import_not_stopped',
      detail: says.import_not_stopped(),
    })
  await enqueueRun(ctx, id)
  return shown(await getRow(ctx, id))
}

/** In the history of a record an import goes by the name of its file. */
export const namesOfImports = (ctx: Ctx, ids: string[]): Promise<{ id: string; name: string }[]> =>
  jobs(ctx)
    .clearSelect()
    .select(['import_job.id', 'import_file.name'])
    .where('import_job.id', 'in', ids)
    .execute()

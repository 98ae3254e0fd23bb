import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { JobRun } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import type { Machine } from '../core/machine.ts'
import type { Said, Sentence } from '../core/text-sentence.ts'
import { says as coreSays } from '../core/text-words.ts'
import { readBaseline } from './delta/baseline.ts'
import { saveConflicts } from './delta/conflicts.ts'
import { goneRows, noteGone } from './delta/gone.ts'
import { loadSeries } from './delta/since.ts'
import { failedBy, isFinal, saidBy } from './failure.ts'
import type { Chunk, Importer, RowOutcome } from './import-chunk.ts'
import { sourceOf } from './import-files.ts'
import { announceEnd } from './import-notice.ts'
import type { ImportPlan } from './import-plan.ts'
import { importsWithFile } from './import-with-file.ts'
import { type Delta, importerFor } from './importer.ts'
import { headerEnd, readRows, type Source, UnreadableFile } from './rows.ts'
import { says } from './says.ts'
import { refreshStatistics } from './statistics.ts'

interface Run {
  machine: Machine
  workspace_id: string
  import_id: string
  job: JobRun
  plan: ImportPlan
  dry_run: boolean
}

// A transaction holds back the projection and other writers while it is open: chunks grow and shrink to stay near this.
const chunk_goal_ms = 500
const chunk_rows = { first: 500, least: 100, most: 5000 } as const
// Between slices the process serves others, and hands the database its next statement.
const slice_rows = 50
const attempts_limit = 40

type Verdict = 'go_on' | 'stopped'

/** One import from its cursor to its end: rows, counts, rejects and cursor commit together, chunk by chunk. */
export async function runImport(
  machine: Machine,
  { workspace_id, import_id }: { workspace_id: string; import_id: string },
  job: JobRun,
): Promise<void> {
  const begun = await begin(machine, { workspace_id, import_id }, job)
  if (!begun) return
  const run: Run = { machine, workspace_id, import_id, job, plan: begun.plan, dry_run: begun.dry_run }
  try {
    const delta = begun.since && (await compareWith(run, begun.since))
    if (begun.since && !delta) return await handOver(run)
    const importer = await inWorkspace(run, ctx => importerFor(ctx, begun.plan, delta))
    let verdict = await importRows(run, { ...begun, importer })
    if (verdict === 'go_on' && delta) verdict = await seeGone(run, delta)
    if (verdict !== 'go_on') return
    await afterwards(run)
    await finish(run, 'done', null)
  } catch (error) {
    if (error instanceof UnreadableFile || isFinal(error)) await finish(run, 'failed', saidBy(error))
    else if (job.attempt >= attempts_limit) await finish(run, 'failed', says.import_interrupted())
    else throw error
  }
}

const inWorkspace = <T>(
  run: Pick<Run, 'machine' | 'workspace_id' | 'import_id'>,
  work: (ctx: Ctx) => Promise<T>,
) =>
  run.machine.workspaceTransaction(
    // all that an import changes is one request, which can be undone
    {
      workspace_id: run.workspace_id,
      actor: { kind: 'import', id: run.import_id },
      request_id: run.import_id,
    },
    work,
  )

const jobRow = (ctx: Ctx, import_id: string) =>
  ctx.db.selectFrom('import_job').where('workspace_id', '=', ctx.workspace_id).where('id', '=', import_id)
const jobUpdate = (ctx: Ctx, import_id: string) =>
  ctx.db.updateTable('import_job').where('workspace_id', '=', ctx.workspace_id).where('id', '=', import_id)

async function begin(machine: Machine, who: { workspace_id: string; import_id: string }, job: JobRun) {
  return inWorkspace({ machine, ...who }, async ctx => {
    await job.fence(ctx)
    const row = await importsWithFile(ctx)
      .select([
        'status',
        'plan',
        'dry_run',
        'cursor_row',
        'started_at',
        'since_id',
        'series_id',
        'import_file.sha256',
        'import_file.tables',
      ])
      .where('import_job.id', '=', who.import_id)
      .forUpdate('import_job')
      .executeTakeFirst()
    if (row) await stopIfAsked(ctx, who.import_id, row.status)
    if (!row || (row.status !== 'queued' && row.status !== 'running')) return undefined
    await jobUpdate(ctx, who.import_id)
      .set({ status: 'running', started_at: row.started_at ?? ctx.now, finished_at: null, ...failedBy(null) })
      .execute()
    const plan = row.plan as ImportPlan
    const { since_id, series_id } = row
    return {
      plan,
      since: since_id && series_id ? { since_id, series_id } : undefined,
      dry_run: row.dry_run,
      cursor_row: row.cursor_row,
      source: sourceOf(machine, who.workspace_id, row, plan.dialect.sheet),
    }
  })
}

type Since = Parameters<typeof loadSeries>[1]

/** A newer export is compared with the last file; undefined when the worker was asked to stop meanwhile. */
async function compareWith(run: Run, since: Since): Promise<Delta | undefined> {
  const policy = run.plan.since?.conflicts ?? 'keep'
  const { last, series } = await inWorkspace(run, ctx => loadSeries(ctx, since, policy))
  const baseline = await readBaseline(last, run.plan, run.job.signal)
  return baseline && { baseline, series, last }
}

/** Lists are fast again before anybody is told that it is done. */
async function afterwards(run: Run): Promise<void> {
  const { created = 0, updated = 0 } =
    (await inWorkspace(run, ctx =>
      jobRow(ctx, run.import_id).select(['created', 'updated']).executeTakeFirst(),
    )) ?? {}
  const rows = run.dry_run ? 0 : created + updated
  await refreshStatistics(run.machine, { kind: run.plan.kind, rows })
}

/** What was in the last file and in no row of this one. */
async function seeGone(run: Run, { baseline, last }: Delta): Promise<Verdict> {
  for await (const rows of goneRows(baseline, last)) {
    const verdict = await inWorkspace(run, async ctx => {
      if (!(await mayGoOn(run, ctx))) return 'stopped'
      const tag = run.dry_run ? undefined : run.plan.since?.tag
      await noteGone(ctx, { import_id: run.import_id, plan: run.plan, last, baseline, rows }, tag)
      return 'go_on'
    })
    if (verdict === 'stopped') return 'stopped'
  }
  return 'go_on'
}

/** While the database works on one chunk, the next is read. */
async function importRows(
  run: Run,
  { importer, cursor_row, source }: { importer: Importer; cursor_row: number; source: Source },
): Promise<Verdict> {
  const first = headerEnd(run.plan.dialect)
  let size: number = chunk_rows.first
  let ready: Chunk = []
  let writing: Promise<Verdict> = Promise.resolve('go_on')
  const write = async (chunk: Chunk): Promise<Verdict> => {
    const started = performance.now()
    const verdict = await commitChunk(run, importer, chunk)
    const took_ms = performance.now() - started
    const wanted = Math.round((chunk.length * chunk_goal_ms) / Math.max(took_ms, 1))
    size = Math.min(chunk_rows.most, Math.max(chunk_rows.least, Math.min(wanted, size * 2)))
    return verdict
  }
  const flush = async (): Promise<Verdict> => {
    const verdict = await writing
    if (verdict === 'stopped' || !ready.length) return verdict
    writing = write(ready)
    ready = []
    // whoever waits for it hears of a failure; until then nobody does
    writing.catch(() => undefined)
    return verdict
  }
  const drain = async () => ((await flush()) === 'stopped' ? 'stopped' : writing)
  try {
    for await (const slice of readRows(source, run.plan.dialect, slice_rows)) {
      const fresh = slice.filter(row => row.number > Math.max(first, cursor_row))
      for (const row of slice) if (row.number > first && row.number <= cursor_row) importer.pass(row)
      for (const one of importer.read(fresh)) ready.push(one)
      await setImmediate()
      if (ready.length >= size && (await flush()) === 'stopped') return 'stopped'
      if (run.job.signal.aborted) {
        if ((await writing) === 'go_on') await handOver(run)
        return 'stopped'
      }
    }
  } catch (error) {
    // what could be read before the file broke is imported
    if (error instanceof UnreadableFile && (await drain()) === 'stopped') return 'stopped'
    await writing.catch(() => undefined)
    throw error
  }
  return drain()
}

/** The worker is asked to stop: another one goes on from the cursor. */
const handOver = (run: Run) =>
  inWorkspace(run, ctx =>
    ctx.enqueue('import.run', { import_id: run.import_id }, { max_attempts: attempts_limit }),
  )

class DryRun extends Error {
  readonly outcomes: RowOutcome[]
  constructor(outcomes: RowOutcome[]) {
    super('a dry run is rolled back')
    this.outcomes = outcomes
  }
}

async function commitChunk(run: Run, importer: Importer, chunk: Chunk): Promise<Verdict> {
  try {
    if (run.dry_run) return await tryChunk(run, importer, chunk)
    const verdict = await inWorkspace(run, async ctx => {
      if (!(await mayGoOn(run, ctx, chunk))) return 'stopped'
      await keep(run, ctx, chunk, await importer.write(ctx, chunk))
      return 'go_on'
    })
    importer.committed(chunk)
    return verdict
  } catch (error) {
    if (!isRefusal(error)) throw error
    return splitChunk(run, importer, chunk)
  }
}

const storable = (rejects: unknown) =>
  JSON.stringify(rejects, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value,
  )

/** A dry run does the work and rolls it back: what it reports is what would happen. */
async function tryChunk(run: Run, importer: Importer, chunk: Chunk): Promise<Verdict> {
  let outcomes: RowOutcome[] = []
  try {
    await inWorkspace(run, async ctx => {
      throw new DryRun(await importer.write(ctx, chunk))
    })
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
    outcomes = importer.rehearsed(chunk, error.outcomes)
  }
  return inWorkspace(run, async ctx => {
    if (!(await mayGoOn(run, ctx, chunk))) return 'stopped'
    await keep(run, ctx, chunk, outcomes)
    return 'go_on'
  })
}

async function stopIfAsked(ctx: Ctx, import_id: string, status: string): Promise<void> {
  if (status === 'cancelling') await end(ctx, import_id, 'cancelled', null)
  if (status === 'pausing') await end(ctx, import_id, 'paused', null)
}

/** Not when somebody has done this chunk meanwhile: one that was paused and resumed before it began is in the queue twice. */
async function mayGoOn(run: Run, ctx: Ctx, chunk?: Chunk): Promise<boolean> {
  await run.job.fence(ctx)
  const row = await jobRow(ctx, run.import_id).select(['status', 'cursor_row']).forUpdate().executeTakeFirst()
  if (row) await stopIfAsked(ctx, run.import_id, row.status)
  return row?.status === 'running' && (!chunk || row.cursor_row < (chunk[0]?.row.number ?? 0))
}

// Bad data that got past every check (a value out of range, a broken rule of the database): the row is found and refused.
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(22|23)[0-9A-Z]{3}$/.test(String(error.code))

async function splitChunk(run: Run, importer: Importer, chunk: Chunk): Promise<Verdict> {
  if (chunk.length === 1) {
    const refused = chunk.map(({ row }) => ({ row, problem: says.database_refused() }))
    return commitChunk(run, importer, refused)
  }
  const half = Math.ceil(chunk.length / 2)
  const verdict = await commitChunk(run, importer, chunk.slice(0, half))
  return verdict === 'go_on' ? commitChunk(run, importer, chunk.slice(half)) : verdict
}

async function keep(run: Run, ctx: Ctx, chunk: Chunk, outcomes: RowOutcome[]): Promise<void> {
  const counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 }
  const rejects: { row_number: number; cells: string[]; reason: string; sentence?: Sentence }[] = []
  for (const [index, { status, detail, sentence }] of outcomes.entries()) {
    counts[status]++
    const row = chunk[index]?.row
    if (status !== 'rejected' || !row) continue
    const { number: row_number, cells } = row
    rejects.push({
      row_number,
      cells,
      reason: detail ?? coreSays.refused().text,
      ...(sentence ? { sentence } : {}),
    })
  }
  if (rejects.length)
    await sql`
      insert into import_reject (workspace_id, import_id, row_number, cells, reason, sentence)
      select ${ctx.workspace_id}, ${run.import_id}, r.row_number, r.cells, r.reason, r.sentence
      from jsonb_to_recordset(${storable(rejects)}::jsonb) as r (row_number bigint, cells jsonb, reason text, sentence jsonb)
    `.execute(ctx.db)
  const conflicts = outcomes.flatMap(({ status, conflicts: told = [] }, at) =>
    status === 'rejected' ? [] : told.map(one => ({ ...one, row_number: chunk[at]?.row.number ?? 0 })),
  )
  await saveConflicts(ctx, { import_id: run.import_id, kind: run.plan.kind }, conflicts)
  await keepInteractions(run, ctx, chunk, outcomes)
  await sql`
    update import_job set
      cursor_row = ${chunk.at(-1)?.row.number ?? 0},
      rows = rows + ${chunk.length},
      created = created + ${counts.created},
      updated = updated + ${counts.updated},
      unchanged = unchanged + ${counts.unchanged},
      rejected = rejected + ${counts.rejected},
      conflicts = conflicts + ${conflicts.length}
    where workspace_id = ${ctx.workspace_id} and id = ${run.import_id}
  `.execute(ctx.db)
}

/** Which interactions came with these rows: an undo takes them away again. */
async function keepInteractions(run: Run, ctx: Ctx, chunk: Chunk, outcomes: RowOutcome[]): Promise<void> {
  const made = outcomes.flatMap(outcome => outcome.interaction ?? [])
  const responses = outcomes.flatMap(outcome => outcome.response_id ?? [])
  if (run.dry_run || !(made.length + responses.length)) return
  await sql`
    insert into import_chunk (workspace_id, import_id, last_row, ids, times, response_ids)
    values (${ctx.workspace_id}, ${run.import_id}, ${chunk.at(-1)?.row.number ?? 0},
      ${made.map(one => one.id)}::uuid[], ${made.map(one => one.occurred_at)}::timestamptz[], ${responses}::uuid[])`.execute(
    ctx.db,
  )
}

const end = (
  ctx: Ctx,
  import_id: string,
  status: 'done' | 'failed' | 'cancelled' | 'paused',
  failure: Said | string | null,
) =>
  jobUpdate(ctx, import_id)
    .set({ status, ...failedBy(failure), finished_at: ctx.now })
    .execute()

const finish = (run: Run, status: 'done' | 'failed', failure: Said | string | null) =>
  inWorkspace(run, async ctx => {
    await run.job.fence(ctx)
    await end(ctx, run.import_id, status, failure)
    if (!run.dry_run) await announceEnd(ctx, run.import_id)
  })

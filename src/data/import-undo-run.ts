import { sql } from 'kysely'
import type { JobRun } from '../core/area.ts'
import type { Actor, Ctx } from '../core/ctx.ts'
import type { Machine } from '../core/machine.ts'
import type { Said } from '../core/text-sentence.ts'
import { peopleSeenBy, resetPeopleSeen, withdrawClaims, withdrawIdentifiers } from '../customers/index.ts'
import { eraseAnswers } from '../feedback/index.ts'
import { readActor, recordsMadeBy, undoStep } from '../records/index.ts'
import type { Kind } from '../records/kind.contract.ts'
import { companiesHeardFrom, eraseInteractions, peopleHeardFrom } from '../timeline/index.ts'
import { failedBy, isFinal, saidBy } from './failure.ts'
import type { ImportKind } from './import-formats.contract.ts'
import { says } from './says.ts'
import { refreshStatistics } from './statistics.ts'

// First the interactions go, chunk by chunk as they came; then records, the latest change first; then what the import taught about who
// is who. Each step commits with its place, so a crash loses nothing and does nothing twice.

const step_changes = 300
const step_claims = 2000
const attempts_limit = 40

interface Undo {
  machine: Machine
  workspace_id: string
  import_id: string
  job: JobRun
  actor: Actor
  undo_id: string
}
type Step = (undo: Undo, ctx: Ctx, place: Place) => Promise<'again' | 'next'>
interface Place {
  undo_before: number | null
}

export async function runUndo(
  machine: Machine,
  { workspace_id, import_id }: { workspace_id: string; import_id: string },
  job: JobRun,
): Promise<void> {
  const begun = await machine.workspaceTransaction(
    { workspace_id, actor: { kind: 'import', id: import_id } },
    ctx =>
      ctx.db
        .selectFrom('import_job')
        .select(['undo_id', 'undo_by'])
        .where('workspace_id', '=', workspace_id)
        .where('id', '=', import_id)
        .where('status', '=', 'undoing')
        .executeTakeFirst(),
  )
  if (!begun?.undo_id || !begun.undo_by) return
  const actor = readActor(begun.undo_by) as Actor
  const undo: Undo = { machine, workspace_id, import_id, job, actor, undo_id: begun.undo_id }
  try {
    for (const step of [takeInteractions, takeRecords, takeClaims, finish])
      if ((await repeat(undo, step)) === 'stopped') return
  } catch (error) {
    if (isFinal(error)) await fail(undo, saidBy(error))
    else if (job.attempt >= attempts_limit) await fail(undo, says.undo_interrupted())
    else throw error
  }
}

/** One transaction after the other until the step has nothing left to do. */
async function repeat(undo: Undo, step: Step): Promise<'go_on' | 'stopped'> {
  for (;;) {
    const verdict = await inStep(undo, step)
    if (verdict === 'stopped') return 'stopped'
    if (verdict === 'next') return 'go_on'
    if (!undo.job.signal.aborted) continue
    await inWorkspace(undo, ctx =>
      ctx.enqueue('import.undo', { import_id: undo.import_id }, { max_attempts: attempts_limit }),
    )
    return 'stopped'
  }
}

const inWorkspace = <T>(undo: Undo, work: (ctx: Ctx) => Promise<T>) =>
  undo.machine.workspaceTransaction(
    { workspace_id: undo.workspace_id, actor: undo.actor, request_id: undo.undo_id },
    work,
  )

const inStep = (undo: Undo, step: Step) =>
  inWorkspace(undo, async ctx => {
    await undo.job.fence(ctx)
    const place = await ctx.db
      .selectFrom('import_job')
      .select('undo_before')
      .where('workspace_id', '=', ctx.workspace_id)
      .where('id', '=', undo.import_id)
      .where('status', '=', 'undoing')
      .forUpdate()
      .executeTakeFirst()
    return place ? step(undo, ctx, place) : 'stopped'
  })

const jobUpdate = (undo: Undo, ctx: Ctx) =>
  ctx.db
    .updateTable('import_job')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', undo.import_id)

const takeInteractions: Step = async (undo, ctx) => {
  const { rows } = await sql<{ ids: string[]; times: Date[]; response_ids: string[] }>`
    delete from import_chunk where (workspace_id, import_id, last_row) = (
      select workspace_id, import_id, last_row from import_chunk
      where workspace_id = ${ctx.workspace_id} and import_id = ${undo.import_id}::uuid order by last_row desc limit 1)
    returning ids, times, response_ids`.execute(ctx.db)
  const [chunk] = rows
  if (!chunk) return 'next'
  const { erased, identifier_ids } = await eraseInteractions(
    ctx,
    chunk.ids.map((id, at) => ({ id, occurred_at: chunk.times[at] ?? new Date(0) })),
  )
  // On a connection of its own; when this step is tried again, they are gone already.
  const answers = chunk.response_ids.length
  if (answers)
    await eraseAnswers(undo.machine, { workspace_id: undo.workspace_id, response_ids: chunk.response_ids })
  if (chunk.times.length) await seeAgain(undo, ctx, identifier_ids, chunk.times)
  await jobUpdate(undo, ctx)
    .set({
      undo_interactions: sql<number>`undo_interactions + ${Math.max(erased, answers)}`,
      undo_done: sql<number>`undo_done + ${Math.max(chunk.ids.length, answers)}`,
    })
    .execute()
  return 'again'
}

/** Who was there before was last seen by what is left. */
async function seeAgain(undo: Undo, ctx: Ctx, identifier_ids: number[], times: Date[]): Promise<void> {
  const met = await peopleSeenBy(ctx, identifier_ids)
  const made = new Set(await recordsMadeBy(ctx, undo.import_id, met))
  const people = met.filter(id => !made.has(id))
  const heard = new Map((await peopleHeardFrom(ctx, people)).map(one => [one.person_id, one]))
  const stamps = times.map(time => time.getTime())
  await resetPeopleSeen(
    ctx,
    people.map(person_id => ({
      person_id,
      first_at: heard.get(person_id)?.first_at ?? null,
      last_at: heard.get(person_id)?.last_at ?? null,
    })),
    { from: new Date(Math.min(...stamps)), to: new Date(Math.max(...stamps)) },
  )
}

/** Who has something on the timeline that this import did not bring is somebody by now. */
async function heardFrom(ctx: Ctx, kind: Kind, ids: string[]): Promise<Map<string, Said>> {
  const heard =
    kind.name === 'person'
      ? (await peopleHeardFrom(ctx, ids)).map(one => one.person_id)
      : kind.name === 'company'
        ? await companiesHeardFrom(ctx, ids)
        : []
  return new Map(heard.map(id => [id, says.heard_since()]))
}

const takeRecords: Step = async (undo, ctx, { undo_before }) => {
  if (undo_before === 0) return 'next'
  const step = await undoStep(ctx, {
    request_id: undo.import_id,
    before_id: undo_before,
    limit: step_changes,
    keep: heardFrom,
  })
  for (const { kind, ids } of step.deleted)
    if (kind === 'person' || kind === 'company') await withdrawIdentifiers(ctx, kind, ids)
  if (step.conflicts.length)
    await sql`
      insert into import_kept (workspace_id, import_id, kind, record_id, field, reason, sentence)
      select ${ctx.workspace_id}, ${undo.import_id}, k.kind, k.record_id, k.field, k.detail, k.sentence
      from jsonb_to_recordset(${JSON.stringify(step.conflicts)}::jsonb) as k (kind text, record_id uuid, field text, detail text, sentence jsonb)`.execute(
      ctx.db,
    )
  const deleted = step.deleted.reduce((sum, { ids }) => sum + ids.length, 0)
  await jobUpdate(undo, ctx)
    .set({
      undo_before: step.next ?? 0,
      undo_done: sql<number>`undo_done + ${step.changes}`,
      undo_deleted: sql<number>`undo_deleted + ${deleted}`,
      undo_reverted: sql<number>`undo_reverted + ${step.reverted}`,
      undo_kept: sql<number>`undo_kept + ${step.conflicts.length}`,
    })
    .execute()
  return step.next === null ? 'next' : 'again'
}

const takeClaims: Step = async (undo, ctx) =>
  (await withdrawClaims(ctx, `import:${undo.import_id}`, step_claims)) < step_claims ? 'next' : 'again'

const finish: Step = async (undo, ctx) => {
  const { kind, undo_done: rows } = await ctx.db
    .selectFrom('import_job')
    .select(['kind', 'undo_done'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', undo.import_id)
    .executeTakeFirstOrThrow()
  await refreshStatistics(undo.machine, { kind: kind as ImportKind, rows })
  await jobUpdate(undo, ctx).set({ status: 'undone', undone_at: ctx.now }).execute()
  return 'next'
}

const fail = (undo: Undo, why: Said | string) =>
  inWorkspace(undo, async ctx => {
    await undo.job.fence(ctx)
    await jobUpdate(undo, ctx)
      .set({ status: 'undo_failed', ...failedBy(why) })
      .where('status', '=', 'undoing')
      .execute()
  })

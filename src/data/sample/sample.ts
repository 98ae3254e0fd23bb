import type { Ctx } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import { newId } from '../../core/id.ts'
import type { Sentence } from '../../core/text-sentence.ts'
import { failedBy } from '../failure.ts'
import { says } from '../says.ts'
import type { SampleStatus } from './sample.contract.ts'

export const sampleSeed = 'larkholt'
// Killed workers use up attempts without anything being wrong: there are plenty.
export const attempts_limit = 40

export async function sampleRow(ctx: Ctx, { lock = false }: { lock?: boolean } = {}) {
  const query = ctx.db.selectFrom('sample_load').selectAll().where('workspace_id', '=', ctx.workspace_id)
  return (lock ? query.forUpdate() : query).executeTakeFirst()
}
type Row = NonNullable<Awaited<ReturnType<typeof sampleRow>>>

export const loadUpdate = (ctx: Ctx) =>
  ctx.db.updateTable('sample_load').where('workspace_id', '=', ctx.workspace_id)

const none = {
  status: 'none' as const,
  progress: 0,
  failure: null,
  failure_sentence: null,
  today: null,
  created_at: null,
  finished_at: null,
}

function shown(row: Row | undefined) {
  if (!row) return none
  const { failure, today, created_at, finished_at } = row
  const failure_sentence = row.failure_sentence as Sentence | null
  const progress = row.status === 'loaded' ? 1 : Math.min(0.99, row.step / row.steps)
  const status = row.status as SampleStatus
  return { status, progress, failure, failure_sentence, today, created_at, finished_at }
}

export const getSample = async (ctx: Ctx) => shown(await sampleRow(ctx))

/** Up to the beginning of the day in UTC: nothing of the sample has happened later than that. */
async function insertLoad(ctx: Ctx): Promise<string | undefined> {
  const made = await ctx.db
    .insertInto('sample_load')
    .values({
      workspace_id: ctx.workspace_id,
      id: newId(),
      status: 'queued',
      seed: sampleSeed,
      today: ctx.now.toISOString().slice(0, 10),
      created_by: `${ctx.principal.actor.kind}:${ctx.principal.actor.id}`,
      created_at: ctx.now,
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made?.id
}

const isHere = () =>
  fail('conflict', {
    code: 'sample_exists',
    detail: says.sample_exists(),
  })

export async function loadSample(ctx: Ctx) {
  const id = await insertLoad(ctx)
  if (id === undefined) throw isHere()
  await enqueueLoad(ctx, id)
  return getSample(ctx)
}

/** For whoever does the work at once: begins, or goes on with what was interrupted. */
export async function beginHere(ctx: Ctx): Promise<string> {
  const id = await insertLoad(ctx)
  if (id !== undefined) return id
  const row = await getRow(ctx)
  if (['loaded', 'removing', 'removal_failed'].includes(row.status)) throw isHere()
  await loadUpdate(ctx)
    .set({ status: 'queued', ...failedBy(null) })
    .execute()
  return row.id
}

const enqueueLoad = (ctx: Ctx, load_id: string) =>
  ctx.enqueue('sample.load', { load_id }, { max_attempts: attempts_limit })

export async function getRow(ctx: Ctx): Promise<Row> {
  const row = await sampleRow(ctx, { lock: true })
  if (!row) throw fail('not_found', { detail: says.sample_not_loaded() })
  return row
}

/** One that runs stops after the step it is at; one that waits never starts. */
export async function cancelSample(ctx: Ctx): Promise<ReturnType<typeof shown>> {
  const { status } = await getRow(ctx)
  if (status === 'queued') await loadUpdate(ctx).set({ status: 'cancelled' }).execute()
  if (status === 'loading') await loadUpdate(ctx).set({ status: 'cancelling' }).execute()
  return getSample(ctx)
}

export async function resumeSample(ctx: Ctx): Promise<ReturnType<typeof shown>> {
  const row = await getRow(ctx)
  if (row.status !== 'cancelled' && row.status !== 'failed')
    throw fail('conflict', {
      code: 'sample_not_stopped',
      detail: says.sample_not_stopped(),
    })
  await loadUpdate(ctx)
    .set({ status: 'queued', ...failedBy(null) })
    .execute()
  await enqueueLoad(ctx, row.id)
  return getSample(ctx)
}

/** In the history of a record it goes by the name of the company that was invented. */
export const namesOfSamples = async (_ctx: Ctx, ids: string[]): Promise<{ id: string; name: string }[]> =>
  ids.map(id => ({ id, name: 'Larkholt Coffee' }))

import type { JobRun } from '../../core/area.ts'
import type { Ctx } from '../../core/ctx.ts'
import type { Machine } from '../../core/machine.ts'
import { failedBy, isFinal, saidBy } from '../failure.ts'
import { says } from '../says.ts'
import { generateSample } from './generate/company.ts'
import { attempts_limit, loadUpdate, sampleRow } from './sample.ts'
import { type Loading, stepsOf } from './steps.ts'

interface Run {
  machine: Machine
  workspace_id: string
  load_id: string
  job: Pick<JobRun, 'fence' | 'signal' | 'attempt'>
}

const inWorkspace = <T>({ machine, workspace_id, load_id }: Run, work: (ctx: Ctx) => Promise<T>) =>
  machine.workspaceTransaction({ workspace_id, actor: { kind: 'sample', id: load_id } }, work)

/** One loading from the step it has reached to its end: each step commits with the cursor behind it. */
export async function runLoad(
  machine: Machine,
  { workspace_id, load_id }: { workspace_id: string; load_id: string },
  job: Run['job'],
): Promise<void> {
  const run: Run = { machine, workspace_id, load_id, job }
  const begun = await begin(run)
  if (!begun) return
  const data = generateSample(begun)
  const steps = stepsOf(data)
  const loading: Loading = { load_id, currency: begun.currency, data }
  try {
    for (let at = begun.step; at < steps.length; at++) {
      if (job.signal.aborted) return await handOver(run)
      const went = await inWorkspace(run, async ctx => {
        if (!(await mayGoOn(run, ctx, at))) return false
        await steps[at]?.(ctx, loading)
        await loadUpdate(ctx)
          .set({ step: at + 1, steps: steps.length })
          .execute()
        return true
      })
      if (!went) return
    }
    await refreshStatistics(machine)
    await inWorkspace(run, async ctx => {
      if (await mayGoOn(run, ctx, steps.length))
        await loadUpdate(ctx)
          .set({ status: 'loaded', ...failedBy(null), finished_at: ctx.now })
          .execute()
    })
  } catch (error) {
    if (!isFinal(error) && job.attempt < attempts_limit) throw error
    const why = isFinal(error) ? saidBy(error) : says.loading_interrupted()
    await inWorkspace(run, async ctx => {
      await job.fence(ctx)
      await loadUpdate(ctx)
        .set({ status: 'failed', ...failedBy(why) })
        .execute()
    })
  }
}

async function begin(run: Run) {
  return inWorkspace(run, async ctx => {
    await run.job.fence(ctx)
    const row = await sampleRow(ctx, { lock: true })
    if (row?.id !== run.load_id) return undefined
    if (row.status === 'cancelling') await loadUpdate(ctx).set({ status: 'cancelled' }).execute()
    if (row.status !== 'queued' && row.status !== 'loading') return undefined
    await loadUpdate(ctx)
      .set({ status: 'loading', ...failedBy(null) })
      .execute()
    const { currency } = await ctx.db
      .selectFrom('workspace')
      .select('currency')
      .where('id', '=', ctx.workspace_id)
      .executeTakeFirstOrThrow()
    return { seed: row.seed, today: row.today, step: row.step, currency }
  })
}

/** Not when it was cancelled, nor when somebody else has done this step meanwhile. */
async function mayGoOn(run: Run, ctx: Ctx, step: number): Promise<boolean> {
  await run.job.fence(ctx)
  const row = await sampleRow(ctx, { lock: true })
  if (row?.status === 'cancelling') await loadUpdate(ctx).set({ status: 'cancelled' }).execute()
  return row?.id === run.load_id && row.status === 'loading' && row.step === step
}

/** The worker is asked to stop: another one goes on from the step. */
const handOver = (run: Run) =>
  inWorkspace(run, ctx =>
    ctx.enqueue('sample.load', { load_id: run.load_id }, { max_attempts: attempts_limit }),
  )

/** Sixty thousand rows later, what the planner knows of these tables is wrong for a minute otherwise. */
const refreshStatistics = (machine: Machine) =>
  machine.systemConnection(client =>
    client.query(
      'analyze rapport.person, rapport.company, rapport.relationship, rapport.field_value, rapport.identifier, rapport.identifier_person, rapport.interaction, rapport.invitation, rapport.response, rapport.answer, rapport.change',
    ),
  )

import { sql } from 'kysely'
import type { JobRun } from '../../core/area.ts'
import type { Ctx } from '../../core/ctx.ts'
import type { Machine } from '../../core/machine.ts'
import { eraseCustomers, identifiersOfNobodyElse } from '../../customers/index.ts'
import { eraseFeedback } from '../../feedback/index.ts'
import { eraseFields, eraseHistory, eraseViews } from '../../records/index.ts'
import { eraseInteractions, eraseOwners } from '../../timeline/index.ts'
import { failedBy, isFinal, saidBy } from '../failure.ts'
import { says } from '../says.ts'
import type { SampleKind } from './ledger.ts'
import { sampleIds, usedFields } from './removal.ts'
import { attempts_limit, loadUpdate, sampleRow } from './sample.ts'

// Taking the sample away, some customers at a time: first what they did, then who they are. Each piece leaves the ledger in
// the transaction in which it goes, so that whoever is interrupted goes on with what is left.

interface Run {
  machine: Machine
  workspace_id: string
  load_id: string
  job: Pick<JobRun, 'fence' | 'signal' | 'attempt'>
}

const chunk = { people: 250, interactions: 2000 } as const

const inWorkspace = <T>({ machine, workspace_id, load_id, job }: Run, work: (ctx: Ctx) => Promise<T>) =>
  machine.workspaceTransaction({ workspace_id, actor: { kind: 'sample', id: load_id } }, async ctx => {
    await job.fence(ctx)
    return work(ctx)
  })

export async function runRemoval(
  machine: Machine,
  { workspace_id, load_id }: { workspace_id: string; load_id: string },
  job: Run['job'],
): Promise<void> {
  const run: Run = { machine, workspace_id, load_id, job }
  try {
    await removeAll(run)
  } catch (error) {
    if (!isFinal(error) && job.attempt < attempts_limit) throw error
    const why = isFinal(error) ? saidBy(error) : says.removal_interrupted()
    await inWorkspace(run, ctx =>
      loadUpdate(ctx)
        .set({ status: 'removal_failed', ...failedBy(why) })
        .where('id', '=', load_id)
        .where('status', '=', 'removing')
        .execute(),
    )
  }
}

async function removeAll(run: Run): Promise<void> {
  if (!(await mayBegin(run))) return
  for (const kind of ['person', 'company'] as const) {
    for (;;) {
      if (run.job.signal.aborted) {
        await handOver(run)
        return
      }
      const ids = await some(run, kind)
      if (ids.length === 0) break
      await removeCustomers(run, kind, ids)
    }
  }
  await removeSurveys(run)
  await removeViews(run)
  await removeFields(run)
  await inWorkspace(run, ctx =>
    ctx.db.deleteFrom('sample_load').where('workspace_id', '=', run.workspace_id).execute(),
  )
}

const mayBegin = (run: Run): Promise<boolean> =>
  inWorkspace(run, async ctx => {
    const row = await sampleRow(ctx, { lock: true })
    return row?.id === run.load_id && row.status === 'removing'
  })

const handOver = (run: Run) =>
  inWorkspace(run, ctx =>
    ctx.enqueue('sample.remove', { load_id: run.load_id }, { max_attempts: attempts_limit }),
  )

const some = (run: Run, kind: SampleKind): Promise<string[]> =>
  inWorkspace(run, async ctx => {
    const rows = await ctx.db
      .selectFrom('sample_record')
      .select('record_id')
      .where('workspace_id', '=', ctx.workspace_id)
      .where('kind', '=', kind)
      .orderBy('key')
      .limit(chunk.people)
      .execute()
    return rows.map(row => row.record_id)
  })

async function removeCustomers(run: Run, kind: 'person' | 'company', ids: string[]): Promise<void> {
  const { machine, workspace_id } = run
  const customers = {
    workspace_id,
    person_ids: kind === 'person' ? ids : [],
    company_ids: kind === 'company' ? ids : [],
  }
  const identifiers = await inWorkspace(run, ctx => identifiersOfNobodyElse(ctx.db, customers))
  await removeInteractions(run, sql`i.identifier_id = any (${identifiers}::bigint[])`)
  // Before they are gone from here: who comes back after an interruption would not know them any more.
  await eraseOwners(machine, { workspace_id, identifier_ids: identifiers })
  await machine.system(async db => {
    await eraseFeedback(db, { workspace_id, survey_ids: [], person_ids: customers.person_ids })
    await eraseCustomers(db, customers)
    await eraseHistory(db, { workspace_id, kind, ids })
    await forget(db, workspace_id, kind, ids)
  })
}

const forget = (db: Ctx['db'], workspace_id: string, kind: SampleKind, ids: readonly string[]) =>
  sql`delete from sample_record where workspace_id = ${workspace_id} and kind = ${kind}
    and record_id = any (${ids}::uuid[])`.execute(db)

/** What this condition picks, some thousand at a time. */
async function removeInteractions(run: Run, condition: ReturnType<typeof sql>): Promise<void> {
  for (;;) {
    const more = await inWorkspace(run, async ctx => {
      const { rows } = await sql<{ id: string; occurred_at: Date }>`
        select i.id, i.occurred_at from interaction i
        where i.workspace_id = ${run.workspace_id} and ${condition} limit ${chunk.interactions}`.execute(
        ctx.db,
      )
      await eraseInteractions(ctx, rows)
      return rows.length === chunk.interactions
    })
    if (!more) return
  }
}

/** Also what others answered to them, which stands on the timelines of those who did. */
async function removeSurveys(run: Run): Promise<void> {
  const { machine, workspace_id } = run
  const { survey_ids } = await inWorkspace(run, sampleIds)
  await removeInteractions(
    run,
    sql`(i.occurred_at, i.message_id) in (
      select r.submitted_at, 'response:' || r.id from response r
      where r.workspace_id = ${workspace_id} and r.survey_id = any (${survey_ids}::uuid[]))`,
  )
  await machine.system(async db => {
    await eraseFeedback(db, { workspace_id, survey_ids, person_ids: [] })
    await eraseHistory(db, { workspace_id, kind: 'survey', ids: survey_ids })
    await forget(db, workspace_id, 'survey', survey_ids)
  })
}

async function removeViews({ machine, workspace_id, ...run }: Run): Promise<void> {
  const { view_ids: ids } = await inWorkspace({ machine, workspace_id, ...run }, sampleIds)
  await machine.system(async db => {
    await eraseViews(db, { workspace_id, ids })
    await forget(db, workspace_id, 'view', ids)
  })
}

/** A field that records of the workspace's own hold values in stays, and is the workspace's from now on. */
async function removeFields(run: Run): Promise<void> {
  const { machine, workspace_id } = run
  const { field_ids, used } = await inWorkspace(run, async ctx => {
    const ids = await sampleIds(ctx)
    return { ...ids, used: new Set((await usedFields(ctx, ids)).map(({ field_id }) => field_id)) }
  })
  const gone = field_ids.filter(id => !used.has(id))
  await machine.system(async db => {
    await eraseFields(db, { workspace_id, ids: gone })
    await forget(db, workspace_id, 'field', field_ids)
  })
}

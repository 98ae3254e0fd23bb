import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace } from '../testing/workspace.ts'
import type { Area } from './area.ts'
import { fail } from './errors.ts'
import { startJobs } from './jobs.ts'

const runs: string[] = []
let release: () => void = () => undefined
const work: Area = {
  name: 'work',
  jobs: [
    {
      name: 'note',
      async run(_machine, payload) {
        runs.push(`note ${String(payload.text)} for ${payload.workspace_id}`)
      },
    },
    {
      name: 'slow',
      async run(machine, { workspace_id }, job) {
        runs.push('slow began')
        await new Promise<void>(resolve => {
          release = resolve
        })
        await machine.workspaceTransaction(
          { workspace_id, actor: { kind: 'system', id: 'test' } },
          async ctx => {
            await job.fence(ctx)
            runs.push('slow had its effect')
          },
        )
      },
    },
  ],
}

let t: TestApp
let workspace: string
let worker: { stop(): Promise<void> } | undefined
beforeAll(async () => {
  t = await startTestApp()
  workspace = (await makeWorkspace(t)).id
})
afterAll(async () => {
  await worker?.stop()
  await t.close()
})

const inside = <T>(
  run: Parameters<TestApp['machine']['workspaceTransaction']>[1] extends (ctx: infer C) => unknown
    ? (ctx: C) => Promise<T>
    : never,
) => t.machine.workspaceTransaction({ workspace_id: workspace, actor: { kind: 'system', id: 'test' } }, run)

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('did not happen within ten seconds')
}

const pool = () => t.machine.postgres.systemPool

test('a job exists only if the transaction that enqueued it commits, and carries its workspace', async () => {
  await inside(ctx =>
    ctx.enqueue('note', { text: 'kept', workspace_id: '00000000-0000-0000-0000-000000000000' }),
  )
  await inside(async ctx => {
    await ctx.enqueue('note', { text: 'lost' })
    throw fail('conflict')
  }).catch(() => undefined)
  worker = await startJobs(t.machine, [work])
  await until(() => runs.length > 0)
  expect(runs).toEqual([`note kept for ${workspace}`])
})

test('a job whose worker fell silent is taken up by another; one whose worker lives is left alone', async () => {
  await worker?.stop()
  runs.length = 0
  await inside(ctx => ctx.enqueue('note', { text: 'orphan' }))
  await inside(ctx => ctx.enqueue('note', { text: 'held' }))
  const lock = (text: string, by: string) =>
    pool().query(
      `update graphile_worker._private_jobs set locked_by = $2, locked_at = now() - interval '5 minutes' where payload->>'text' = $1`,
      [text, by],
    )
  await lock('orphan', 'a worker that was killed')
  await lock('held', 'a worker that lives')
  await pool().query(
    `insert into rapport.worker_heartbeat (worker, seen_at) values ('a worker that lives', now() + interval '1 minute')`,
  )
  worker = await startJobs(t.machine, [work])
  await until(() => runs.length > 0)
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(runs).toEqual([`note orphan for ${workspace}`])
})

test('a worker that lost its job to another cannot commit its effect', async () => {
  runs.length = 0
  await inside(ctx => ctx.enqueue('slow', {}, { max_attempts: 1 }))
  await until(() => runs.includes('slow began'))
  await pool().query(
    `update graphile_worker._private_jobs set locked_by = 'another worker' where task_id = (select id from graphile_worker._private_tasks where identifier = 'slow')`,
  )
  release()
  await new Promise(resolve => setTimeout(resolve, 500))
  expect(runs).toEqual(['slow began'])
})

test('the running worker counts as alive for the jobs it holds', async () => {
  runs.length = 0
  await inside(ctx => ctx.enqueue('slow', {}))
  await until(() => runs.includes('slow began'))
  const { rows } = await pool().query<{ alive: boolean }>(
    `select exists (select 1 from rapport.worker_heartbeat h where h.worker = j.locked_by) as alive from graphile_worker._private_jobs j
     join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'slow' and j.locked_by <> 'another worker'`,
  )
  release()
  await until(() => runs.includes('slow had its effect'))
  expect(rows).toEqual([{ alive: true }])
})

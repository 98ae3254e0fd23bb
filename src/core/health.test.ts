import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace } from '../testing/workspace.ts'
import { recordInteractions } from '../timeline/timeline.contract.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

interface Said {
  status: string
  items: { name: string; ok: boolean; detail?: string }[]
}

async function ready() {
  const reply = await app.app.inject({ url: '/ready' })
  const { status, items } = reply.json<Said>()
  return { code: reply.statusCode, status, not: items.filter(item => !item.ok), items }
}
const change = (statement: string) => app.machine.postgres.systemPool.query(statement)

test('whether it can work is said for both databases, their migrations, the jobs, mail and the copy for analysis', async () => {
  const { code, status, items } = await ready()
  expect([code, status]).toEqual([200, 'ready'])
  expect(items.map(item => item.name).toSorted()).toEqual([
    'clickhouse',
    'folding',
    'jobs',
    'mail',
    'migrations',
    'postgres',
    'projection',
  ])
})

test('work that nobody does is said, and who asks is sent elsewhere', async () => {
  const home = await makeWorkspace(app)
  const who = { workspace_id: home.id, actor: { kind: 'system', id: 'test' } } as const
  await app.machine.workspaceTransaction(who, ctx => ctx.enqueue('import.run', {}))
  await change(`update graphile_worker._private_jobs set run_at = now() - interval '2 minutes'`)
  const idle = await ready()
  expect([idle.code, idle.status, idle.not]).toMatchObject([503, 'not ready', [{ name: 'jobs' }]])
  await change('delete from graphile_worker._private_jobs')
  // The clock of the tests stands long before the database's.
  await app.call(recordInteractions, {
    key: home.keys.owner,
    body: { items: [{ identifiers: [{ type: 'user_id', value: 'ada' }], kind: 'event' }] },
  })
  const behind = await ready()
  expect([behind.code, behind.status, behind.not]).toMatchObject([
    503,
    'not ready',
    [{ name: 'projection' }, { name: 'folding' }],
  ])
  await change(`update rapport.projection set position = pg_current_xact_id() where name = 'interaction'`)
  expect(await ready()).toMatchObject({ code: 200, status: 'degraded', not: [{ name: 'folding' }] })
  await change(`update rapport.projection set position = pg_current_xact_id() where name = 'fold'`)
  expect(await ready()).toMatchObject({ code: 200, status: 'ready' })
})

test('a database that lacks a migration serves nobody; one that a newer version has changed still does, and says so', async () => {
  await change(`update rapport.migration set name = '9999_later' where name like '0007%'`)
  const lacking = await ready()
  expect([lacking.code, lacking.status]).toEqual([503, 'not ready'])
  expect(lacking.not).toMatchObject([{ name: 'migrations', detail: expect.stringContaining('0007_data') }])
  await change(`insert into rapport.migration (name, hash) values ('0007_data', 'x')`)
  const newer = await ready()
  expect([newer.code, newer.status]).toEqual([200, 'degraded'])
  expect(newer.not).toMatchObject([{ name: 'migrations', detail: expect.stringContaining('9999_later') }])
})

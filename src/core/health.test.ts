import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'

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

test('whether it can work is said for both databases, their migrations, the jobs and the copy for analysis', async () => {
  const { code, status, items } = await ready()
  expect([code, status]).toEqual([200, 'ready'])
  expect(items.map(item => item.name).toSorted()).toEqual([
    'clickhouse',
    'jobs',
    'migrations',
    'postgres',
    'projection',
  ])
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

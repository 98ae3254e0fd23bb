import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabases, type TestDatabases } from '../testing/database.ts'
import { newId } from './id.ts'
import { readPage } from './postgres.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await createTestDatabases([new URL('migrations/', import.meta.url)])
})
afterAll(() => databases.close())

const inOne = <T>(run: Parameters<typeof databases.postgres.transaction<T>>[1]) =>
  databases.postgres.transaction(
    { role: 'app', setting: { workspace_id: newId(), actor: 'key:k', request_id: 'r' }, readOnly: true },
    run,
  )

test('a page asked for again is kept by its connection, and planned for its values each time', async () => {
  await inOne(async ({ db }) => {
    const ask = (value: number) => readPage<{ twice: number }>(db, sql`select ${value}::int * 2 as twice`)
    for (const value of [1, 2, 3]) expect(await ask(value)).toEqual([{ twice: value * 2 }])
    const { rows } = await sql`
      select count(*)::int as kept, sum(generic_plans)::int as generic, sum(custom_plans)::int as custom
      from pg_prepared_statements where statement like '%as twice'`.execute(db)
    expect(rows).toEqual([{ kept: 1, generic: 0, custom: 2 }])
  })
})

test('a connection that keeps many statements is closed when it is given back', async () => {
  const backend = await inOne(async ({ db }) => {
    for (let at = 0; at < 70; at++)
      for (const _turn of ['new', 'known']) await readPage(db, sql`select ${sql.lit(at)} as n`)
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
    return rows[0]?.pid
  })
  const after = await inOne(
    async ({ db }) => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid,
  )
  expect(after).not.toBe(backend)
})

test('a statement that fails when it is kept for the first time fails alone', async () => {
  await expect(
    inOne(async ({ db }) => {
      for (const value of [1, 0, 1]) await readPage(db, sql`select 1 / ${value}::int as part`)
    }),
  ).rejects.toMatchObject({ code: '22012' })
  await inOne(async ({ db }) =>
    expect(await readPage(db, sql`select 1 / ${1}::int as part`)).toEqual([{ part: 1 }]),
  )
})

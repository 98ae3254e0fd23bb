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

const setting = (workspace_id: string) => ({ workspace_id, actor: 'key:k', request_id: 'r' })
const as = (workspace_id: string) => ({ role: 'app' as const, setting: setting(workspace_id) })
const row = (workspace_id: string, key: string) => ({ workspace_id, actor: 'key:k', key, request_hash: 'h' })
const keysOf = (workspace_id: string) =>
  databases.postgres.transaction({ ...as(workspace_id), readOnly: true }, tx =>
    tx.db.selectFrom('idempotency').select('key').orderBy('key').execute(),
  )

test('a transaction that throws leaves nothing behind', async () => {
  const workspace = newId()
  const failing = databases.postgres.transaction(as(workspace), async tx => {
    await tx.db.insertInto('idempotency').values(row(workspace, 'a')).execute()
    throw new Error('stop')
  })
  await expect(failing).rejects.toThrow('stop')
  expect(await keysOf(workspace)).toEqual([])
})

test('a failed query whose error is swallowed does not pass for a commit', async () => {
  const workspace = newId()
  const swallowed = databases.postgres.transaction(as(workspace), async tx => {
    await tx.db.insertInto('idempotency').values(row(workspace, 'a')).execute()
    await sql`select 1/0`.execute(tx.db).catch(() => undefined)
  })
  await expect(swallowed).rejects.toMatchObject({ code: 'internal' })
  expect(await keysOf(workspace)).toEqual([])
})

test('queries sent at once run in order in one transaction', async () => {
  const workspace = newId()
  await databases.postgres.transaction(as(workspace), async tx => {
    await Promise.all(
      ['c', 'a', 'b'].map(key => tx.db.insertInto('idempotency').values(row(workspace, key)).execute()),
    )
  })
  expect((await keysOf(workspace)).map(each => each.key)).toEqual(['a', 'b', 'c'])
})

test('a read-only transaction refuses to write', async () => {
  const workspace = newId()
  const writing = databases.postgres.transaction({ ...as(workspace), readOnly: true }, tx =>
    tx.db.insertInto('idempotency').values(row(workspace, 'a')).execute(),
  )
  await expect(writing).rejects.toMatchObject({ code: '25006' })
})

test('an opening that fails is the error that is told, and its connection serves the next', async () => {
  const bad = databases.postgres.transaction({ role: 'none' as 'app', setting: setting(newId()) }, tx =>
    tx.db.selectFrom('idempotency').selectAll().execute(),
  )
  await expect(bad).rejects.toMatchObject({ code: '22023' })
  expect(await keysOf(newId())).toEqual([])
})

test('a workspace id that is no id never reaches the database', async () => {
  await expect(keysOf("x'; drop table idempotency; --")).rejects.toMatchObject({ code: 'internal' })
})

test('as role find nothing can be written, and the role goes back to app', async () => {
  const workspace = newId()
  await databases.postgres.transaction(as(workspace), async tx => {
    await tx.become('find')
    await tx.db.selectFrom('idempotency').select('key').execute()
    await tx.become('app')
    await tx.db.insertInto('idempotency').values(row(workspace, 'a')).execute()
  })
  const writing = databases.postgres.transaction(as(workspace), async tx => {
    await tx.become('find')
    await tx.db.insertInto('idempotency').values(row(workspace, 'b')).execute()
  })
  await expect(writing).rejects.toMatchObject({ code: '42501' })
})

test('a time read as text is what it is as a date', async () => {
  const told = [
    '2026-01-31 10:00:00',
    '2026-01-31 10:00:00.5',
    '2026-01-31 10:00:00.123',
    '0044-03-15 00:00:00.01',
  ]
  const odd = ['2026-01-31 10:00:00.123456', '12026-01-31 10:00:00', '0044-03-15 00:00:00 BC']
  await databases.postgres.transaction(as(newId()), async tx => {
    for (const text of [...told, ...odd]) {
      const query = sql<{ at: Date }>`select ${text}::timestamptz as at`.compile(tx.db)
      const { rows } = await tx.db.executeQuery(query)
      const [row] = await readPage(tx.db, sql<{ at: unknown }>`select ${text}::timestamptz as at`)
      expect(row?.at, text).toBe(rows[0]?.at.toISOString())
    }
  })
})

import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabases, type TestDatabases, testPrefix, testSecret } from '../testing/database.ts'
import { createLog } from './log.ts'
import { type Migration, migratePostgres, readMigrations, statementsOf } from './migrate.ts'
import { loginsFor } from './roles.ts'
import { secretsFrom } from './secrets.ts'

const log = createLog({ level: 'silent', format: 'text' })
const folder = new URL('migrations/', import.meta.url)
let databases: TestDatabases
let url: string

beforeAll(async () => {
  databases = await createTestDatabases([folder])
  url = loginsFor(databases.admin_url, secretsFrom(testSecret), testPrefix).system_url
})
afterAll(() => databases.close())

const known = () => readMigrations([folder], 'postgres')
const extra = (name: string, sql: string): Migration => ({ name, sql, hash: `hash of ${sql}` })

async function ask<T extends object>(sql: string): Promise<T[]> {
  const client = new Client({ connectionString: databases.admin_url })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

test('a migration that fails changes nothing and is named', async () => {
  const failing = extra('0900_fails', 'create table rapport.half (a int); select 1/0')
  await expect(migratePostgres(url, testPrefix, [...known(), failing], log)).rejects.toMatchObject({
    code: 'failed_migration',
    message: expect.stringContaining('0900_fails'),
  })
  expect(await ask(`select 1 from pg_tables where tablename = 'half'`)).toEqual([])
  expect(await ask(`select 1 from rapport.migration where name = '0900_fails'`)).toEqual([])
})

test('five simultaneous starts run a migration once, also one that builds an index concurrently', async () => {
  const table = extra('0901_table', 'create table rapport.once (a int); insert into rapport.once values (1)')
  const index = extra(
    '0902_index',
    '-- no-transaction\ncreate index concurrently once_a on rapport.once (a);\n',
  )
  await Promise.all(
    Array.from({ length: 5 }, () => migratePostgres(url, testPrefix, [...known(), table, index], log)),
  )
  expect(await ask('select count(*)::int as count from rapport.once')).toEqual([{ count: 1 }])
  expect(await ask(`select indisvalid from pg_index where indexrelid = 'rapport.once_a'::regclass`)).toEqual([
    { indisvalid: true },
  ])
})

test('a database from a newer version is refused with the name of the unknown migration', async () => {
  await expect(migratePostgres(url, testPrefix, known(), log)).rejects.toMatchObject({
    code: 'unknown_migration',
    message: expect.stringContaining('0901_table'),
  })
})

test('a migration that was edited after it ran is refused', async () => {
  const edited = known().map(migration => ({ ...migration, hash: 'another' }))
  await expect(migratePostgres(url, testPrefix, edited, log)).rejects.toMatchObject({
    code: 'changed_migration',
  })
})

test('statements are split at line ends and lose their comments', () => {
  expect(statementsOf("-- first\nselect ';';\nselect 2;\n")).toEqual(["select ';'", 'select 2'])
})

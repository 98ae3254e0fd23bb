import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areas, migrationFolders } from '../src/areas.ts'
import { normalTypes } from '../src/records/filter-compile.ts'
import { allKinds } from '../src/records/kind.contract.ts'
import { createTestDatabases, type TestDatabases } from '../src/testing/database.ts'
import { schemaText, tableTypes } from '../src/testing/schema-text.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await createTestDatabases(migrationFolders)
})
afterAll(() => databases.close())

test('schema.sql is what the migrations make', async () => {
  await expect(await schemaText(databases.postgres.systemPool)).toMatchFileSnapshot('../schema.sql')
})

const tablesMadeIn = (folder: URL) =>
  readdirSync(folder)
    .filter(file => file.endsWith('.postgres.sql'))
    .flatMap(file => [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        /^create (?:unlogged )?table (?:rapport\.)?(\w+)/gm,
      ),
    ])
    .map(match => match[1] ?? '')

for (const area of areas) {
  const folder = area.migrations
  if (!folder) continue
  test(`the table types of ${area.name} are what its migrations make`, async () => {
    const tables = tablesMadeIn(folder)
    if (tables.length === 0) return
    await expect(await tableTypes(databases.postgres.systemPool, tables)).toMatchFileSnapshot(
      `../src/${area.name}/tables.generated.ts`,
    )
  })
}

test('every column says its privacy class', async () => {
  const { rows } = await databases.postgres.systemPool.query<{ column: string }>(
    `select c.relname || '.' || a.attname as column
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'migration'
       and coalesce(col_description(c.oid, a.attnum), '') !~ '\\[(public|internal|personal|sensitive|secret)\\]$'`,
  )
  expect(rows.map(row => row.column)).toEqual([])
})

// Without them the planner takes every condition on a text for a rare one, and sorts all rows for a page of sixty.
test('every text that filters compare in its normal form has statistics of that form', async () => {
  const { rows } = await databases.postgres.systemPool.query<{ known: string }>(
    `select c.relname || ' ' || e as known from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid
     cross join lateral unnest(pg_get_statisticsobjdef_expressions(s.oid)) as e`,
  )
  const known = new Set(rows.map(row => row.known.replaceAll('rapport.', '')))
  const compared = allKinds().flatMap(kind =>
    kind.fields
      .filter(({ type, normal_column }) => normalTypes.has(type) && normal_column === undefined)
      .map(field => `${kind.table} normal(${field.column ?? field.key})`),
  )
  expect(compared.length).toBeGreaterThan(10)
  expect(compared.filter(one => !known.has(one))).toEqual([])
})

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client, type Pool } from 'pg'
import type { HealthItem } from './area.ts'
import type { ClickHouse } from './clickhouse.ts'
import { fail } from './errors.ts'
import type { Log } from './log.ts'

// Numbered plain SQL, one transaction a file, pinned by hash. A file that starts with `-- no-transaction` runs statement by statement.

export interface Migration {
  name: string
  sql: string
  hash: string
}

export function readMigrations(folders: URL[], target: 'postgres' | 'clickhouse'): Migration[] {
  const found: Migration[] = []
  for (const folder of folders) {
    const path = fileURLToPath(folder)
    for (const file of readdirSync(path)) {
      const match = /^(\d{4}_[a-z0-9_]+)\.(postgres|clickhouse)\.sql$/.exec(file)
      if (!match) throw new Error(`${file} is not named like a migration: 0001_name.postgres.sql`)
      if (match[2] !== target) continue
      const sql = readFileSync(new URL(file, folder), 'utf8')
      found.push({ name: match[1] ?? file, sql, hash: createHash('sha256').update(sql).digest('hex') })
    }
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1))
  const numbers = found.map(migration => migration.name.slice(0, 4))
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index)
  if (twice) throw new Error(`two migrations carry the number ${twice}`)
  return found
}

/** What is still to run. Refuses when the database holds a migration that this version does not know, or knows differently. */
function pending(all: Migration[], done: { name: string; hash: string }[]): Migration[] {
  const known = new Map(all.map(migration => [migration.name, migration]))
  for (const { name, hash } of done) {
    const mine = known.get(name)
    if (!mine)
      throw fail('conflict', {
        code: 'unknown_migration',
        detail: `The database was changed by migration ${name}, which this version of Rapport does not know. Start the newer version.`,
      })
    if (mine.hash !== hash)
      throw fail('conflict', {
        code: 'changed_migration',
        detail: `Migration ${name} is not the one that changed this database.`,
      })
  }
  const ran = new Set(done.map(row => row.name))
  return all.filter(migration => !ran.has(migration.name))
}

/** What this version knows beside what the database holds, while the program runs: either may have been exchanged meanwhile. */
export async function migrationHealth(pool: Pool, all: Migration[]): Promise<HealthItem> {
  const { rows } = await pool.query<{ name: string }>('select name from rapport.migration')
  const done = new Set(rows.map(row => row.name))
  const known = new Set(all.map(migration => migration.name))
  const missing = all.filter(({ name }) => !done.has(name))
  const newer = rows.find(({ name }) => !known.has(name))
  const item = {
    name: 'migrations',
    ok: missing.length === 0 && !newer,
    value: missing.length,
    unit: 'missing',
  }
  if (missing[0])
    return { ...item, detail: `migration ${missing[0].name} has not been run on this database: start again` }
  if (newer)
    return {
      ...item,
      detail: `the database was changed by migration ${newer.name} of a newer version: start that`,
    }
  return item
}

export async function migratePostgres(
  url: string,
  rolePrefix: string,
  migrations: Migration[],
  log: Log,
): Promise<number> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'rapport migrate',
  })
  await client.connect()
  try {
    await waitForLock(client)
    await client.query(
      `select set_config('rapport.role_prefix', $1, false), set_config('lock_timeout', '5s', false)`,
      [rolePrefix],
    )
    await client.query(
      `create table if not exists rapport.migration (name text primary key, hash text not null, ran_at timestamptz(3) not null default now())`,
    )
    const { rows } = await client.query<{ name: string; hash: string }>(
      'select name, hash from rapport.migration order by name',
    )
    const todo = pending(migrations, rows)
    for (const migration of todo) {
      await runOne(client, migration)
      log.info({ migration: migration.name }, 'migrated PostgreSQL')
    }
    return todo.length
  } finally {
    await client.end()
  }
}

async function waitForLock(client: Client): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(7241002) as locked')
    if (rows[0]?.locked) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw fail('unavailable', {
    detail: 'Another process has been migrating the database for more than five minutes.',
  })
}

async function runOne(client: Client, migration: Migration): Promise<void> {
  const record = `insert into rapport.migration (name, hash) values ($1, $2)`
  const whole = !migration.sql.startsWith('-- no-transaction')
  try {
    if (whole) await client.query('begin')
    for (const statement of whole ? [migration.sql] : statementsOf(migration.sql))
      await client.query(statement)
    await client.query(record, [migration.name, migration.hash])
    if (whole) await client.query('commit')
  } catch (error) {
    if (whole) await client.query('rollback').catch(() => undefined)
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('conflict', {
      code: 'failed_migration',
      detail: `Migration ${migration.name} failed and was not applied: ${reason}`,
      cause: error,
    })
  }
}

/** Statements end with a semicolon at the end of a line; enough for the flat files that use it. */
export const statementsOf = (sql: string): string[] =>
  sql
    .split(/;[ \t]*(?:\n|$)/)
    .map(statement => statement.replaceAll(/^\s*--.*$/gm, '').trim())
    .filter(statement => statement !== '')

export async function migrateClickHouse(
  clickhouse: ClickHouse,
  migrations: Migration[],
  log: Log,
): Promise<number> {
  await clickhouse.command(
    `create table if not exists migration (name String, hash String, ran_at DateTime64(3) default now64(3)) engine = MergeTree order by name`,
  )
  const done = await clickhouse.query<{ name: string; hash: string }>({
    sql: 'select name, any(hash) as hash from migration group by name order by name',
  })
  const todo = pending(migrations, done)
  for (const migration of todo) {
    try {
      // ClickHouse has no transactions: each statement is written so that running it again does no harm.
      for (const statement of statementsOf(migration.sql)) await clickhouse.command(statement)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw fail('conflict', {
        code: 'failed_migration',
        detail: `ClickHouse migration ${migration.name} failed: ${reason}`,
        cause: error,
      })
    }
    await clickhouse.command(`insert into migration (name, hash) values ({name:String}, {hash:String})`, {
      name: migration.name,
      hash: migration.hash,
    })
    log.info({ migration: migration.name }, 'migrated ClickHouse')
  }
  return todo.length
}

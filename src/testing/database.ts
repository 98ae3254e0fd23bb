import { createHash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { type ClickHouse, connectClickHouse } from '../core/clickhouse.ts'
import { migrateJobs } from '../core/jobs.ts'
import { createLog } from '../core/log.ts'
import { migrateClickHouse, migratePostgres, readMigrations } from '../core/migrate.ts'
import { connectPostgres, type Postgres } from '../core/postgres.ts'
import { grantDatabase, type Logins, loginsFor, prepareDatabase } from '../core/roles.ts'
import { secretsFrom } from '../core/secrets.ts'

export const testSecret = 'a secret that only tests know, 0123456789'
export const testPrefix = 'rapport_test'
const log = createLog({ level: 'error', format: 'text' })
const secrets = secretsFrom(testSecret)

const urlOf = (server: string, database: string) => {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.toString()
}

async function asAdmin<T>(server: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: urlOf(server, 'postgres') })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

/** A database with every migration applied, made once for these migrations and copied for each test file. */
async function templateFor(server: string, migrationFolders: URL[]): Promise<string> {
  const migrations = readMigrations(migrationFolders, 'postgres')
  const hash = createHash('sha256')
    .update(migrations.map(migration => migration.hash).join())
    .digest('hex')
    .slice(0, 12)
  const name = `rapport_template_${hash}`
  await asAdmin(server, async client => {
    await client.query('select pg_advisory_lock(7241003)')
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rows.length > 0) return
    const building = `${name}_building`
    await client.query(`drop database if exists ${building} with (force)`)
    await client.query(`create database ${building} template template0 encoding 'UTF8'`)
    const logins = await prepareDatabase(urlOf(server, building), secrets, testPrefix)
    await migratePostgres(logins.system_url, testPrefix, migrations, log)
    const postgres = connectTo(logins)
    await migrateJobs(postgres.systemPool, log)
    await postgres.close()
    await client.query(`alter database ${building} rename to ${name}`)
  })
  return name
}

const connectTo = (logins: Logins): Postgres => connectPostgres({ ...logins, pool_size: 6, log })

export interface TestDatabases {
  postgres: Postgres
  clickhouse: ClickHouse
  admin_url: string
  close(): Promise<void>
}

export async function createTestDatabases(migrationFolders: URL[]): Promise<TestDatabases> {
  const server = inject('postgresUrl')
  const template = await templateFor(server, migrationFolders)
  const name = `rapport_test_${randomBytes(6).toString('hex')}`
  await asAdmin(server, async client => {
    await client.query('select pg_advisory_lock(7241003)')
    await client.query(`create database ${name} template ${template}`)
  })
  const adminUrl = urlOf(server, name)
  const direct = new Client({ connectionString: adminUrl })
  await direct.connect()
  await grantDatabase(direct, testPrefix)
  await direct.end()
  const postgres = connectTo(loginsFor(adminUrl, secrets, testPrefix))
  const address = inject('clickhouse')
  const admin = connectClickHouse({
    ...address,
    url: address.url || 'http://127.0.0.1:1',
    database: 'default',
  })
  const analytics = address.url !== ''
  if (analytics) await admin.command(`create database ${name}`)
  const clickhouse = connectClickHouse({
    ...address,
    url: address.url || 'http://127.0.0.1:1',
    database: name,
  })
  if (analytics) await migrateClickHouse(clickhouse, readMigrations(migrationFolders, 'clickhouse'), log)
  return {
    postgres,
    clickhouse,
    admin_url: adminUrl,
    async close() {
      await postgres.close()
      await clickhouse.close()
      if (analytics) await admin.command(`drop database if exists ${name}`)
      await admin.close()
      await asAdmin(server, client => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

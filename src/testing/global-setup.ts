import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import type { ClickHouseAddress } from '../core/clickhouse.ts'
import { startRuntime } from '../core/runtime/runtime.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    clickhouse: Omit<ClickHouseAddress, 'database'>
  }
}

const say = (_: object, message: string) => void process.stderr.write(`${message}\n`)

/**
 * What is tested here dies with the run, so nothing waits for the disk, thousands of commits long. What survives a crash is
 * tested on servers of its own, with the settings of the product.
 */
async function waitForNoDisk(admin_url: string): Promise<void> {
  const client = new Client({ connectionString: admin_url })
  await client.connect()
  await client.query('alter system set fsync = off')
  await client.query('alter system set full_page_writes = off')
  await client.query('select pg_reload_conf()')
  await client.end()
}

/**
 * One PostgreSQL and one ClickHouse for the whole run, embedded ones unless TEST_DATABASE_URL or TEST_CLICKHOUSE_URL name
 * others; each test file gets databases of its own in them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), 'rapport-test-'))
  const { TEST_DATABASE_URL: database_url, TEST_CLICKHOUSE_URL: clickhouse_url } = process.env
  const runtime = await startRuntime(
    { data, database_url: database_url || undefined, clickhouse_url: clickhouse_url || undefined },
    { info: say, warn: say, error: say },
  )
  if (!database_url) await waitForNoDisk(runtime.admin_url)
  project.provide('postgresUrl', runtime.admin_url)
  project.provide('clickhouse', runtime.clickhouse)
  return async () => {
    await runtime.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

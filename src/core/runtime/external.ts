// Databases that are run by somebody else: asked at the start whether they are there and fit, so that a wrong address
// is one sentence instead of a stack, and nothing has been started yet.
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Client } from 'pg'
import type { ClickHouseAddress } from '../clickhouse.ts'

const withinMs = 10_000

export async function requirePostgres(url: string): Promise<void> {
  const { host, pathname } = new URL(url)
  const place = `PostgreSQL at ${host}${pathname} (DATABASE_URL)`
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  })
  client.on('error', () => undefined)
  let version: number
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int / 10000 as version",
    )
    version = rows[0]?.version ?? 0
  } catch (error) {
    throw new Error(`${place} cannot be used: ${reasonOf(error)}.`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
  if (version < 15 || version > 18)
    throw new Error(`${place} cannot be used: it is version ${version}; Rapport needs PostgreSQL 15 to 18.`)
}

export async function requireClickHouse(address: ClickHouseAddress): Promise<void> {
  const client = createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    request_timeout: withinMs,
    log: { level: ClickHouseLogLevel.OFF },
  })
  try {
    const answer = await client.ping({ select: true })
    if (!answer.success)
      throw new Error(
        `ClickHouse at ${new URL(address.url).host} (CLICKHOUSE_URL) cannot be used: ${reasonOf(answer.error)}.`,
        { cause: answer.error },
      )
  } finally {
    await client.close()
  }
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it does not answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ECONNRESET: 'it closed the connection',
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  const known = code === undefined ? undefined : reasons[code]
  return (
    known ?? (message || String(code ?? error)).split('\n')[0]?.replace(/\.\s*$/, '') ?? 'no reason given'
  )
}

// What Rapport runs on: PostgreSQL and ClickHouse, embedded in the data folder unless their addresses are given.
import { totalmem } from 'node:os'
import type { ClickHouseAddress } from '../clickhouse.ts'
import { type ClickHouseServer, startClickHouse } from './clickhouse-server.ts'
import {
  type DataFolder,
  FolderInUse,
  findRuntime,
  ownFolder,
  prepareFolder,
  type RuntimeAddresses,
  readSecrets,
} from './data-folder.ts'
import { requireClickHouse, requirePostgres } from './external.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { sleep } from './processes.ts'
import type { RuntimeLog, Supervised } from './supervise.ts'

export interface RuntimeConfig {
  data: string
  database_url?: string | undefined
  clickhouse_url?: string | undefined
  secret?: string | undefined
}

export interface ServiceHealth {
  name: string
  ok: boolean
  detail: string
  /** How often it had to be started again. */
  value: number
  unit: string
}

export interface Runtime {
  data_folder: string
  /** The application's database, with a login that may create roles. */
  admin_url: string
  clickhouse: ClickHouseAddress
  /** The installation's secret. */
  secret: string
  /** The embedded services; nothing where both are external. */
  status(): ServiceHealth[]
  stop(): Promise<void>
}

/** Starts what is not given by an address. When it throws, nothing is left running. */
export async function startRuntime(
  config: RuntimeConfig,
  log: RuntimeLog,
  role: 'server' | 'command' = 'server',
): Promise<Runtime> {
  const path = prepareFolder(config.data)
  await requireExternal(config)
  if (config.database_url && config.clickhouse_url) return runtimeOf(path, config, undefined)

  const folder = await ownFolder(path, role)
  const [postgres, clickhouse] = await Promise.allSettled([
    config.database_url ? undefined : startPostgres(postgresInput(folder), log),
    config.clickhouse_url
      ? undefined
      : startClickHouse({ data_folder: path, memory_bytes: memoryBytes() }, log),
  ])
  const running = {
    postgres: postgres.status === 'fulfilled' ? postgres.value : undefined,
    clickhouse: clickhouse.status === 'fulfilled' ? clickhouse.value : undefined,
  }
  const failed = [postgres, clickhouse].find(result => result.status === 'rejected')
  if (failed) {
    await stopAll(running, folder)
    throw failed.reason
  }
  const own = {
    admin_url: running.postgres?.admin_url ?? null,
    clickhouse: running.clickhouse?.address ?? null,
  }
  folder.announce(own)
  return {
    ...runtimeOf(path, config, own),
    status: () =>
      [
        health('embedded PostgreSQL', running.postgres),
        health('embedded ClickHouse', running.clickhouse),
      ].flat(),
    stop: () => stopAll(running, folder),
  }
}

async function requireExternal({ database_url, clickhouse_url }: RuntimeConfig): Promise<void> {
  if (database_url) await requirePostgres(database_url)
  if (clickhouse_url) await requireClickHouse(clickHouseAddress(clickhouse_url))
}

/** For a command: the databases of the running server, or our own for as long as the command takes. */
export async function attachRuntime(config: RuntimeConfig, log: RuntimeLog): Promise<Runtime> {
  const path = prepareFolder(config.data)
  const deadline = Date.now() + 60_000
  for (;;) {
    const running = findRuntime(path)
    if (running) return runtimeOf(path, config, running)
    try {
      return await startRuntime(config, log, 'command')
    } catch (error) {
      // The server is starting at this moment and has not announced its databases yet.
      if (!(error instanceof FolderInUse) || Date.now() > deadline) throw error
      await sleep(100)
    }
  }
}

/** What runs already, here or elsewhere, seen as a runtime: there is nothing to stop. */
function runtimeOf(path: string, config: RuntimeConfig, running: RuntimeAddresses | undefined): Runtime {
  return {
    data_folder: path,
    admin_url: running?.admin_url ?? config.database_url ?? '',
    clickhouse: running?.clickhouse ?? clickHouseAddress(config.clickhouse_url ?? ''),
    secret: config.secret ?? readSecrets(path).installation,
    status: () => [],
    stop: async () => undefined,
  }
}

function health(name: string, service: Supervised | undefined): ServiceHealth[] {
  if (!service) return []
  const { state, restarts, last_exit } = service.status()
  const detail = last_exit === null ? state : `${state}; last stopped: ${last_exit}`
  return [{ name, ok: state === 'running', detail, value: restarts, unit: 'restarts' }]
}

/** ClickHouse first: nothing that is acknowledged depends on it. The folder is free only when both are gone. */
async function stopAll(
  running: { postgres: PostgresServer | undefined; clickhouse: ClickHouseServer | undefined },
  folder: DataFolder,
): Promise<void> {
  await running.clickhouse?.stop()
  await running.postgres?.stop()
  folder.release()
}

function postgresInput(folder: DataFolder) {
  return { data_folder: folder.path, password: folder.secrets.postgres_password, memory_bytes: memoryBytes() }
}

/** Inside a container the container's share counts, not the machine's memory. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** http://user:password@host:8123/database as people write it; the client wants the parts. */
function clickHouseAddress(text: string): ClickHouseAddress {
  const url = new URL(text)
  return {
    url: url.origin,
    user: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || 'default',
  }
}

import type { FastifyInstance } from 'fastify'
import { areas, authenticate, migrationFolders } from './areas.ts'
import { type ClickHouse, connectClickHouse } from './core/clickhouse.ts'
import { systemClock } from './core/clock.ts'
import type { Config } from './core/config.ts'
import { freeJobs, type JobWorker, migrateJobs, startJobs } from './core/jobs.ts'
import { createLog, type Log } from './core/log.ts'
import { createMachine, type Machine } from './core/machine.ts'
import { createMetrics } from './core/metrics.ts'
import { migrateClickHouse, migratePostgres, readMigrations } from './core/migrate.ts'
import { connectPostgres } from './core/postgres.ts'
import { type Logins, loginsFor, prepareDatabase, rolePrefixOf } from './core/roles.ts'
import type { Runtime } from './core/runtime/runtime.ts'
import { secretsFrom } from './core/secrets.ts'
import { createServer } from './core/server.ts'

// Starting is a list of steps, each of which knows how to be undone; whatever fails, what was started is stopped in reverse order.

type Undo = () => unknown

export class Steps {
  readonly #undo: Undo[] = []
  add(undo: Undo): void {
    this.#undo.push(undo)
  }
  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0).toReversed()) await undo()
  }
}

export async function prepareMachine(
  config: Config,
  runtime: Runtime,
  log: Log,
  steps: Steps,
  address: () => string,
): Promise<Machine> {
  const secrets = secretsFrom(config.secret ?? runtime.secret)
  const adminUrl = runtime.admin_url
  const prefix = rolePrefixOf(adminUrl, config.role_prefix)
  const logins = await migrate(adminUrl, prefix, secrets, log)
  const postgres = connectPostgres({ ...logins, pool_size: config.pool_size, log })
  steps.add(() => postgres.close())
  await migrateJobs(postgres.systemPool, log)
  const clickhouse = connectClickHouse(runtime.clickhouse)
  steps.add(() => clickhouse.close())
  await prepareAnalytics(clickhouse, log)
  return createMachine({
    config,
    log,
    clock: systemClock,
    postgres,
    clickhouse,
    secrets,
    metrics: createMetrics(),
    publicUrl: address,
  })
}

async function migrate(
  adminUrl: string,
  prefix: string,
  secrets: Parameters<typeof prepareDatabase>[1],
  log: Log,
): Promise<Logins> {
  await prepareDatabase(adminUrl, secrets, prefix)
  const logins = loginsFor(adminUrl, secrets, prefix)
  await migratePostgres(logins.system_url, prefix, readMigrations(migrationFolders, 'postgres'), log)
  return logins
}

async function prepareAnalytics(clickhouse: ClickHouse, log: Log): Promise<void> {
  await migrateClickHouse(clickhouse, readMigrations(migrationFolders, 'clickhouse'), log)
}

export interface Running {
  address: string
  notes: string[]
}

/** Starts what the configured role does, on databases that are ready. */
export async function serve(
  config: Config,
  machine: Machine,
  steps: Steps,
  listening: (address: string) => void,
  web?: (app: FastifyInstance) => Promise<void>,
): Promise<Running> {
  const takesRequests = config.role === 'all' || config.role === 'web'
  const works = config.role === 'all' || config.role === 'worker'
  if (works) {
    if (config.database_url === undefined) await freeJobs(machine)
    const worker: JobWorker = await startJobs(machine, areas)
    steps.add(() => worker.stop())
  }
  for (const loop of areas.flatMap(area => area.loops ?? [])) {
    if (config.role !== 'all' && config.role !== loop.role) continue
    const running = await loop.start(machine)
    steps.add(() => running.stop())
  }
  const app = await createServer({
    machine,
    areas,
    authenticate,
    ...(takesRequests ? {} : { only: config.role === 'ingest' ? 'events' : 'health' }),
    ...(web && takesRequests ? { web } : {}),
  })
  steps.add(() => app.close())
  const address = await app.listen({ port: config.port, host: config.host })
  listening(address)
  const notes: string[] = []
  if (takesRequests) for (const area of areas) notes.push(...((await area.ready?.(machine)) ?? []))
  return { address, notes }
}

export const logFor = (config: Config): Log =>
  createLog({ level: config.log_level, format: config.log_format })

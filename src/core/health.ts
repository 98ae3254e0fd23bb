import type { FastifyInstance } from 'fastify'
import type { Area, HealthItem } from './area.ts'
import { jobHealth } from './jobs.ts'
import type { Machine } from './machine.ts'
import { demandMetricsAccess } from './metrics-access.ts'
import { type Migration, migrationHealth, readMigrations } from './migrate.ts'

const check = async (name: string, run: () => Promise<HealthItem | undefined>): Promise<HealthItem> => {
  try {
    return (await run()) ?? { name, ok: true }
  } catch {
    return { name, ok: false, detail: `${name} does not answer` }
  }
}

/** What stands between this process and its work. PostgreSQL decides readiness; the rest is said, and makes it degraded. */
async function inspect(
  machine: Machine,
  areas: Area[],
  migrations: Migration[],
): Promise<{ ready: boolean; items: HealthItem[] }> {
  const items = await Promise.all([
    check('postgres', async () => {
      await machine.postgres.ping()
      return undefined
    }),
    check('clickhouse', async () => ({
      name: 'clickhouse',
      ok: machine.clickhouse.ready(),
      ...(machine.clickhouse.ready()
        ? {}
        : { detail: 'analytics are not available at the moment; everything else works' }),
    })),
    check('migrations', () => migrationHealth(machine.postgres.systemPool, migrations)),
    check('jobs', () => jobHealth(machine)),
  ])
  for (const area of areas) {
    if (!area.health) continue
    try {
      items.push(...(await area.health(machine)))
    } catch {
      items.push({ name: area.name, ok: false, detail: `${area.name} does not answer` })
    }
  }
  // Without ClickHouse its copy falls behind as a matter of course; behind a ClickHouse that answers, something is wrong.
  const away = !machine.clickhouse.ready()
  // A newer version beside this one is how one changes over without a pause; a database that lacks something serves nobody.
  const newer = (item: HealthItem) => item.name === 'migrations' && item.value === 0
  // A flood of events is stored before it is folded: every page is served meanwhile, with people as they were known.
  const excused = (item: HealthItem) =>
    item.name === 'clickhouse' ||
    item.name === 'folding' ||
    newer(item) ||
    (away && item.name === 'projection')
  return { ready: items.every(item => item.ok || excused(item)), items }
}

export function healthRoutes(app: FastifyInstance, machine: Machine, areas: Area[]): void {
  const migrations = readMigrations(
    areas.flatMap(area => area.migrations ?? []),
    'postgres',
  )
  // Alive: the process answers. Whether it can do its work is /ready.
  app.get('/health', { config: { access: 'public' } }, async () => ({ status: 'alive' }))
  app.get('/ready', { config: { access: 'public' } }, async (_request, reply) => {
    const { ready, items } = await inspect(machine, areas, migrations)
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? (items.every(item => item.ok) ? 'ready' : 'degraded') : 'not ready', items })
  })
  app.get('/metrics', { config: { access: 'public' } }, async (request, reply) => {
    demandMetricsAccess(machine, request)
    await inspect(machine, areas, migrations)
    return reply.type(machine.metrics.registry.contentType).send(await machine.metrics.registry.metrics())
  })
}

import type { Command, HealthItem, Loop } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { ensureMonthsAhead } from './interaction-rows.ts'
import { type Leased, runLeased } from './lease.ts'
import { batchRows, projectionLag, readCursor, sendBatch } from './projection.ts'
import { applyErasures } from './projection-erasures.ts'
import { makeDictionary, reloadDictionary, sendOwners } from './projection-owners.ts'
import { adoptRows, findMismatch, rebuildProjection } from './projection-rebuild.ts'

const projectorLock = 7241010
const restMs = 400
const afterTroubleMs = 2000
const reloadEveryMs = 1500
const monthsEveryMs = 3_600_000

export const projectorLoop: Loop = {
  name: 'projector',
  role: 'worker',
  start: async machine => runLeased(machine, projectorLock, 'projector', leased => project(machine, leased)),
}

async function project(machine: Machine, leased: Leased): Promise<void> {
  const { client } = leased
  await ensureMonthsAhead(machine)
  let monthsAt = Date.now()
  let checked = false
  let stale = true
  let reloadAt = 0
  while (!leased.stopping()) {
    try {
      if (!checked) {
        await prepare(machine, leased)
        checked = true
      }
      const rows = await sendBatch(machine, client)
      await applyErasures(machine, client)
      if (await sendOwners(machine, client)) stale = true
      if (stale && Date.now() >= reloadAt) {
        const started = Date.now()
        await reloadDictionary(machine)
        stale = false
        // A large dictionary takes its time to load; it must not do nothing else.
        reloadAt = Date.now() + Math.max(reloadEveryMs, (Date.now() - started) * 5)
      }
      if (Date.now() - monthsAt > monthsEveryMs) {
        await ensureMonthsAhead(machine)
        monthsAt = Date.now()
      }
      // Many small parts cost ClickHouse more than few large ones: without a backlog it is left to gather.
      if (rows < batchRows / 2) await leased.pause(restMs)
    } catch (error) {
      // Without the lease we are not the projector any more; without ClickHouse we are, and wait for it.
      await client.query('select 1')
      machine.log.warn({ component: 'projector', error }, 'the projection is interrupted')
      checked = false
      await leased.pause(afterTroubleMs)
    }
  }
}

async function prepare(machine: Machine, { client }: Leased): Promise<void> {
  await makeDictionary(machine, 'create or replace dictionary')
  const cursor = await readCursor(client, 'interaction')
  if (cursor.pending_position !== null && cursor.cluster === cursor.cluster_now)
    await sendBatch(machine, client)
  const mismatch = await findMismatch(machine, client)
  if (mismatch) {
    machine.log.warn(
      { component: 'projector', reason: mismatch },
      'the copy is of another state: it is made anew',
    )
    if (mismatch === 'cluster' || mismatch === 'ahead') await adoptRows(client)
    await rebuildProjection(machine)
  }
  await client.query(`update rapport.projection set cluster = $1 where cluster is null`, [cursor.cluster_now])
}

export async function projectionHealth(machine: Machine): Promise<HealthItem> {
  const { seconds } = await projectionLag(machine)
  machine.metrics.gauge('projection_lag_seconds', seconds)
  const ok = seconds < 60
  return {
    name: 'projection',
    ok,
    value: Math.round(seconds * 10) / 10,
    unit: 's',
    ...(ok ? {} : { detail: 'analysis is more than a minute behind: is a worker running?' }),
  }
}

export const projectionCommands: Command[] = [
  {
    name: 'projection rebuild',
    usage: 'projection rebuild      makes the analytics copy anew while the system runs',
    async run(machine, _args, print) {
      const { rows, seconds } = await rebuildProjection(machine)
      print(
        `Copied ${rows} interactions in ${seconds.toFixed(1)} s (${Math.round(rows / Math.max(seconds, 0.001))}/s).`,
      )
      return 0
    },
  },
  {
    name: 'projection status',
    usage: 'projection status       how far the analytics copy is behind',
    async run(machine, _args, print) {
      const { seconds, watermark } = await projectionLag(machine)
      print(`As of ${watermark.toISOString()}, ${seconds.toFixed(1)} s behind.`)
      return 0
    },
  },
]

import type { PoolClient } from 'pg'
import type { HealthItem, Loop } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { foldNext } from './fold.ts'
import { ingestOf } from './ingest.ts'
import { type Leased, runLeased } from './lease.ts'

const foldLock = 7241013
const restMs = 150
const afterTroubleMs = 1000
const rememberEveryMs = 10_000

export const foldLoop: Loop = {
  name: 'fold',
  role: 'worker',
  start: async machine => runLeased(machine, foldLock, 'fold', leased => foldOn(machine, leased)),
}

async function foldOn(machine: Machine, leased: Leased): Promise<void> {
  const { client } = leased
  // Each workspace's own cursor decides what is folded; this one only spares looking at what all have passed.
  let low = await lowest(client)
  let rememberedAt = Date.now()
  while (!leased.stopping()) {
    try {
      const horizon = await currentHorizon(client)
      // Beyond the horizon is a place of the cluster that this database was restored from: it says nothing here.
      if (BigInt(low) > BigInt(horizon)) low = '0'
      const folded = await foldAllWorkspaces(machine, leased, low, horizon)
      if (leased.stopping()) return
      low = horizon
      if (Date.now() - rememberedAt > rememberEveryMs) {
        await client.query(
          `update rapport.projection set position = $1::xid8, updated_at = now() where name = 'fold' and position < $1::xid8`,
          [low],
        )
        rememberedAt = Date.now()
      }
      if (!folded) await leased.pause(restMs)
    } catch (error) {
      await client.query('select 1')
      machine.log.warn({ component: 'fold', error }, 'folding is interrupted')
      await leased.pause(afterTroubleMs)
    }
  }
}

async function foldAllWorkspaces(
  machine: Machine,
  leased: Leased,
  low: string,
  horizon: string,
): Promise<number> {
  const { rows } = await leased.client.query<{ workspace_id: string }>(
    'select distinct workspace_id from rapport.interaction where folds and xid >= $1::xid8 and xid < $2::xid8',
    [low, horizon],
  )
  let folded = 0
  let waiting = rows.map(row => row.workspace_id)
  // One step each in turn, so that a workspace with a backlog does not keep the others waiting, nor the end of the process.
  while (waiting.length) {
    const again: string[] = []
    for (const workspace of waiting) {
      if (leased.stopping()) return folded
      const started = performance.now()
      const count = await foldNext(machine, workspace, horizon)
      // A sender waits for its answer, nobody for this: while events are being stored, half of the time is theirs.
      if (ingestOf(machine).waiting()) await leased.pause(performance.now() - started)
      folded += count
      if (count) again.push(workspace)
    }
    waiting = again
  }
  return folded
}

async function lowest(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ position: string }>(
    `select position from rapport.projection where name = 'fold'`,
  )
  return rows[0]?.position ?? '0'
}

async function currentHorizon(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ horizon: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
  )
  return rows[0]?.horizon ?? '0'
}

/** How long the oldest event has waited that people and companies have not learnt from yet. */
export async function foldHealth(machine: Machine): Promise<HealthItem> {
  const { rows } = await machine.postgres.systemPool.query<{ seconds: number }>(
    `select coalesce((
       select greatest(extract(epoch from now() - i.received_at), 0)
       from rapport.interaction i left join rapport.fold_cursor c on c.workspace_id = i.workspace_id
       where i.folds and i.xid >= (select position from rapport.projection where name = 'fold')
         and i.xid >= coalesce(c.position, '0'::xid8)
       order by i.xid limit 1), 0)::float8 as seconds`,
  )
  const seconds = rows[0]?.seconds ?? 0
  machine.metrics.gauge('fold_lag_seconds', seconds)
  const ok = seconds < 300
  return {
    name: 'folding',
    ok,
    value: Math.round(seconds * 10) / 10,
    unit: 's',
    ...(ok ? {} : { detail: 'people show what events said minutes ago: more arrive than are read' }),
  }
}

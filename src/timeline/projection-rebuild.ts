import type { PoolClient } from 'pg'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { readCursor, rebuildLock, sendBatch, sendingLock } from './projection.ts'
import { copyOut, interactionColumns, interactionsOf, type Range } from './projection-copy.ts'
import { erasurePosition, repeatErasures } from './projection-erasures.ts'
import { makeDictionary, reloadDictionary, resendOwners } from './projection-owners.ts'
import { says } from './says.ts'

// The copy is made anew beside the one in use, while that one goes on being fed, and takes its place in one step.

const pieceBytes = 24 * 1024 * 1024

export interface Rebuilt {
  rows: number
  seconds: number
}

export async function rebuildProjection(machine: Machine): Promise<Rebuilt> {
  return machine.systemConnection(async client => {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      rebuildLock,
    ])
    if (!rows[0]?.locked) throw fail('conflict', { code: 'rebuild_running', detail: says.rebuild_running() })
    try {
      const started = performance.now()
      const count = await rebuild(machine, client)
      return { rows: count, seconds: (performance.now() - started) / 1000 }
    } finally {
      // The server notices a moment later that this connection is closed; who asks right away must not be refused.
      await client.query('select pg_advisory_unlock($1)', [rebuildLock]).catch(() => undefined)
    }
  })
}

async function rebuild(machine: Machine, client: PoolClient): Promise<number> {
  const { clickhouse } = machine
  const start = await readCursor(client, 'interaction')
  const erased = await erasurePosition(client)
  const epoch = start.epoch + 1
  await clickhouse.command('drop table if exists interaction_next')
  await clickhouse.command('create table interaction_next as interaction')
  let copied = await copyRange(machine, client, { from: '0', to: start.horizon }, epoch)
  // From here the projector waits: what it has sent meanwhile is few, and follows into the new copy.
  await client.query('select pg_advisory_lock($1)', [sendingLock])
  try {
    while ((await readCursor(client, 'interaction')).pending_position !== null)
      await sendBatch(machine, client)
    const end = await readCursor(client, 'interaction')
    const reached = BigInt(end.position) > BigInt(start.horizon) ? end.position : start.horizon
    copied += await copyRange(machine, client, { from: start.horizon, to: reached }, epoch)
    const [held] = await clickhouse.query<{ rows: number }>({
      sql: 'select count() as rows from interaction_next',
    })
    if (held?.rows !== copied)
      throw new Error(`the new copy holds ${held?.rows} rows where ${copied} were sent`)
    await clickhouse.command('exchange tables interaction and interaction_next')
    await client.query(
      `update rapport.projection set epoch = $1, cluster = $2, position = $3::xid8, batch = 0, pending_position = null,
         sent_rows = $4, rebuilt_at = now(), updated_at = now() where name = 'interaction'`,
      [epoch, end.cluster_now, reached, copied],
    )
    await repeatErasures(client, erased)
    await resendOwners(machine, client)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [sendingLock])
  }
  await clickhouse.command('drop table interaction_next')
  // The projector, if there is one, made it and may be loading it at this moment: then it is left alone.
  await makeDictionary(machine, 'create dictionary if not exists')
  await reloadDictionary(machine)
  return copied
}

/** Two pieces are on their way at a time: one is read while the other is written. */
async function copyRange(machine: Machine, client: PoolClient, range: Range, epoch: number): Promise<number> {
  let last: Promise<void> = Promise.resolve()
  const rows = await copyOut(
    client,
    interactionsOf(range, { epoch, batch: 0 }, false),
    pieceBytes,
    async lines => {
      await last
      last = machine.clickhouse.insertLines({ table: 'interaction_next', columns: interactionColumns, lines })
      last.catch(() => undefined)
    },
  )
  await last
  return rows
}

export type Mismatch = 'cluster' | 'ahead' | 'rows' | undefined

/** Whether the copy is one of this very database. A restored database, or a lost copy, shows here. */
export async function findMismatch(machine: Machine, client: PoolClient): Promise<Mismatch> {
  const cursor = await readCursor(client, 'interaction')
  if (cursor.cluster !== null && cursor.cluster !== cursor.cluster_now) return 'cluster'
  if (BigInt(cursor.position) > BigInt(cursor.horizon)) return 'ahead'
  const [held] = await machine.clickhouse.query<{ rows: number; newest: number; sent: number }>({
    sql: `select count() as rows, max(epoch) as newest, maxIf(batch, epoch = {epoch:UInt32}) as sent from interaction`,
    params: { epoch: cursor.epoch },
  })
  if (!held) return 'rows'
  if (held.newest > cursor.epoch || held.sent > cursor.batch) return 'ahead'
  return held.rows === cursor.sent_rows ? undefined : 'rows'
}

/** Transactions of a database that was restored elsewhere have numbers of another count: they are given old ones, in order. */
export async function adoptRows(client: PoolClient): Promise<void> {
  await client.query('begin')
  try {
    await client.query(
      `update rapport.interaction i set xid = case
         when i.folds and i.xid >= coalesce((select c.position from rapport.fold_cursor c where c.workspace_id = i.workspace_id), '0')
         then pg_current_xact_id() else '3'::xid8 end
       where i.xid >= pg_current_xact_id()`,
    )
    await client.query(`update rapport.fold_cursor set position = '4' where position > pg_current_xact_id()`)
    await client.query(`update rapport.projection set position = '0', pending_position = null`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

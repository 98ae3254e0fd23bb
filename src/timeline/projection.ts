import type { PoolClient } from 'pg'
import type { Machine } from '../core/machine.ts'
import { copyOut, interactionColumns, interactionsOf, type Range } from './projection-copy.ts'

// The cursor is (epoch, xid8) below the snapshot's xmin: everything written by an earlier transaction is visible now or
// never. The end of a batch is committed before the batch is sent, so a resend is the same batch with the same token,
// and ClickHouse stores it once.

export interface Cursor {
  epoch: number
  cluster: string | null
  position: string
  batch: number
  pending_position: string | null
  sent_rows: number
  /** Below it every transaction has ended. */
  horizon: string
  cluster_now: string
}

/** As many rows go at a time, or a few less: a transaction is never split. */
export const batchRows = 20_000
const anyBytes = Number.MAX_SAFE_INTEGER

/** Whoever sends a batch, or exchanges the table beneath it, holds this for as long as it takes. */
export const sendingLock = 7241011
/** Whoever makes a new copy holds this. */
export const rebuildLock = 7241012

export async function readCursor(client: PoolClient, name: string): Promise<Cursor> {
  const { rows } = await client.query<Cursor>(
    `select epoch, cluster, position, batch, pending_position, sent_rows,
       pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
       (select system_identifier::text from pg_control_system()) || ':' || (select timeline_id from pg_control_checkpoint()) as cluster_now
     from rapport.projection where name = $1`,
    [name],
  )
  const cursor = rows[0]
  if (!cursor) throw new Error(`no projection is named ${name}`)
  return cursor
}

/** Sends the next batch of interactions, or the one that a crash left under way. Returns the number of rows. */
export async function sendBatch(machine: Machine, client: PoolClient): Promise<number> {
  await client.query('select pg_advisory_lock($1)', [sendingLock])
  try {
    const cursor = await readCursor(client, 'interaction')
    const to = cursor.pending_position ?? (await planBatch(client, cursor))
    if (to === undefined) return 0
    const batch = cursor.batch + 1
    const lines: Buffer[] = []
    const range: Range = { from: cursor.position, to }
    const rows = await copyOut(
      client,
      interactionsOf(range, { epoch: cursor.epoch, batch }, true),
      anyBytes,
      async piece => void lines.push(piece),
    )
    await machine.clickhouse.insertLines({
      table: 'interaction',
      columns: interactionColumns,
      lines: Buffer.concat(lines),
      token: `interaction-${cursor.epoch}-${batch}`,
    })
    await client.query(
      `update rapport.projection set position = $2::xid8, batch = $3, pending_position = null, sent_rows = sent_rows + $4, updated_at = now()
       where name = 'interaction' and epoch = $1 and batch = $3 - 1`,
      [cursor.epoch, to, batch, rows],
    )
    machine.metrics.count('projected_rows', rows)
    return rows
  } finally {
    await client.query('select pg_advisory_unlock($1)', [sendingLock])
  }
}

/** The end of the next batch, committed; undefined when there is nothing to send. */
async function planBatch(client: PoolClient, cursor: Cursor): Promise<string | undefined> {
  const range = [cursor.position, cursor.horizon]
  const first = await client.query(
    'select 1 from rapport.interaction where xid >= $1::xid8 and xid < $2::xid8 limit 1',
    range,
  )
  if (!first.rows.length) return undefined
  // A transaction is never split: the batch ends before the one that holds the row beyond its size, unless it is the first.
  const { rows } = await client.query<{ xid: string }>(
    'select xid from rapport.interaction where xid >= $1::xid8 and xid < $2::xid8 order by xid offset $3 limit 1',
    [...range, batchRows],
  )
  const end = rows[0]?.xid
  const to =
    end === undefined ? cursor.horizon : end === cursor.position ? await following(client, range) : end
  const { rowCount } = await client.query(
    `update rapport.projection set pending_position = $2::xid8
     where name = 'interaction' and epoch = $1 and batch = $3 and pending_position is null`,
    [cursor.epoch, to, cursor.batch],
  )
  if (!rowCount) throw new Error('another projector is at work')
  return to
}

async function following(client: PoolClient, range: string[]): Promise<string> {
  const { rows } = await client.query<{ xid: string | null }>(
    'select min(xid::text::numeric)::text as xid from (select xid from rapport.interaction where xid > $1::xid8 and xid < $2::xid8 order by xid limit 1) next',
    range,
  )
  return rows[0]?.xid ?? range[1] ?? '0'
}

export interface Lag {
  /** What analysis knows is complete up to here. */
  watermark: Date
  seconds: number
}

/** How far behind the copy is: by the arrival of the oldest interaction that has not been carried over. */
export async function projectionLag(machine: Machine): Promise<Lag> {
  const { rows } = await machine.postgres.systemPool.query<{ now: Date; oldest: Date | null }>(
    `select now() as now, (
       select i.received_at from rapport.interaction i
       where i.xid >= (select position from rapport.projection where name = 'interaction') order by i.xid limit 1) as oldest`,
  )
  const now = rows[0]?.now ?? new Date()
  const watermark = rows[0]?.oldest && rows[0].oldest < now ? rows[0].oldest : now
  return { watermark, seconds: (now.getTime() - watermark.getTime()) / 1000 }
}

import type { PoolClient } from 'pg'
import type { Machine } from '../core/machine.ts'
import { readCursor, rebuildLock, sendingLock } from './projection.ts'

// Rows that were taken out of the log leave the copy by their ids, in a pass of its own: no batch is under way meanwhile, and
// batches sent later are read from a log that has not got them. Taking the same rows out again does no harm.

/** Erasures in one pass; each names as many interactions as one chunk of an import brought. */
const passErasures = 100

interface Erasure {
  ids: string[]
  first_at: Date
  last_at: Date
  xid: string
}

/** Takes the next erased interactions out of the copy; true when there were any. */
export async function applyErasures(machine: Machine, client: PoolClient): Promise<boolean> {
  const cursor = await readCursor(client, 'erasure')
  const { rows } = await client.query<Erasure>(
    `select ids, first_at, last_at, xid::text as xid from rapport.interaction_erasure
     where xid >= $1::xid8 and xid < $2::xid8 order by xid limit $3`,
    [cursor.position, cursor.horizon, passErasures],
  )
  const last = rows.at(-1)
  if (!last) return false
  let next = cursor.position
  await client.query('select pg_advisory_lock($1)', [sendingLock])
  try {
    await takeOut(machine, rows)
    // What the copy holds is counted anew: of a batch that broke off, nobody knows how many of these it had brought.
    const [held] = await machine.clickhouse.query<{ rows: number }>({
      sql: 'select count() as rows from interaction',
    })
    await client.query(
      `update rapport.projection set sent_rows = $1, updated_at = now() where name = 'interaction'`,
      [held?.rows ?? 0],
    )
    // The last transaction may have more than fitted: a full pass begins again at it.
    next = rows.length < passErasures ? cursor.horizon : nextPosition(cursor.position, last.xid)
    await client.query(
      `update rapport.projection set position = $1::xid8, updated_at = now() where name = 'erasure'`,
      [next],
    )
  } finally {
    await client.query('select pg_advisory_unlock($1)', [sendingLock])
  }
  await forget(client, next)
  return true
}

/** What is done with is forgotten, unless a new copy is being made, from which it has to be taken out as well. */
async function forget(client: PoolClient, before: string): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    rebuildLock,
  ])
  if (!rows[0]?.locked) return
  try {
    await client.query('delete from rapport.interaction_erasure where xid < $1::xid8', [before])
  } finally {
    await client.query('select pg_advisory_unlock($1)', [rebuildLock])
  }
}

const nextPosition = (before: string, xid: string) => (xid === before ? String(BigInt(xid) + 1n) : xid)

async function takeOut(machine: Machine, erasures: Erasure[]): Promise<void> {
  const { clickhouse } = machine
  await clickhouse.command('truncate table interaction_erased')
  await clickhouse.insertLines({
    table: 'interaction_erased',
    columns: ['id'],
    lines: Buffer.from(
      erasures
        .flatMap(one => one.ids)
        .join('\n')
        .concat('\n'),
    ),
  })
  const times = erasures.flatMap(one => [one.first_at.getTime(), one.last_at.getTime()])
  await clickhouse.command(
    `delete from interaction where occurred_at >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
       and occurred_at <= fromUnixTimestamp64Milli({last:Int64}, 'UTC') and id in (select id from interaction_erased)`,
    { first: Math.min(...times), last: Math.max(...times) },
  )
  await clickhouse.command('truncate table interaction_erased')
}

/** Where erasures stood; a new copy begins with rows that may have been erased while it was made. */
export const erasurePosition = async (client: PoolClient): Promise<string> =>
  (await readCursor(client, 'erasure')).position

/** Has erasures taken out once more from there on. */
export async function repeatErasures(client: PoolClient, position: string): Promise<void> {
  await client.query(
    `update rapport.projection set position = $1::xid8, updated_at = now() where name = 'erasure' and position > $1::xid8`,
    [position],
  )
}

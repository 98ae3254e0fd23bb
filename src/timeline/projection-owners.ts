import type { PoolClient } from 'pg'
import type { Machine } from '../core/machine.ts'
import { readCursor } from './projection.ts'
import { copyOut, ownerColumns, ownersOf } from './projection-copy.ts'

// Interactions name identifiers, never people. Whose an identifier was at a time is asked of a dictionary, so merging
// and un-merging change no row of the copy.

const anyBytes = 32 * 1024 * 1024
const versionsPerEpoch = 1_000_000_000

/** Carries new and changed assignments over; true when there were any. Sending one again does no harm: the newest version counts. */
export async function sendOwners(machine: Machine, client: PoolClient): Promise<boolean> {
  const cursor = await readCursor(client, 'owner')
  const batch = cursor.batch + 1
  const range = { from: cursor.position, to: cursor.horizon }
  const first = await client.query(
    'select 1 from rapport.identifier_person where xid >= $1::xid8 and xid < $2::xid8 limit 1',
    [range.from, range.to],
  )
  if (!first.rows.length) return false
  const version = cursor.epoch * versionsPerEpoch + batch
  await copyOut(client, ownersOf(range, version), anyBytes, lines =>
    machine.clickhouse.insertLines({ table: 'ownership', columns: ownerColumns, lines }),
  )
  await client.query(
    `update rapport.projection set position = $1::xid8, batch = $2, updated_at = now() where name = 'owner' and batch = $2 - 1`,
    [range.to, batch],
  )
  return true
}

/** All assignments anew: after a restore the copy may know some that never were. */
export async function resendOwners(machine: Machine, client: PoolClient): Promise<void> {
  const cursor = await readCursor(client, 'owner')
  const epoch = cursor.epoch + 1
  await machine.clickhouse.command('drop table if exists ownership_next')
  await machine.clickhouse.command('create table ownership_next as ownership')
  await copyOut(client, ownersOf(undefined, epoch * versionsPerEpoch), anyBytes, lines =>
    machine.clickhouse.insertLines({ table: 'ownership_next', columns: ownerColumns, lines }),
  )
  await machine.clickhouse.command('exchange tables ownership and ownership_next')
  await machine.clickhouse.command('drop table ownership_next')
  await client.query(
    `update rapport.projection set epoch = $1, position = $2::xid8, batch = 0, cluster = $3, updated_at = now() where name = 'owner'`,
    [epoch, cursor.horizon, cursor.cluster_now],
  )
}

/** ClickHouse reads its own table to fill the dictionary, and a server with a password asks for it there too. */
export async function makeDictionary(
  machine: Machine,
  how: 'create or replace dictionary' | 'create dictionary if not exists',
): Promise<void> {
  const url = machine.config.clickhouse_url ? new URL(machine.config.clickhouse_url) : undefined
  const login =
    url?.username && url.password
      ? `user ${quoted(decodeURIComponent(url.username))} password ${quoted(decodeURIComponent(url.password))}`
      : ''
  const [row] = await machine.clickhouse.query<{ name: string }>({ sql: 'select currentDatabase() as name' })
  const query = `select identifier_id, valid_from, valid_to, root_id from ${row?.name ?? 'default'}.ownership final where retracted = 0`
  await machine.clickhouse.command(
    `${how} identifier_owner (identifier_id UInt64, valid_from Int64, valid_to Int64, root_id UUID)
     primary key identifier_id source(clickhouse(${login} query ${quoted(query)}))
     lifetime(0) layout(range_hashed()) range(min valid_from max valid_to)`,
  )
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export async function reloadDictionary(machine: Machine): Promise<void> {
  await machine.clickhouse.command('system reload dictionary identifier_owner')
}

import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { RunningLoop } from '../core/area.ts'
import { people } from '../customers/customers.contract.ts'
import { startTestApp, type TestApp, testClock } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { foldLoop } from './fold.loop.ts'
import { projectorLoop } from './projection.loop.ts'

// A backup of PostgreSQL is brought back beside a copy that has gone on since, or the other way round. The worker finds out when
// it starts, and mends it by itself. Long transactions of other tests on the same server hold both loops back: hence the patience.

vi.setConfig({ testTimeout: 180_000 })

let app: TestApp
let admin: Client
let home: TestWorkspace
let running: RunningLoop[] = []
beforeAll(async () => {
  app = await startTestApp({ clock: testClock('2026-03-02T09:00:00.000Z') })
  admin = new Client({ connectionString: app.admin_url })
  await admin.connect()
  home = await makeWorkspace(app)
})
afterEach(() => stop())
afterAll(async () => {
  await admin.end()
  await app.close()
})

const start = async () => {
  running = [await foldLoop.start(app.machine), await projectorLoop.start(app.machine)]
}
async function stop(): Promise<void> {
  for (const loop of running.splice(0)) await loop.stop()
}

let sent = 0
/** Purchases of customers who each come but once. */
async function send(count: number): Promise<void> {
  const reply = await app.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization: `Basic ${btoa(`${home.write_key}:`)}` },
    payload: {
      batch: Array.from({ length: count }, () => ({
        type: 'identify',
        userId: `customer-${++sent}`,
        traits: { name: `Customer ${sent}` },
        messageId: `m-${sent}`,
      })),
    },
  })
  expect(reply.statusCode).toBe(200)
}

const stored = async () =>
  (await admin.query<{ id: string }>('select id from rapport.interaction order by id')).rows.map(
    row => row.id,
  )
const copied = async () =>
  (
    await app.machine.clickhouse.query<{ id: string }>({
      sql: 'select toString(id) as id from interaction order by id',
    })
  ).map(row => row.id)
/** By the identifiers' owners as the copy knows them: whose each interaction is. */
const peopleCopied = async () => {
  const [row] = await app.machine.clickhouse.query<{ n: number }>({
    sql: `select uniqExact(dictGet(identifier_owner, 'root_id', identifier_id, toUnixTimestamp64Milli(occurred_at))) as n from interaction
          where dictGet(identifier_owner, 'root_id', identifier_id, toUnixTimestamp64Milli(occurred_at)) <> toUUID('00000000-0000-0000-0000-000000000000')`,
  })
  return row?.n
}
const peopleKnown = async () => {
  const names: string[] = []
  let after: string | undefined
  do {
    const query = { limit: 200, ...(after === undefined ? {} : { after }) }
    const page: { items: { name?: unknown }[]; next: string | null } = await app.call(people.list, {
      key: home.keys.admin,
      query,
    })
    names.push(...page.items.map(item => String(item.name)))
    after = page.next ?? undefined
  } while (after !== undefined)
  return names.toSorted()
}

/** Everything that PostgreSQL has is in the copy, once, whose it is, and nothing else. */
async function sameInBoth(): Promise<void> {
  const ids = await stored()
  await expect.poll(copied, { timeout: 60_000, interval: 200 }).toEqual(ids)
  await expect
    .poll(async () => (await peopleKnown()).length, { timeout: 60_000, interval: 200 })
    .toBe(ids.length)
  await expect.poll(peopleCopied, { timeout: 60_000, interval: 200 }).toBe(ids.length)
}

/** Every table as it is now, to be brought back later. */
async function backUp(): Promise<void> {
  await admin.query('drop schema if exists backup cascade; create schema backup')
  for (const table of await everyTable())
    await admin.query(`create table backup.${table} as table rapport.${table}`)
}

async function everyTable(): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
     where relnamespace = 'rapport'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  )
  return rows.map(row => row.name)
}

/** As pg_restore does it: rows alone, no triggers. The numbers of transactions are those of the cluster they come from. */
async function restore({ shift = 0, cluster }: { shift?: number; cluster?: string } = {}): Promise<void> {
  await admin.query('begin')
  await admin.query(`set local session_replication_role = replica`)
  for (const table of await everyTable()) {
    const { rows: columns } = await admin.query<{ name: string; type: string }>(
      `select quote_ident(attname) as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = ('rapport.' || $1)::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [table],
    )
    const into = columns.map(column => column.name).join()
    const from = columns.map(({ name, type }) =>
      type === 'xid8'
        ? `(${name}::text::bigint + case when ${name} > '3'::xid8 then ${shift} else 0 end)::text::xid8`
        : name,
    )
    await admin.query(`delete from rapport.${table}`)
    await admin.query(
      `insert into rapport.${table} (${into}) overriding system value select ${from.join()} from backup.${table}`,
    )
  }
  if (cluster !== undefined)
    await admin.query('update rapport.projection set cluster = $1 where cluster is not null', [cluster])
  await admin.query('commit')
}

const epoch = async () =>
  (await admin.query<{ epoch: number }>(`select epoch from rapport.projection where name = 'interaction'`))
    .rows[0]?.epoch ?? 0

/** A backup is made, with 15 that are stored and neither folded nor copied; then 40 more come. */
async function goOnAfterBackup(): Promise<void> {
  await sameInBoth()
  await stop()
  await send(15)
  await backUp()
  await start()
  await send(40)
  await sameInBoth()
  await stop()
}

test('an older PostgreSQL of the same server beside a newer copy: what PostgreSQL does not know leaves the copy', async () => {
  await start()
  await send(60)
  await goOnAfterBackup()
  expect((await copied()).length).toBe(115)
  await restore()
  expect((await stored()).length).toBe(75)
  const before = await epoch()
  await start()
  await sameInBoth()
  expect(await epoch()).toBeGreaterThan(before)
  await send(10)
  await sameInBoth()
})

test.each([
  ['higher', 1_000_000_000],
  ['lower', -1],
])('of another server, whose transactions have %s numbers', async (_name, shift) => {
  await start()
  await goOnAfterBackup()
  const known = (await stored()).length - 40
  await restore({ shift, cluster: 'another server:7' })
  expect((await stored()).length).toBe(known)
  await start()
  await sameInBoth()
  await send(10)
  await sameInBoth()
  expect((await stored()).length).toBe(known + 10)
})

test('an older copy beside a newer PostgreSQL, and one that is gone', async () => {
  await start()
  await sameInBoth()
  await app.machine.clickhouse.command('create table older as interaction')
  await app.machine.clickhouse.command('insert into older select * from interaction')
  await send(30)
  await sameInBoth()
  await stop()
  await app.machine.clickhouse.command('exchange tables interaction and older')
  await app.machine.clickhouse.command('drop table older')
  await start()
  await sameInBoth()
  await stop()
  for (const table of ['interaction', 'ownership'])
    await app.machine.clickhouse.command(`truncate table ${table}`)
  await start()
  await sameInBoth()
})

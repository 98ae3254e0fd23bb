import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setReach, updateWorkspace } from '../identity/workspaces.contract.ts'
import { startTestApp, type TestApp, testClock } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { activity } from './activity.contract.ts'
import { foldNext } from './fold.ts'
import { projectionLag, readCursor, sendBatch } from './projection.ts'
import { copyOut, interactionsOf } from './projection-copy.ts'
import { makeDictionary, reloadDictionary, sendOwners } from './projection-owners.ts'
import { findMismatch, rebuildProjection } from './projection-rebuild.ts'
import { recordInteractions as recordAll } from './record.ts'
import { recordInteractions } from './timeline.contract.ts'

let app: TestApp
let home: TestWorkspace
const clock = testClock('2026-03-02T09:00:00.000Z')

beforeAll(async () => {
  app = await startTestApp({ clock })
  home = await makeWorkspace(app)
  await makeDictionary(app.machine, 'create or replace dictionary')
})
afterAll(() => app.close())

let sent = 0
const send = async (count: number, more: (index: number) => object = () => ({})) => {
  const reply = await app.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization: `Basic ${Buffer.from(`${home.write_key}:`).toString('base64')}` },
    payload: {
      batch: Array.from({ length: count }, (_, index) => ({
        type: 'track',
        event: 'Clicked',
        anonymousId: 'somebody',
        messageId: `m${sent++}`,
        ...more(index),
      })),
    },
  })
  expect(reply.statusCode).toBe(200)
}
// Transactions of other databases of the cluster hold the horizon back too: everything is there when nothing is left.
const left = async (table: string, name: string) => {
  const { rows } = await app.machine.postgres.systemPool.query(
    `select 1 from rapport.${table} where xid >= (select position from rapport.projection where name = $1) limit 1`,
    [name],
  )
  return rows.length > 0
}
const project = () =>
  app.machine.systemConnection(async client => {
    while (await left('interaction', 'interaction')) await sendBatch(app.machine, client)
    while (await left('identifier_person', 'owner')) await sendOwners(app.machine, client)
    await reloadDictionary(app.machine)
  })
const inClickHouse = async () => {
  const [row] = await app.machine.clickhouse.query<{ rows: number; ids: number }>({
    sql: 'select count() as rows, uniqExact(id) as ids from interaction',
  })
  return row
}
const everythingOnce = async () => {
  const { rows } = await app.machine.postgres.systemPool.query<{ n: number }>(
    'select count(*)::int as n from rapport.interaction',
  )
  expect(await inClickHouse()).toEqual({ rows: rows[0]?.n, ids: rows[0]?.n })
}
const cursor = () => app.machine.systemConnection(client => readCursor(client, 'interaction'))
const fold = async () => {
  const unfolded = async () => {
    const { rows } = await app.machine.postgres.systemPool.query(
      `select 1 from rapport.interaction i where folds and xid >= coalesce(
         (select position from rapport.fold_cursor c where c.workspace_id = i.workspace_id), '0') limit 1`,
    )
    return rows.length > 0
  }
  while (await unfolded()) await foldNext(app.machine, home.id, (await cursor()).horizon)
}
const days = async (people = false) => {
  const answer = await app.call(activity, {
    key: home.keys.viewer,
    query: { from: '2026-01-01', to: '2026-03-02', ...(people ? { people: 'true' } : {}) },
  })
  return answer.days
}

describe('the projection', () => {
  it('carries committed interactions over and says how far it has come', async () => {
    await send(120)
    expect((await projectionLag(app.machine)).watermark).toEqual(clock.now())
    await project()
    await everythingOnce()
    expect((await projectionLag(app.machine)).seconds).toBe(0)
    expect(await days()).toEqual([{ day: '2026-03-02', channel: 'api', interactions: 120 }])
  })

  it('sends the same batch again after a crash, and nobody sees it twice', async () => {
    await send(50)
    const before = await cursor()
    const { clickhouse } = app.machine
    const insertLines = clickhouse.insertLines.bind(clickhouse)
    // The batch arrives, and the process dies before it can note that.
    Object.assign(clickhouse, {
      insertLines: async (input: Parameters<typeof insertLines>[0]) => {
        await insertLines(input)
        throw new Error('killed')
      },
    })
    await expect(project()).rejects.toThrow('killed')
    Object.assign(clickhouse, { insertLines })
    expect(await cursor()).toMatchObject({ position: before.position, batch: before.batch })
    expect((await cursor()).pending_position).not.toBeNull()
    await send(30)
    await project()
    await everythingOnce()
    expect((await cursor()).batch).toBe(before.batch + 2)
  })

  it('waits for what was begun before others and is committed after them', async () => {
    await app.machine.workspaceTransaction(
      { workspace_id: home.id, actor: { kind: 'system', id: 'test' } },
      async ctx => {
        await recordAll(ctx, [
          { identifiers: [{ type: 'user_id', value: 'slow' }], channel: 'web', kind: 'event' },
        ])
        await send(2)
        await app.machine.systemConnection(client => sendBatch(app.machine, client))
      },
    )
    await project()
    await everythingOnce()
  })

  it('reads a transaction in one batch or the next, never in both', async () => {
    await send(3)
    await send(3)
    const { rows } = await app.machine.postgres.systemPool.query<{ xid: string; n: number }>(
      'select xid::text, count(*)::int as n from rapport.interaction group by xid order by xid',
    )
    const [first, last] = [rows[0]?.xid ?? '', rows.at(-1)?.xid ?? '']
    const count = (from: string, to: string) =>
      app.machine.systemConnection(client =>
        copyOut(
          client,
          interactionsOf({ from, to }, { epoch: 1, batch: 1 }, true),
          1e6,
          async () => undefined,
        ),
      )
    const beyond = String(BigInt(last) + 1n)
    expect(await count(last, beyond)).toBe(rows.at(-1)?.n)
    expect((await count(first, last)) + (await count(last, beyond))).toBe(await count(first, beyond))
    await project()
  })

  it('notices a copy that lost rows and one that is ahead of a restored database', async () => {
    const check = () => app.machine.systemConnection(client => findMismatch(app.machine, client))
    expect(await check()).toBeUndefined()
    await app.machine.clickhouse.command('truncate table interaction')
    expect(await check()).toBe('rows')
    await rebuildProjection(app.machine)
    await everythingOnce()
    expect(await check()).toBeUndefined()
    await send(5)
    await project()
    await app.machine.system((_db, client) =>
      client.query(`update rapport.projection set batch = batch - 1 where name = 'interaction'`),
    )
    expect(await check()).toBe('ahead')
    await rebuildProjection(app.machine)
    expect(await check()).toBeUndefined()
  })

  it('is made anew while events come in, and loses none', async () => {
    await send(400)
    const state = { ingesting: true }
    const traffic = (async () => {
      while (state.ingesting) {
        await send(20)
        await project()
      }
    })()
    await Promise.resolve()
    const before = await cursor()
    await rebuildProjection(app.machine)
    await rebuildProjection(app.machine)
    state.ingesting = false
    await traffic
    await project()
    await everythingOnce()
    expect((await cursor()).epoch).toBe(before.epoch + 2)
  })

  it('refuses a second rebuild at the same time', async () => {
    const results = await Promise.allSettled([rebuildProjection(app.machine), rebuildProjection(app.machine)])
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    await everythingOnce()
  })

  it('holds nothing personal', async () => {
    await send(1, () => ({
      userId: 'canary-user',
      properties: { note: 'canary-note' },
      context: { ip: 'canary-ip' },
    }))
    await project()
    const [row] = await app.machine.clickhouse.query<{ n: number }>({
      sql: `select countIf(toString(tuple(*)) like '%canary%') as n from interaction`,
    })
    expect(row?.n).toBe(0)
  })
})

describe('people in analysis', () => {
  beforeEach(() => app.machine.clickhouse.command('truncate table ownership'))

  it('are counted through their identifiers, and a merge is seen after the next reload', async () => {
    clock.set('2026-02-10T12:00:00.000Z')
    await send(3, index => ({ userId: `customer-${index}`, event: 'Order Completed' }))
    await fold()
    await app.machine.systemConnection(async client => {
      await client.query(`update rapport.projection set position = '0', batch = 0 where name = 'owner'`)
    })
    await project()
    const onThatDay = async () => (await days(true)).find(day => day.day === '2026-02-10')
    expect(await onThatDay()).toMatchObject({ channel: 'shop', interactions: 3, people: 3 })
    await app.machine.system((_db, client) =>
      client.query(
        `update rapport.identifier_person set root_id = (select min(root_id::text)::uuid from rapport.identifier_person
           where workspace_id = $1 and rule = 'track') where workspace_id = $1 and rule = 'track'`,
        [home.id],
      ),
    )
    await project()
    expect(await onThatDay()).toMatchObject({ interactions: 3, people: 1 })
  })
})

describe('a number over everybody', () => {
  it('counts no other workspace, and is withheld from whoever sees only some people', async () => {
    const other = await makeWorkspace(app, 'Other')
    const ask = (key: string) => app.ask(activity, { key, query: { from: '2026-01-01', to: '2026-03-02' } })
    expect(await ask(other.keys.viewer)).toMatchObject({ status: 200, body: { days: [] } })
    await app.call(setReach, {
      key: other.keys.admin,
      params: { role: 'agent' },
      body: { read: 'own', write: 'own', delete: 'none' },
    })
    expect(await ask(other.keys.agent)).toMatchObject({ status: 403, body: { code: 'aggregate_withheld' } })
  })

  it('counts an evening west of Greenwich on its own day', async () => {
    const west = await makeWorkspace(app, 'West')
    const body = { time_zone: 'America/Los_Angeles' }
    await app.call(updateWorkspace, { key: west.keys.admin, body })
    await app.call(recordInteractions, {
      key: west.keys.owner,
      body: {
        items: [
          {
            identifiers: [{ type: 'user_id', value: 'ada' }],
            channel: 'web',
            kind: 'event',
            occurred_at: '2026-01-06T07:30:00Z',
          },
        ],
      },
    })
    await project()
    const ask = async (day: string) =>
      (await app.call(activity, { key: west.keys.viewer, query: { from: day, to: day } })).days
    expect(await ask('2026-01-05')).toMatchObject([{ day: '2026-01-05', interactions: 1 }])
    expect(await ask('2026-01-06')).toEqual([])
  })
})

describe('the projector', () => {
  it('runs by itself, in one process at a time', async () => {
    clock.set('2026-03-02T09:00:00.000Z')
    await app.work()
    await send(10)
    await expect
      .poll(async () => (await inClickHouse())?.rows, { timeout: 10_000 })
      .toBe(
        (
          await app.machine.postgres.systemPool.query<{ n: number }>(
            'select count(*)::int as n from rapport.interaction',
          )
        ).rows[0]?.n,
      )
  })
})

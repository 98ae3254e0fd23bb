import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { unmergePeople } from '../customers/merge.contract.ts'
import { listReviews } from '../customers/reviews.contract.ts'
import { startTestApp, type TestApp, testClock } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { foldLoop } from './fold.loop.ts'
import { foldNext } from './fold.ts'
import { recordInteractions } from './record.ts'
import { personTimeline } from './timeline.contract.ts'

// SDKs have several batches under way at once, so what arrives first is not what happened first.

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ clock: testClock('2026-03-02T09:00:00.000Z') })
})
afterAll(() => app.close())

type Event = Record<string, unknown>
const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`
const visit = (minute: number, ids: Event) => ({
  type: 'page',
  name: 'Prices',
  timestamp: at(minute),
  ...ids,
})
const device = { anonymousId: 'her-browser' }
const user = { userId: 'u-1' }
const identify = (minute: number, traits: Event, ids: Event = { ...user, ...device }) => ({
  type: 'identify',
  timestamp: at(minute),
  traits,
  ...ids,
})

async function send(home: TestWorkspace, batch: Event[]): Promise<void> {
  const reply = await app.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization: `Basic ${btoa(`${home.write_key}:`)}` },
    payload: { batch: batch.map(event => ({ messageId: JSON.stringify(event).slice(0, 90), ...event })) },
  })
  expect(reply.statusCode).toBe(200)
}

async function fold(home: TestWorkspace): Promise<void> {
  const { rows } = await app.machine.postgres.systemPool.query<{ after: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as after',
  )
  while ((await foldNext(app.machine, home.id, rows[0]?.after ?? '0')) > 0);
}

/** Sends each batch and lets it be folded before the next one comes. */
async function arrive(home: TestWorkspace, batches: Event[][]): Promise<void> {
  for (const batch of batches) {
    await send(home, batch)
    await fold(home)
  }
}

const ada = { name: 'Ada', email: 'ada@example.com', job_title: 'Buyer' }

/** A workspace that knows Ada by her e-mail address, and what it knows when all has arrived. */
async function after(batches: Event[][]) {
  const home = await makeWorkspace(app)
  const key = home.keys.admin
  const { id } = await app.call(people.create, { key, body: ada })
  await arrive(home, batches)
  const { items } = await app.call(people.list, { key, query: {} })
  const timeline = await app.call(personTimeline, { key, params: { id }, query: {} })
  const reviews = await app.call(listReviews, { key, query: {} })
  const visits = timeline.items.filter(item => 'kind' in item && item.kind === 'page_view').length
  return { home, id, people: items, visits, reviews: reviews.items.length }
}

describe('page views before, with and after the identify of somebody known by e-mail', () => {
  it('an anonymous page view makes nobody, and comes along when the visitor is known', async () => {
    const home = await makeWorkspace(app)
    await arrive(home, [[visit(1, device)]])
    expect((await app.call(people.list, { key: home.keys.admin, query: {} })).items).toEqual([])
    for (const batches of [
      [[visit(1, device)], [identify(2, { email: ada.email })]],
      [[identify(2, { email: ada.email })], [visit(1, device)]],
      [[identify(2, { email: ada.email }), visit(1, device)]],
    ]) {
      const { people: all, visits, reviews } = await after(batches)
      expect(all).toMatchObject([ada])
      expect({ visits, reviews }).toEqual({ visits: 1, reviews: 0 })
    }
  })

  it('a page view with her user id is hers in whichever order they arrive', async () => {
    const view = visit(1, { ...user, ...device })
    const known = identify(2, { email: ada.email })
    for (const batches of [[[view], [known]], [[known], [view]], [[view, known]], [[known, view]]]) {
      const { people: all, visits, reviews } = await after(batches)
      expect(all).toMatchObject([ada])
      expect({ visits, reviews }).toEqual({ visits: 1, reviews: 0 })
    }
  })

  it('any order and any batches come to the same', async () => {
    const events = [
      visit(1, device),
      visit(2, { ...user, ...device }),
      visit(3, user),
      identify(4, { email: ada.email, title: 'Head of Purchasing' }),
      identify(5, { email: 'Ada@Example.com', plan: 'pro' }, user),
    ]
    const order = fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length })
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        async (list, breaks) => {
          const batches: Event[][] = [[]]
          for (const [index, event] of list.entries()) {
            if (breaks[index]) batches.push([])
            batches.at(-1)?.push(event)
          }
          const { people: all, visits, reviews } = await after(batches.filter(batch => batch.length > 0))
          // Made by hand a day later than the events: their older traits do not overwrite it.
          expect(all).toMatchObject([ada])
          expect({ visits, reviews }).toEqual({ visits: 3, reviews: 0 })
        },
      ),
      { numRuns: 12 },
    )
  })

  it('somebody of whom more is known than a user id is for a person to decide', async () => {
    const named = identify(1, { name: 'Somebody' })
    const { people: all, reviews } = await after([[named], [identify(2, { email: ada.email })]])
    expect(all).toHaveLength(2)
    expect(reviews).toBe(1)
  })

  it('nor is it taken for granted when the person has another user id, or was told apart', async () => {
    const other = identify(0, { email: ada.email }, { userId: 'u-0' })
    const taken = await after([[other], [visit(1, user)], [identify(2, { email: ada.email })]])
    expect([taken.people.length, taken.reviews]).toEqual([2, 1])

    const { home, id } = await after([[visit(1, user)], [identify(2, { email: ada.email })]])
    const { items } = await app.call(people.list, { key: home.keys.admin, query: {} })
    expect(items).toHaveLength(1)
    const nameless = await app.machine.system(db =>
      db.selectFrom('person').select('id').where('merged_into', '=', id).executeTakeFirstOrThrow(),
    )
    const apart = { key: home.keys.admin, params: { id }, body: { other_id: nameless.id } }
    await app.call(unmergePeople, apart)
    await arrive(home, [[identify(3, { email: ada.email })]])
    expect((await app.call(people.list, { key: home.keys.admin, query: {} })).items).toHaveLength(2)
  })
})

describe('the fold', () => {
  it('passes over nothing: neither what is not committed yet nor what is too much for one step', async () => {
    const home = await makeWorkspace(app)
    const count = async () => (await app.call(people.count, { key: home.keys.admin, query: {} })).count
    const who = { workspace_id: home.id, actor: { kind: 'system', id: 'test' } } as const
    await app.machine.workspaceTransaction(who, async ctx => {
      const slow = [{ type: 'user_id' as const, value: 'slow' }]
      await recordInteractions(ctx, [{ identifiers: slow, channel: 'web', kind: 'event' }], { fold: true })
      const { rows } = await sql<{ own: string }>`select pg_current_xact_id()::text as own`.execute(ctx.db)
      await foldNext(app.machine, home.id, rows[0]?.own ?? '')
    })
    await fold(home)
    expect(await count()).toBe(1)
    for (const part of ['first', 'second'])
      await send(
        home,
        Array.from({ length: 260 }, (_, index) => ({ type: 'identify', userId: `${part} ${index}` })),
      )
    await fold(home)
    expect(await count()).toBe(521)
  })
})

it('a process that ends leaves the rest of a backlog to the next one', async () => {
  const home = await makeWorkspace(app)
  const batch = (turn: number) =>
    Array.from({ length: 500 }, (_, n) => identify(0, { city: 'Bonn' }, { userId: `backlog-${turn}-${n}` }))
  for (const turn of [1, 2, 3, 4])
    await send(
      home,
      batch(turn).map((event, n) => ({ ...event, messageId: `${turn}-${n}` })),
    )
  const known = async () => {
    const { rows } = await app.machine.postgres.systemPool.query<{ n: number }>(
      'select count(*)::int as n from rapport.person where workspace_id = $1',
      [home.id],
    )
    return rows[0]?.n ?? 0
  }
  const first = await foldLoop.start(app.machine)
  await expect.poll(known, { interval: 5 }).toBeGreaterThan(0)
  await first.stop()
  expect(await known()).toBeLessThan(2000)
  const second = await foldLoop.start(app.machine)
  await expect.poll(known).toBe(2000)
  await second.stop()
})

it('how long the oldest event has waited is told, and nobody is sent elsewhere for it', async () => {
  const [passed, waiting] = [await makeWorkspace(app), await makeWorkspace(app)]
  await arrive(passed, [[identify(0, {})]])
  await send(waiting, [identify(0, {})])
  const { rows } = await app.machine.postgres.systemPool.query<{ seconds: number }>(
    `update rapport.projection set position = pg_current_xact_id() where name = 'interaction'
     returning extract(epoch from now() - $1)::float8 as seconds`,
    [app.clock.now()],
  )
  const ready = async () => {
    const reply = await app.app.inject({ url: '/ready' })
    const { items } = reply.json<{ items: { name: string; ok: boolean; value?: number }[] }>()
    return { code: reply.statusCode, folding: items.find(item => item.name === 'folding') }
  }
  const behind = await ready()
  expect(behind).toMatchObject({
    code: 200,
    folding: { ok: false, detail: expect.stringContaining('more arrive than are read') },
  })
  expect(behind.folding?.value).toBeCloseTo(rows[0]?.seconds ?? 0, -2)
  const lag = async () =>
    Number(
      /^rapport_fold_lag_seconds ([\d.e+]+)$/m.exec((await app.app.inject({ url: '/metrics' })).body)?.[1],
    )
  expect(await lag()).toBeCloseTo(rows[0]?.seconds ?? 0, -2)
  await fold(waiting)
  expect(await ready()).toEqual({ code: 200, folding: { name: 'folding', ok: true, value: 0, unit: 's' } })
  expect(await lag()).toBe(0)
})

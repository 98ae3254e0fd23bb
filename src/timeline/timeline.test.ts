import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp, type TestApp, testClock } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { foldNext } from './fold.ts'
import { listInteractions as listAll } from './interactions.ts'
import { recordInteractions as recordAll } from './record.ts'
import {
  listInteractions,
  personSummary,
  personTimeline,
  recordInteractions,
  type TimelineItem,
} from './timeline.contract.ts'

let app: TestApp
let home: TestWorkspace
const clock = testClock('2026-03-02T09:00:00.000Z')
const hour = 3_600_000

beforeAll(async () => {
  app = await startTestApp({ clock })
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

const send = async (...batch: object[]) => {
  const reply = await app.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization: `Basic ${Buffer.from(`${home.write_key}:`).toString('base64')}` },
    payload: { batch },
  })
  expect(reply.statusCode).toBe(200)
}
const ago = (hours: number) => new Date(clock.now().getTime() - hours * hour).toISOString()
const horizon = () =>
  app.machine.system(async (_db, client) => {
    const { rows } = await client.query<{ at: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as at',
    )
    return rows[0]?.at ?? '0'
  })
// Transactions of other databases of the cluster hold the horizon back too: folded is what is left no more.
const fold = async () => {
  const unfolded = async () => {
    const { rows } = await app.machine.postgres.systemPool.query(
      `select 1 from rapport.interaction i where folds and xid >= coalesce(
         (select position from rapport.fold_cursor c where c.workspace_id = i.workspace_id), '0') limit 1`,
    )
    return rows.length > 0
  }
  while (await unfolded()) await foldNext(app.machine, home.id, await horizon())
}
const personOf = async (type: string, value: string) =>
  app.machine.system(async (_db, client) => {
    const { rows } = await client.query<{ id: string }>(
      `select distinct p.root_id as id from rapport.identifier d
       join rapport.identifier_person p on p.identifier_id = d.id and p.retracted_at is null
       where d.workspace_id = $1 and d.type = $2 and d.value = $3`,
      [home.id, type, value],
    )
    return rows[0]?.id ?? ''
  })
const timeline = (id: string, query: object = {}) =>
  app.call(personTimeline, { key: home.keys.owner, params: { id }, query })
const told = (items: TimelineItem[]) =>
  items.map(item =>
    item.type === 'change' ? `changed ${item.op}` : `${item.kind} ${item.name ?? ''}`.trim(),
  )
const onlyEvents = async (id: string, query: object = {}) =>
  told((await timeline(id, query)).items.filter(item => item.type === 'interaction'))

describe('who an event belongs to', () => {
  it('makes a person of an identify and shows what was done anonymously before', async () => {
    await send(
      { type: 'page', anonymousId: 'device-1', name: 'Pricing', messageId: 'p1', timestamp: ago(3) },
      {
        type: 'identify',
        userId: 'ada',
        anonymousId: 'device-1',
        traits: { email: 'ada@example.org', name: 'Ada L.' },
        messageId: 'i1',
        timestamp: ago(2),
      },
      { type: 'track', event: 'Signed Up', userId: 'ada', messageId: 't1', timestamp: ago(1) },
    )
    await fold()
    const ada = await personOf('user_id', 'ada')
    expect(await onlyEvents(ada)).toEqual(['event Signed Up', 'identify', 'page_view Pricing'])
    expect(await personOf('email', 'ada@example.org')).toBe(ada)
  })

  it('shows what we changed beside what the customer did', async () => {
    const ada = await personOf('user_id', 'ada')
    expect(told((await timeline(ada)).items)).toContain('changed insert')
    expect(told((await timeline(ada, { kind: 'change' })).items)).toEqual(['changed insert'])
  })

  it('folds an event once, however often the fold is started', async () => {
    const before = await personOf('user_id', 'ada')
    await fold()
    await fold()
    expect(await personOf('user_id', 'ada')).toBe(before)
    const again = await app.machine.system(async (_db, client) => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from rapport.person')
      return rows[0]?.n
    })
    expect(again).toBe(1)
  })

  it('moves a shared device between people in time and glues nobody', async () => {
    await send({
      type: 'identify',
      userId: 'bob',
      anonymousId: 'device-1',
      messageId: 'i2',
      timestamp: ago(0.5),
    })
    await fold()
    await send({
      type: 'page',
      anonymousId: 'device-1',
      name: 'Account',
      messageId: 'p2',
      timestamp: ago(0.25),
    })
    const [ada, bob] = [await personOf('user_id', 'ada'), await personOf('user_id', 'bob')]
    expect(ada).not.toBe(bob)
    expect(await onlyEvents(bob)).toContain('page_view Account')
    expect(await onlyEvents(ada)).not.toContain('page_view Account')
    expect(await onlyEvents(ada)).toContain('page_view Pricing')
  })

  it('puts a group into a company', async () => {
    await send({
      type: 'group',
      userId: 'ada',
      groupId: 'acme',
      traits: { name: 'Acme' },
      messageId: 'g1',
      timestamp: ago(0.1),
    })
    await fold()
    const found = await app.machine.system(async (_db, client) => {
      const { rows } = await client.query(
        `select c.name from rapport.person p join rapport.company c on c.id = p.company_id where p.id = $1`,
        [await personOf('user_id', 'ada')],
      )
      return rows
    })
    expect(found).toEqual([{ name: 'Acme' }])
  })
})

describe('reading a timeline', () => {
  let grace = ''
  beforeAll(async () => {
    await send(
      { type: 'identify', userId: 'grace', messageId: 'grace', timestamp: ago(24 * 400) },
      ...Array.from({ length: 130 }, (_, index) => ({
        type: index % 10 === 0 ? 'track' : 'page',
        ...(index % 10 === 0
          ? { event: 'Order Completed', properties: { revenue: 10, order_id: `order-${index}` } }
          : { name: `Page ${index}` }),
        userId: 'grace',
        messageId: `grace-${index}`,
        timestamp: ago(index * 50 + 1),
      })),
    )
    await fold()
    grace = await personOf('user_id', 'grace')
  })

  it('pages through both logs without gap or repetition, whatever the size of the page', async () => {
    for (const limit of [7, 60, 200]) {
      const seen: TimelineItem[] = []
      let after: string | undefined
      do {
        const page = await timeline(grace, { limit, ...(after ? { after } : {}) })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items)
        after = page.next ?? undefined
      } while (after)
      expect(seen.filter(item => item.type === 'interaction')).toHaveLength(131)
      expect(new Set(seen.map(item => item.id)).size).toBe(seen.length)
      expect(seen.map(item => item.at)).toEqual(
        seen
          .map(item => item.at)
          .toSorted()
          .toReversed(),
      )
    }
  })

  it('narrows by channel, kind and text', async () => {
    expect(await onlyEvents(grace, { kind: 'purchase', limit: 200 })).toHaveLength(13)
    expect(await onlyEvents(grace, { channel: 'shop', limit: 200 })).toHaveLength(13)
    expect(await onlyEvents(grace, { text: 'ORDER-120' })).toEqual(['purchase Order Completed'])
    expect(await onlyEvents(grace, { text: 'nothing like it' })).toEqual([])
  })

  it('sums up what it was worth', async () => {
    const summary = await app.call(personSummary, { key: home.keys.viewer, params: { id: grace } })
    expect(summary).toMatchObject({
      count: 131,
      counted_all: true,
      revenue: [{ currency: 'EUR', amount_minor: 13_000 }],
      last_at: ago(1),
    })
  })

  it('opens the rows behind each number over it, and nothing else', async () => {
    const rows = async (only: 'interactions' | 'amounts' | 'feelings') =>
      (await timeline(grace, { only, limit: 200 })).items
    expect(await rows('interactions')).toHaveLength(131)
    const amounts = await rows('amounts')
    expect(amounts).toHaveLength(13)
    const sum = amounts.reduce((all, row) => all + ('amount_minor' in row ? (row.amount_minor ?? 0) : 0), 0)
    expect(sum).toBe(13_000)
    expect(await rows('feelings')).toEqual([])
    const shown = [...(await rows('interactions')), ...amounts]
    expect(shown.every(row => row.type === 'interaction')).toBe(true)
  })

  it('refuses a cursor that is not ours and a person who is not there', async () => {
    const { status } = await app.ask(personTimeline, {
      key: home.keys.owner,
      params: { id: grace },
      query: { after: 'x' },
    })
    expect(status).toBe(400)
    const missing = await app.ask(personTimeline, { key: home.keys.owner, params: { id: home.id } })
    expect(missing.status).toBe(404)
  })

  it('shows nothing to another workspace', async () => {
    const other = await makeWorkspace(app, 'Other')
    expect((await app.ask(personTimeline, { key: other.keys.owner, params: { id: grace } })).status).toBe(404)
  })
})

describe('recording interactions by the API', () => {
  it('answers an outcome for each and counts a message once', async () => {
    const body = {
      items: [
        {
          message_id: 'call-1',
          identifiers: [{ type: 'email' as const, value: 'Ada@example.org' }],
          channel: 'phone' as const,
          kind: 'call',
          direction: 'inbound' as const,
          feeling: -0.5,
          text: 'Late delivery',
        },
        { message_id: 'call-2', channel: 'phone' as const, kind: 'call' },
        {
          message_id: 'call-3',
          identifiers: [{ type: 'user_id' as const, value: 'ada' }],
          occurred_at: '1969-01-01T00:00:00Z',
        },
        {
          message_id: 'refund-1',
          identifiers: [{ type: 'user_id' as const, value: 'ada' }],
          kind: 'refund',
          amount_minor: 700,
          currency: 'EUR',
        },
        {
          message_id: 'refund-1',
          identifiers: [{ type: 'user_id' as const, value: 'ada' }],
          kind: 'refund',
          amount_minor: 900,
          currency: 'EUR',
        },
      ],
    }
    const first = await app.call(recordInteractions, { key: home.keys.agent, body })
    expect(first.outcomes.map(one => one.code ?? one.status)).toEqual([
      'created',
      'no_identifier',
      'absurd_date',
      'created',
      'unchanged',
    ])
    const second = await app.call(recordInteractions, { key: home.keys.agent, body })
    expect(second.outcomes.map(one => one.code ?? one.status)).toEqual([
      'unchanged',
      'no_identifier',
      'absurd_date',
      'unchanged',
      'unchanged',
    ])
    const ada = await personOf('user_id', 'ada')
    const calls = (await timeline(ada, { kind: 'call' })).items
    expect(calls).toMatchObject([{ feeling: -0.5, text: 'Late delivery' }])
    expect((await timeline(ada, { kind: 'refund' })).items).toMatchObject([{ amount_minor: -700 }])
  })

  it('records on a person by id and refuses one who is not there', async () => {
    const ada = await personOf('user_id', 'ada')
    const note = (person_id: string) =>
      app.call(recordInteractions, {
        key: home.keys.agent,
        body: { person_id, kind: 'note', text: 'Met at the fair' },
      })
    expect((await note(ada)).outcomes[0]?.status).toBe('created')
    expect((await note(home.id)).outcomes[0]?.code).toBe('not_found')
    expect(await onlyEvents(ada, { kind: 'note' })).toEqual(['note'])
    const { rows } = await app.machine.postgres.systemPool.query<{ last_seen_at: Date }>(
      'select last_seen_at from rapport.person where id = $1',
      [ada],
    )
    expect(rows[0]?.last_seen_at).toEqual(clock.now())
  })

  it('shows who may see only some people only theirs', async () => {
    const ada = await personOf('user_id', 'ada')
    const { items: seen } = await app.call(listInteractions, { key: home.keys.owner, query: { limit: 200 } })
    expect(seen.length).toBeGreaterThan(100)
    const agent = (read: 'team' | 'own' | 'none', ...team: string[]) => ({
      team,
      workspace_id: home.id,
      actor: { kind: 'member' as const, id: home.members.agent.id },
      role: 'agent',
      member_id: home.members.agent.id,
      permissions: new Set(['records.read']),
      kinds: { '*': { read, write: 'none' as const, delete: 'none' as const } },
      hidden_classes: [],
    })
    const asAgent = async (...who: Parameters<typeof agent>) =>
      (await app.machine.transaction({ principal: agent(...who) }, ctx => listAll(ctx, { limit: 200 }))).items
    expect([await asAgent('own'), await asAgent('none')]).toEqual([[], []])
    const note = (read: 'own' | 'none') =>
      app.machine.transaction({ principal: agent(read) }, ctx =>
        recordAll(ctx, [{ person_id: ada, kind: 'note', channel: 'phone' }]),
      )
    for (const read of ['own', 'none'] as const)
      expect(await note(read)).toMatchObject([{ status: 'rejected', code: 'not_found' }])
    const give = (to: { id: string }) =>
      app.machine.system((_db, client) =>
        client.query('update rapport.person set owner_id = $1 where id = $2', [to.id, ada]),
      )
    await give(home.members.agent)
    const owned = await asAgent('own')
    expect(owned.map(item => item.name)).toContain('Signed Up')
    expect(owned.map(item => item.name)).not.toContain('Order Completed')
    expect(new Set(owned.map(item => item.person_id))).toEqual(new Set([ada]))
    await give(home.members.viewer)
    expect([await asAgent('team', home.members.viewer.id), await asAgent('team')]).toEqual([owned, []])
  })

  it('lists the interactions of the workspace, newest first', async () => {
    const first = await app.call(listInteractions, {
      key: home.keys.viewer,
      query: { kind: 'purchase', limit: 10 },
    })
    const rest = await app.call(listInteractions, {
      key: home.keys.viewer,
      query: { kind: 'purchase', limit: 10, after: first.next ?? '' },
    })
    expect([first.items.length, rest.items.length, rest.next]).toEqual([10, 3, null])
    const times = [...first.items, ...rest.items].map(item => item.occurred_at)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(first.items.every(({ person_id, company_id }) => person_id && !company_id)).toBe(true)
  })

  it('filters and sorts them by the one filter language', async () => {
    const ask = (query: Record<string, string | number>) =>
      app.ask(listInteractions, { key: home.keys.viewer, query })
    const list = async (query: Record<string, string | number>) =>
      (await app.call(listInteractions, { key: home.keys.viewer, query })).items
    const refunds = await list({ filter: 'kind = "refund" and amount_minor < 0' })
    expect(refunds).toMatchObject([{ kind: 'refund', amount_minor: -700 }])
    expect(await list({ filter: 'kind = "refund" and amount_minor > 0' })).toEqual([])
    expect(await list({ filter: 'text contains "late DELIV" or name is empty', kind: 'call' })).toHaveLength(
      1,
    )
    const worth: (number | null)[] = []
    const inOrder = { kind: 'purchase', sort: 'amount_minor,-occurred_at', limit: 4 }
    const page = (after: string | null) =>
      app.call(listInteractions, {
        key: home.keys.viewer,
        query: { ...inOrder, ...(after === null ? {} : { after }) },
      })
    for (let shown = await page(null); ; shown = await page(shown.next)) {
      worth.push(...shown.items.map(item => item.amount_minor))
      if (shown.next === null) break
    }
    expect(worth).toHaveLength(13)
    expect(worth).toEqual(worth.toSorted((a, b) => Number(a) - Number(b)))
    expect(await ask({ filter: 'shoe_size = 3' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_filter' },
    })
    expect(await ask({ sort: 'text' })).toMatchObject({ status: 400, body: { code: 'invalid_sort' } })
    expect(await ask({ sort: 'kind', after: 'x' })).toMatchObject({ body: { code: 'invalid_cursor' } })
  })
})

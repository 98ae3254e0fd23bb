import { gzipSync } from 'node:zlib'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp, type TestApp, testClock } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { listEvents } from './events.contract.ts'

let app: TestApp
let home: TestWorkspace
const clock = testClock('2026-03-02T09:00:00.000Z')

beforeAll(async () => {
  app = await startTestApp({ clock })
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
const send = (path: string, payload: unknown, headers: Record<string, string> = basic(home.write_key)) =>
  app.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/json', ...headers },
    payload: Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  })
const track = (messageId: string, more: object = {}) => ({
  type: 'track',
  event: 'Clicked',
  userId: 'ada',
  messageId,
  ...more,
})
const stored = async (messageId: string) =>
  app.machine.system(async (_db, client) => {
    const { rows } = await client.query(
      'select * from rapport.interaction where workspace_id = $1 and message_id = $2',
      [home.id, messageId],
    )
    return rows as Record<string, unknown>[]
  })
const events = () => app.call(listEvents, { key: home.keys.owner })

describe('taking events', () => {
  it('stores a batch and answers 200 after the commit', async () => {
    const reply = await send('/v1/batch', {
      batch: [track('b1'), track('b2', { event: 'Order Completed', properties: { revenue: 12.5 } })],
      sentAt: '2026-03-02T08:00:00Z',
    })
    expect([reply.statusCode, reply.json()]).toEqual([200, { success: true }])
    expect(await stored('b2')).toMatchObject([
      { kind: 'purchase', channel: 'shop', amount_minor: 1250, currency: 'EUR', source: 'shop' },
    ])
  })

  it('counts a message once for ever, even when it is sent again at another time', async () => {
    await send('/v1/track', track('once', { timestamp: '2026-03-01T10:00:00Z' }))
    clock.advance(86_400_000 * 40)
    expect((await send('/v1/track', track('once', { timestamp: '2026-03-01T10:00:00Z' }))).statusCode).toBe(
      200,
    )
    await send('/v1/batch', { batch: [track('twice'), track('twice')] })
    clock.set('2026-03-02T09:00:00.000Z')
    expect([(await stored('once')).length, (await stored('twice')).length]).toEqual([1, 1])
  })

  it.each(['/v1/t', '/v1/track'])('takes the type from the path %s', async path => {
    await send(path, { event: 'Short', userId: 'ada', messageId: path })
    expect(await stored(path)).toMatchObject([{ name: 'Short' }])
  })

  it('reads gzip bodies whatever they are labelled, and plain text from browsers', async () => {
    const packed = gzipSync(JSON.stringify({ batch: [track('packed')] }))
    const labelled = { ...basic(home.write_key), 'content-type': 'application/x-www-form-urlencoded' }
    expect((await send('/v1/batch', packed, labelled)).statusCode).toBe(200)
    const plain = { 'content-type': 'text/plain' }
    const body = Buffer.from(JSON.stringify({ ...track('plain'), writeKey: home.write_key }))
    expect((await send('/v1/t', body, plain)).statusCode).toBe(200)
    const beacon = `/beacon/v1/batch?writeKey=${home.write_key}`
    expect(
      (await send(beacon, Buffer.from(JSON.stringify({ batch: [track('beacon')] })), plain)).statusCode,
    ).toBe(200)
    for (const id of ['packed', 'plain', 'beacon']) expect(await stored(id)).toHaveLength(1)
  })

  it('makes partitions for old data on demand', async () => {
    await send('/v1/import', {
      batch: [
        track('old', { timestamp: '1999-05-01T00:00:00Z' }),
        track('older', { timestamp: '2011-02-03T00:00:00Z' }),
      ],
    })
    expect(await stored('old')).toHaveLength(1)
    expect(await stored('older')).toHaveLength(1)
  })

  it('stores events of a month that others make at the same moment', async () => {
    for (let year = 2001; year < 2006; year++) {
      const make = () =>
        app.machine.postgres.systemPool.query('select rapport.make_interaction_months($1::date[])', [
          [`${year}-01-01`, `${year}-02-01`],
        ])
      const made = await Promise.allSettled(Array.from({ length: 6 }, make))
      expect(made.filter(one => one.status === 'rejected')).toEqual([])
    }
  })

  it('keeps what only JavaScript calls text', async () => {
    await send(
      '/v1/track',
      Buffer.from('{"event":"Half","userId":"ada","messageId":"half","properties":{"note":"\\ud800"}}'),
    )
    expect(await stored('half')).toMatchObject([{ properties: { note: '\ufffd' } }])
  })

  it('lets concurrent requests share a statement and answers each', async () => {
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => send('/v1/track', track(`many-${index % 30}`))),
    )
    expect(new Set(replies.map(reply => reply.statusCode))).toEqual(new Set([200]))
    const counts = await Promise.all(Array.from({ length: 30 }, (_, index) => stored(`many-${index}`)))
    expect(counts.every(rows => rows.length === 1)).toBe(true)
  })
})

it('counts what was new and what had come before', async () => {
  const counted = async () => {
    const { body } = await app.app.inject('/metrics')
    const value = (name: string) =>
      Number(new RegExp(`^rapport_${name}_total (\\d+)$`, 'm').exec(body)?.[1] ?? 0)
    return { accepted: value('ingest_accepted'), duplicate: value('ingest_duplicate') }
  }
  const before = await counted()
  await send('/v1/batch', { batch: [track('new-1'), track('new-2'), track('new-3')] })
  await send('/v1/batch', { batch: [track('new-2'), track('new-4')] })
  const { accepted, duplicate } = await counted()
  expect([accepted - before.accepted, duplicate - before.duplicate]).toEqual([4, 1])
})

it('learns from the same identifiers again after an hour, and not before', async () => {
  const teaches = async (messageId: string) => {
    await send('/v1/track', track(messageId, { userId: 'regular' }))
    return (await stored(messageId))[0]?.['folds']
  }
  expect(await teaches('first')).toBe(true)
  expect(await teaches('soon after')).toBe(false)
  clock.advance(3_600_000)
  expect(await teaches('an hour later')).toBe(true)
  expect(await teaches('soon after that')).toBe(false)
})

describe('refusing', () => {
  it('refuses events one by one, keeps the reason and answers 200', async () => {
    const reply = await send('/v1/batch', {
      batch: [track('good'), { type: 'track', userId: 'ada', messageId: 'bad' }],
    })
    expect(reply.statusCode).toBe(200)
    expect(await stored('good')).toHaveLength(1)
    const { accepted, rejected } = await events()
    expect(rejected.find(one => one.message_id === 'bad')).toMatchObject({
      code: 'no_event_name',
      source: 'shop',
    })
    expect(accepted.find(one => one.message_id === 'good')?.identifiers).toEqual([
      { type: 'user_id', value: 'ada' },
    ])
  })

  it('refuses ids that identify nobody', async () => {
    await send('/v1/track', track('nobody', { userId: 'undefined' }))
    expect(await stored('nobody')).toEqual([])
    expect((await events()).rejected.find(one => one.message_id === 'nobody')?.code).toBe(
      'worthless_identifier',
    )
  })

  it('answers 401 to an unknown key, 400 to what is not JSON, 413 beyond 4 MB', async () => {
    expect((await send('/v1/track', track('x'), basic('wk_unknown'))).statusCode).toBe(401)
    expect((await send('/v1/track', track('x'), {})).statusCode).toBe(401)
    expect((await send('/v1/track', track('x'), basic(home.keys.owner))).statusCode).toBe(401)
    expect((await send('/v1/batch', Buffer.from('{"batch":['))).statusCode).toBe(400)
    expect((await send('/v1/batch', Buffer.alloc(4 * 1024 * 1024 + 1, 32))).statusCode).toBe(413)
    expect((await send('/v1/batch', gzipSync(Buffer.alloc(17 * 1024 * 1024, 32)))).statusCode).toBe(413)
  })

  it('tells the event debugger of bodies that could not be read', async () => {
    await send('/v1/track', Buffer.from('{"userId":"5"\u0000'))
    expect((await events()).rejected[0]).toMatchObject({
      code: 'unreadable',
      source: 'shop',
      message_id: null,
      sample: '{"userId":"5"',
    })
    await send('/v1/batch', gzipSync(Buffer.alloc(17 * 1024 * 1024, 32)))
    expect((await events()).rejected[0]?.code).toBe('too_large')
  })

  it('takes a batch that is not one as a rejection, not an error', async () => {
    expect((await send('/v1/batch', { events: [] })).statusCode).toBe(200)
    expect((await events()).rejected[0]?.code).toBe('no_batch')
  })

  it('refuses alone the one event that the database does not take, and keeps each reason once', async () => {
    const admin = new Client({ connectionString: app.admin_url })
    await admin.connect()
    await admin.query(
      `alter table rapport.interaction add constraint unforeseen check (name <> 'Unforeseen') not valid`,
    )
    const batch = [
      { type: 'track', userId: 'ada', messageId: 'unforeseen, no name' },
      ...['a', 'b', 'c', 'd'].map(one => track(`unforeseen ${one}`)),
      track('unforeseen itself', { event: 'Unforeseen' }),
    ]
    const reply = await send('/v1/batch', { batch })
    await admin.query('alter table rapport.interaction drop constraint unforeseen')
    await admin.end()
    expect(reply.statusCode).toBe(200)
    for (const one of ['a', 'b', 'c', 'd']) expect(await stored(`unforeseen ${one}`)).toHaveLength(1)
    const reasons = (await events()).rejected.filter(one => one.message_id?.startsWith('unforeseen'))
    expect(reasons.map(one => `${one.message_id}: ${one.code}`).toSorted()).toEqual([
      'unforeseen itself: not_storable',
      'unforeseen, no name: no_event_name',
    ])
  })

  it('bounds what it keeps of refused events', async () => {
    for (let round = 0; round < 12; round++)
      await send('/v1/batch', {
        batch: Array.from({ length: 60 }, () => ({ type: 'nothing', userId: 'ada' })),
      })
    const count = await app.machine.system(async (_db, client) => {
      const { rows } = await client.query<{ n: number }>(
        'select count(*)::int as n from rapport.rejected_event',
      )
      return rows[0]?.n
    })
    expect(count).toBeLessThanOrEqual(500)
  })
})

describe('browsers', () => {
  it('answers the preflight with every header that the SDKs send', async () => {
    const reply = await app.app.inject({
      method: 'OPTIONS',
      url: '/v1/t',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    })
    expect(reply.statusCode).toBe(204)
    for (const header of [
      'Authorization',
      'Content-Type',
      'X-Retry-Count',
      'AnonymousId',
      'SentAt',
      'Rsa-Retry-Attempt',
      'Rsa-Since-Last-Attempt',
      'Rsa-Since-First-Attempt',
      'Rsa-Retry-Reason',
      'Rsa-Recovered',
    ])
      expect(reply.headers['access-control-allow-headers']).toContain(header)
    for (const path of ['/v1/i', '/v1/p', '/v1/s', '/v1/g', '/v1/a', '/v1/b', '/v1/batch', '/v1/import']) {
      const { statusCode, headers } = await app.app.inject({ method: 'OPTIONS', url: path })
      expect([path, statusCode, headers['access-control-allow-origin']]).toEqual([path, 204, '*'])
    }
  })

  it('lets them read every answer, also a refusal, and swallows their own metrics', async () => {
    expect((await send('/v1/track', track('x'), {})).headers['access-control-allow-origin']).toBe('*')
    expect((await send('/v1/m', { series: [] }, {})).statusCode).toBe(200)
  })
})

describe('trouble', () => {
  it('answers 503 when the database is away, so that the SDK comes back', async () => {
    await send('/v1/track', track('before'))
    const original = app.machine.workspaceTransaction.bind(app.machine)
    Object.assign(app.machine, {
      workspaceTransaction: () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })),
    })
    const reply = await send('/v1/track', track('during'))
    Object.assign(app.machine, { workspaceTransaction: original })
    expect(reply.statusCode).toBe(503)
    expect((await send('/v1/track', track('during'))).statusCode).toBe(200)
    expect(await stored('during')).toHaveLength(1)
  })
})

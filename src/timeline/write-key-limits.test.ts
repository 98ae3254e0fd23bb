import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKey } from '../identity/keys.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { listEvents } from './events.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp({ settings: { RAPPORT_EVENT_RATE: '40' } })
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

const writeKey = async (limits: { origins?: string[]; events_per_minute?: number }) =>
  (await app.call(createKey, { key: home.keys.admin, body: { kind: 'write', name: 'shop', ...limits } })).key

let sent = 0
const send = (key: string, count: number, headers: Record<string, string> = {}) =>
  app.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'text/plain', ...headers },
    payload: JSON.stringify({
      batch: Array.from({ length: count }, () => ({
        type: 'track',
        event: 'Clicked',
        userId: 'ada',
        messageId: `m${sent++}`,
      })),
    }),
  })
const stored = async () =>
  (
    await app.machine.postgres.systemPool.query<{ n: number }>(
      'select count(*)::int as n from rapport.interaction',
    )
  ).rows[0]?.n ?? 0

describe('the origins of a write key', () => {
  it('may send; another page, or none, is told 200 and leaves nothing but the reason', async () => {
    const key = await writeKey({ origins: ['HTTPS://Shop.Example:443/', 'http://localhost:8080'] })
    const before = await stored()
    for (const origin of ['https://shop.example', 'http://localhost:8080'])
      expect((await send(key, 3, { origin })).statusCode).toBe(200)
    expect(await stored()).toBe(before + 6)
    const strangers = [
      { origin: 'https://evil.example' },
      { origin: 'http://shop.example' },
      { origin: 'https://shop.example:8443' },
      { origin: 'https://shop.example.evil.example' },
      { origin: 'null' },
      {},
    ]
    for (const headers of strangers) {
      const reply = await send(key, 3, headers)
      // Anything else would make the SDK come back with it, or raise an error in the page of an honest customer.
      expect([reply.statusCode, reply.json()]).toEqual([200, { success: true }])
    }
    expect(await stored()).toBe(before + 6)
    const { rejected } = await app.call(listEvents, { key: home.keys.owner })
    const refused = rejected.filter(one => one.code === 'wrong_origin')
    expect(refused).toHaveLength(strangers.length)
    expect(refused.map(one => one.detail).join()).toContain('https://evil.example')
  })

  it('cost the key nothing, however many strangers send', async () => {
    const origins = ['https://shop.example']
    const key = await writeKey({ origins, events_per_minute: 5 })
    for (let n = 0; n < 4; n++) expect((await send(key, 5)).statusCode).toBe(200)
    const before = await stored()
    expect((await send(key, 5, { origin: origins[0] ?? '' })).statusCode).toBe(200)
    expect(await stored()).toBe(before + 5)
  })

  it('are origins, and only write keys have them', async () => {
    for (const origin of [
      'shop.example',
      'https://shop.example/cart',
      'ftp://shop.example',
      '*',
      'javascript:1',
    ]) {
      const body = { kind: 'write' as const, name: 'shop', origins: [origin] }
      expect([origin, (await app.ask(createKey, { key: home.keys.admin, body })).status]).toEqual([
        origin,
        400,
      ])
    }
    const body = {
      kind: 'api' as const,
      name: 'x',
      role: 'viewer' as const,
      origins: ['https://shop.example'],
    }
    expect((await app.ask(createKey, { key: home.keys.admin, body })).status).toBe(400)
  })
})

describe('the quota of a write key', () => {
  const spend = async (key: string, times: number, each: number) => {
    const replies = []
    for (let n = 0; n < times; n++) replies.push(await send(key, each))
    return replies
  }

  it('lets a minute of events through and asks for the rest later, by an answer that the SDKs understand', async () => {
    const key = await writeKey({ events_per_minute: 30 })
    const before = await stored()
    const replies = await spend(key, 4, 10)
    expect(replies.map(reply => reply.statusCode)).toEqual([200, 200, 200, 429])
    expect(await stored()).toBe(before + 30)
    const refused = replies[3]
    expect(refused?.json()).toMatchObject({ code: 'event_quota' })
    expect(refused?.headers['retry-after']).toMatch(/^\d+$/)
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(10)
    expect(Number(refused?.headers['retry-after'])).toBeLessThanOrEqual(20)
    expect(refused?.headers['access-control-expose-headers']).toBe('Retry-After')
  })

  it('is that of the installation where the key has none, and each key has its own', async () => {
    const key = await writeKey({})
    expect((await spend(key, 5, 10)).map(reply => reply.statusCode)).toEqual([200, 200, 200, 200, 429])
    expect((await send(await writeKey({}), 10)).statusCode).toBe(200)
  })

  it('takes a batch larger than itself when nothing else was sent, so that none is refused for ever', async () => {
    const key = await writeKey({ events_per_minute: 5 })
    expect((await send(key, 20)).statusCode).toBe(200)
    expect((await send(key, 1)).statusCode).toBe(429)
  })
})

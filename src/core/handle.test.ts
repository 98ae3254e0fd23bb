import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Area, on } from './area.ts'
import type { Principal } from './ctx.ts'
import { endpoint } from './endpoint.ts'
import { fail } from './errors.ts'
import { newId } from './id.ts'
import { keptRepliesLoop } from './kept-replies.ts'
import { createServer } from './server.ts'
import { text } from './text.ts'

// An area of its own, so that the machine is tested without any business: its "things" are idempotency rows.
const make = endpoint({
  id: 'things.make',
  method: 'POST',
  path: '/api/things',
  summary: 'Make',
  tag: 'Things',
  permission: 'things.write',
  status: 201,
  body: z.strictObject({ name: text(20), fail: z.boolean().optional() }),
  ok: z.object({ id: z.string(), name: z.string() }),
})
const leak = endpoint({
  id: 'things.leak',
  method: 'GET',
  path: '/api/things/{id}',
  summary: 'Leak',
  tag: 'Things',
  permission: 'things.read',
  params: z.strictObject({ id: text() }),
  ok: z.object({ id: z.string() }),
})
const press = endpoint({
  id: 'things.press',
  method: 'POST',
  path: '/api/things/press',
  summary: 'Press',
  tag: 'Things',
  permission: 'things.write',
  ok: z.object({ pressed: z.boolean() }),
})
const broken = endpoint({
  id: 'things.broken',
  method: 'GET',
  path: '/api/broken',
  summary: 'Broken',
  tag: 'Things',
  permission: 'things.read',
  ok: z.object({}),
})

let made = 0
const things: Area = {
  name: 'things',
  routes: [
    on(make, async (ctx, { body }) => {
      made++
      if (body.fail) throw fail('conflict', { code: 'thing_clash', detail: 'There is such a thing already.' })
      return { id: newId(ctx.now.getTime()), name: body.name }
    }),
    on(leak, async (_ctx, { params }) => ({ id: params.id, password_hash: 'canary' }) as { id: string }),
    on(press, async () => ({ pressed: true })),
    on(broken, async () => {
      throw new Error('Key (email)=(canary@example.com) already exists')
    }),
  ],
  rawRoutes: scope => {
    scope.get('/undeclared', async () => 'open')
  },
}

let t: TestApp
let app: FastifyInstance
let who: Partial<Principal> | undefined
const workspaceId = newId()

beforeAll(async () => {
  t = await startTestApp({ settings: { RAPPORT_API_RATE: '200' } })
  app = await createServer({
    machine: t.machine,
    areas: [things],
    authenticate: async () =>
      who && {
        workspace_id: workspaceId,
        actor: { kind: 'key', id: 'k1' },
        role: 'admin',
        member_id: null,
        kinds: {},
        hidden_classes: [],
        permissions: new Set(['things.read', 'things.write']),
        ...who,
      },
  })
})
afterAll(async () => {
  await app.close()
  await t.close()
})

const post = (payload: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/api/things', payload, headers })

test('without a session or key the answer is 401, without the permission 403, with the request id', async () => {
  who = undefined
  expect((await post({ name: 'a' })).json()).toMatchObject({ status: 401, code: 'unauthenticated' })
  who = { permissions: new Set() }
  const refused = await post({ name: 'a' })
  expect(refused.json()).toMatchObject({
    status: 403,
    code: 'forbidden',
    request_id: refused.headers['x-request-id'],
  })
})

test('a route that declares no access is refused', async () => {
  who = {}
  expect((await app.inject('/undeclared')).statusCode).toBe(403)
})

test('a body is held to its contract, unknown keys included', async () => {
  who = {}
  expect((await post({ name: 'a', workspace_id: newId() })).json()).toMatchObject({
    status: 400,
    code: 'invalid',
  })
  expect((await post({ name: 'a\u0000' })).json()).toMatchObject({ status: 400, errors: [{ path: 'name' }] })
  expect((await post({ name: 'a' }, { 'content-type': 'text/plain' })).statusCode).toBe(415)
  expect((await post({ name: 'a' }, { 'content-type': 'application/json\t; x' })).statusCode).not.toBe(500)
})

test('an action without a body takes none, or an empty object, and nothing else', async () => {
  who = {}
  const send = (payload?: object) =>
    app.inject({ method: 'POST', url: '/api/things/press', ...(payload ? { payload } : {}) })
  expect((await send()).json()).toEqual({ pressed: true })
  expect((await send({})).json()).toEqual({ pressed: true })
  expect((await send({ hard: true })).statusCode).toBe(400)
})

test('what the contract does not name does not leave', async () => {
  who = {}
  const reply = await app.inject('/api/things/1')
  expect(reply.json()).toEqual({ id: '1' })
})

test('an unexpected failure says nothing of its cause', async () => {
  who = {}
  const reply = await app.inject('/api/broken')
  expect(reply.json()).toMatchObject({ status: 500, code: 'internal' })
  expect(reply.body).not.toContain('canary')
})

test('a cookie request from another site is refused, a key is not asked where it comes from', async () => {
  who = { cookie: true }
  expect((await post({ name: 'a' })).json()).toMatchObject({ code: 'cross_site' })
  expect(
    (await post({ name: 'a' }, { origin: 'http://evil.example', host: 'good.example' })).statusCode,
  ).toBe(403)
  expect(
    (
      await post(
        { name: 'a' },
        { origin: 'http://good.example', host: 'good.example', 'sec-fetch-site': 'cross-site' },
      )
    ).statusCode,
  ).toBe(403)
  for (const origin of [
    'http://good.example.evil.example',
    'http://good.example:8080',
    'https://good.example',
  ])
    expect([origin, (await post({ name: 'a' }, { origin, host: 'good.example' })).statusCode]).toEqual([
      origin,
      403,
    ])
  expect(
    (await post({ name: 'a' }, { origin: 'http://good.example', host: 'good.example' })).statusCode,
  ).toBe(201)
  who = {}
  expect((await post({ name: 'a' })).statusCode).toBe(201)
})

test('five requests at once with one Idempotency-Key have one effect and one answer', async () => {
  who = {}
  made = 0
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => post({ name: 'once' }, { 'idempotency-key': 'k-1' })),
  )
  expect(new Set(replies.map(reply => reply.body)).size).toBe(1)
  expect(replies.every(reply => reply.statusCode === 201)).toBe(true)
  expect(made).toBe(1)
  expect((await post({ name: 'other' }, { 'idempotency-key': 'k-1' })).json()).toMatchObject({
    status: 422,
    code: 'idempotency_key_reused',
  })
  who = { actor: { kind: 'key', id: 'k2' } }
  expect((await post({ name: 'other' }, { 'idempotency-key': 'k-1' })).json()).toMatchObject({
    name: 'other',
  })
})

test('the answer to an Idempotency-Key is kept for three days and then deleted', async () => {
  who = {}
  made = 0
  const keys = async () =>
    (
      await t.machine.system(db =>
        db.selectFrom('idempotency').select('key').where('key', 'in', ['k-old', 'k-young']).execute(),
      )
    ).map(row => row.key)
  for (const [key, hours] of [
    ['k-old', 73],
    ['k-young', 71],
  ] as const) {
    await post({ name: key }, { 'idempotency-key': key })
    const then = new Date(t.machine.clock.now().getTime() - hours * 3_600_000)
    await t.machine.system(db =>
      db.updateTable('idempotency').set({ created_at: then }).where('key', '=', key).execute(),
    )
  }
  expect(await keys()).toHaveLength(2)
  const loop = await keptRepliesLoop.start(t.machine)
  await expect.poll(keys).toEqual(['k-young'])
  await loop.stop()
  await post({ name: 'k-young' }, { 'idempotency-key': 'k-young' })
  expect(made).toBe(2)
  await post({ name: 'k-old' }, { 'idempotency-key': 'k-old' })
  expect(made).toBe(3)
})

test('a refused request leaves its Idempotency-Key free', async () => {
  who = {}
  expect((await post({ name: 'x', fail: true }, { 'idempotency-key': 'k-2' })).json()).toMatchObject({
    status: 409,
    code: 'thing_clash',
  })
  expect((await post({ name: 'x', fail: true }, { 'idempotency-key': 'k-2' })).json()).toMatchObject({
    code: 'thing_clash',
  })
})

test('replies carry the limit and what is left of it', async () => {
  who = {}
  const reply = await app.inject('/api/things/1')
  expect(Number(reply.headers['ratelimit-limit'])).toBe(200)
  expect(Number(reply.headers['ratelimit-remaining'])).toBeGreaterThan(0)
})

test('whoever has used up the limit is refused until it is time, and nothing is done', async () => {
  const quota = { limit: t.machine.config.api_rate, window_ms: 10_000 }
  expect((await t.machine.limits.take('requests key:busy', quota, quota.limit)).allowed).toBe(true)
  who = { actor: { kind: 'key', id: 'busy' } }
  made = 0
  const replies = await Promise.all(Array.from({ length: 40 }, () => post({ name: 'a' })))
  const refused = replies.filter(reply => reply.statusCode === 429)
  // A few may pass: the bucket fills again all the while.
  expect(refused.length).toBeGreaterThan(0)
  expect(made).toBe(replies.length - refused.length)
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
})

import fastify, { type RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { areas } from '../src/areas.ts'
import type { Endpoint } from '../src/core/endpoint.ts'
import { healthRoutes } from '../src/core/health.ts'
import { newId } from '../src/core/id.ts'
import { openApiDocument } from '../src/core/openapi.ts'
import { permissions } from '../src/identity/rights.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import { ownPage, type TestWorkspace } from '../src/testing/workspace.ts'
import { ask, type Matrix, namesAWord, type RecordMaker, recordFor } from './rights-matrix.ts'
import { sampleOf } from './samples.ts'
import { startTwoWorkspaces, type TwoWorkspaces } from './two-workspaces.ts'
import { fingerprint } from './whole-database.ts'

// What holds for every route there is, also for those that are added tomorrow.

let two: TwoWorkspaces
let app: TestApp
let admin: TwoWorkspaces['admin']
let home: TestWorkspace
let away: TestWorkspace
let records: RecordMaker[]
let inputs: Matrix['inputs']
beforeAll(async () => {
  two = await startTwoWorkspaces()
  ;({ app, admin, home, away, records, inputs } = two)
  await app.machine.auth(db =>
    db
      .updateTable('account')
      .set({ is_installation_owner: true })
      .where('id', '=', home.members.owner.account_id)
      .execute(),
  )
})
afterAll(() => two.close())

/** A new session each time, as some of what is done ends it. */
const operator = () => home.browser('owner')

const endpoints = areas.flatMap(area => area.routes ?? []).map(route => route.endpoint)
const closed = endpoints.filter(one => one.access !== 'public')
const named = (list: Endpoint[]) => list.map(one => [`${one.method} ${one.path}`, one] as const)

async function inputFor(endpoint: Endpoint, workspace: TestWorkspace) {
  const world = { workspace, owner: workspace.members.owner }
  const record = endpoint.path.includes('{') ? recordFor(endpoint, records) : undefined
  const params = record ? await record.make(world) : {}
  const given = await inputs[endpoint.id]?.(world, params)
  return { query: sampleOf(endpoint.query), body: sampleOf(endpoint.body), ...given, params }
}

describe('without a session', () => {
  test.each(named(closed))('%s answers 401', async (_name, one) => {
    const reply = await ask(app, one, await inputFor(one, home), {})
    expect(reply.status).toBe(401)
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  })
})

const changing = closed.filter(one => one.method !== 'GET')

describe('sent by a page of another site', () => {
  test.each(named(changing))('%s answers 403 and does nothing', async (_name, one) => {
    const input = await inputFor(one, home)
    const browser = await operator()
    const before = await fingerprint(admin)
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      {},
    ]) {
      const { host, cookie } = browser
      const reply = await ask(app, one, input, { host, cookie, ...headers })
      expect([headers, reply.status]).toEqual([headers, 403])
      expect(JSON.parse(reply.body)).toMatchObject({ code: 'cross_site' })
    }
    expect(await fingerprint(admin)).toEqual(before)
  })
})

describe('without the permission', () => {
  test.each(named(closed.filter(one => one.access !== 'session')))('%s answers 403', async (_name, one) => {
    const headers = { authorization: `Bearer ${home.write_key}` }
    expect((await ask(app, one, await inputFor(one, home), headers)).status).toBe(403)
  })
})

describe("with another workspace's record", () => {
  const ofRecords = closed.filter(one => one.path.includes('{') && !namesAWord(one))
  test.each(named(ofRecords))('%s answers 404', async (_name, one) => {
    const headers = await operator()
    expect((await ask(app, one, await inputFor(one, away), headers)).status).toBe(404)
    const missing = Object.fromEntries([...one.path.matchAll(/\{(\w+)\}/g)].map(match => [match[1], newId()]))
    const input = { ...(await inputFor(one, home)), params: missing }
    expect((await ask(app, one, input, headers)).status).toBe(404)
  })
})

describe('with everything in order', () => {
  test.each(named(closed))('%s does it, and the reply fits the contract', async (_name, one) => {
    const reply = await ask(app, one, await inputFor(one, home), await operator())
    expect({ status: reply.status, body: reply.status < 300 ? '' : reply.body }).toEqual({
      status: reply.body === '' ? 204 : one.status,
      body: '',
    })
    if (reply.body === '' || one.download) return
    expect(one.ok.safeParse(JSON.parse(reply.body))).toMatchObject({ success: true })
  })
})

const takesBody = endpoints.filter(one => !(one.body instanceof z.ZodUndefined) && !one.upload)

describe('what the contract does not name', () => {
  test.each(named(takesBody))('%s refuses it', async (_name, one) => {
    const input = await inputFor(one, home)
    const headers = await operator()
    const before = await fingerprint(admin)
    for (const key of ['workspace_id', 'is_installation_owner', 'created_at', 'digest', 'constructor']) {
      const body = { ...(input.body as object), [key]: away.id }
      // A name that the contract knows is a value to be checked, not a stranger.
      if (one.body.safeParse(body).success) continue
      const reply = await ask(app, one, { ...input, body }, headers)
      expect([key, reply.status]).toEqual([key, 400])
    }
    const polluted = JSON.stringify(input.body).replace('{', '{"__proto__":{"role":"owner"},')
    for (const [type, payload] of [
      ['application/json', polluted],
      ['text/plain', JSON.stringify(input.body)],
      ['application/x-www-form-urlencoded', 'name=x'],
      ['application/json\t; charset=utf-8', polluted],
    ] as const) {
      const reply = await app.app.inject({
        method: one.method,
        url: one.path.replaceAll(/\{(\w+)\}/g, newId()),
        headers: { ...headers, 'content-type': type },
        payload,
      })
      expect([400, 404, 410, 415]).toContain(reply.statusCode)
    }
    expect(await fingerprint(admin)).toEqual(before)
  })
})

interface Node {
  type?: string
  properties?: Record<string, Node>
  additionalProperties?: unknown
  maxLength?: number
  maxItems?: number
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  [key: string]: unknown
}

/** Places of a schema that take more than they should, as paths. */
function openEnds(node: unknown, path: string): string[] {
  if (Array.isArray(node)) return node.flatMap((each, index) => openEnds(each, `${path}/${index}`))
  if (node === null || typeof node !== 'object') return []
  const schema = node as Node
  const own: string[] = []
  if (schema.type === 'object' && schema.properties && schema.additionalProperties !== false)
    own.push(`${path}: takes unknown keys`)
  if (schema.type === 'array' && schema.maxItems === undefined) own.push(`${path}: a list without a limit`)
  const bounded = schema.maxLength ?? schema.enum ?? schema.const ?? schema.format ?? schema.pattern
  if (schema.type === 'string' && bounded === undefined) own.push(`${path}: text without a limit`)
  const inner = Object.entries(schema).filter(
    ([key]) => !['default', 'enum', 'const', 'examples'].includes(key),
  )
  return own.concat(inner.flatMap(([key, value]) => openEnds(value, `${path}/${key}`)))
}

describe('every contract', () => {
  test.each(named(endpoints))('%s takes known keys, bounded texts and bounded lists', (_name, one) => {
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = z.toJSONSchema(one[part], { io: 'input', unrepresentable: 'any', reused: 'inline' })
      expect(openEnds(schema, part)).toEqual([])
    }
  })

  test('ids and addresses are each used once, and permissions are those of the table of rights', () => {
    expect(new Set(endpoints.map(one => one.id)).size).toBe(endpoints.length)
    expect(new Set(endpoints.map(one => `${one.method} ${one.path}`)).size).toBe(endpoints.length)
    const known = new Set<string>(permissions)
    expect(closed.filter(one => !known.has(one.permission ?? '')).map(one => one.id)).toEqual([])
  })

  // What a route demands is changed on purpose or not at all: `npx vitest run test/every-route.test.ts -u` writes it down.
  test('demands the permission that is written down for it', async () => {
    const lines = endpoints.map(one => `${one.method} ${one.path}: ${one.permission ?? one.access}\n`)
    await expect(lines.toSorted().join('')).toMatchFileSnapshot('permissions.txt')
  })

  test('is in the API document', () => {
    const document = openApiDocument(endpoints, 'test') as { paths: Record<string, Record<string, unknown>> }
    for (const one of endpoints) {
      expect(document.paths[one.path]?.[one.method.toLowerCase()]).toMatchObject({ operationId: one.id })
      expect(one.path).toMatch(/^\/api\/[a-z0-9{}_/.-]+$/)
    }
  })
})

describe('public endpoints', () => {
  test.each(named(endpoints.filter(one => one.access === 'public')))(
    '%s never breaks',
    async (_name, one) => {
      for (const headers of [{}, ownPage, { authorization: 'Bearer nonsense' }]) {
        const reply = await ask(app, one, await inputFor(one, home), headers)
        expect(reply.status).toBeLessThan(500)
      }
    },
  )
})

test('every other route says who may come in', async () => {
  const found: RouteOptions[] = []
  const bare = fastify()
  bare.decorateRequest('principal', null)
  bare.addHook('onRoute', route => void found.push(route))
  healthRoutes(bare, app.machine, areas)
  for (const area of areas) {
    if (area.rawRoutes) await bare.register(async scope => area.rawRoutes?.(scope, app.machine))
  }
  await bare.ready()
  const silent = found.filter(route => {
    const {
      endpoint: described,
      access = described?.access,
      permission = described?.permission,
    } = route.config ?? {}
    if (access === 'public' || access === 'write_key') return false
    return !((access === 'api' || access === 'session') && permission !== undefined)
  })
  expect(silent.map(route => `${String(route.method)} ${route.url}`)).toEqual([])
  await bare.close()
})

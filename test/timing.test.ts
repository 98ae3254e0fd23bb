import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { areas, authenticate } from '../src/areas.ts'
import { type Area, on } from '../src/core/area.ts'
import { type Endpoint, endpoint } from '../src/core/endpoint.ts'
import { fail } from '../src/core/errors.ts'
import { newId } from '../src/core/id.ts'
import { createServer } from '../src/core/server.ts'
import { id } from '../src/core/text.ts'
import { linkToken } from '../src/feedback/links.ts'
import { createSurvey, openSurvey } from '../src/feedback/surveys.contract.ts'
import { createKey, revokeKey } from '../src/identity/keys.contract.ts'
import { makeLink } from '../src/identity/links.ts'
import { addMember } from '../src/identity/members.contract.ts'
import { hashPassword } from '../src/identity/password.ts'
import { askForReset, signIn } from '../src/identity/session.contract.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../src/testing/workspace.ts'
import { lastingDifference } from './durations.ts'
import { ask, namesAWord, recordFor } from './rights-matrix.ts'
import { recordInputs, recordMakers } from './rights-records.ts'
import { sampleOf } from './samples.ts'

// What exists and what does not must not be told apart, neither by the answer nor by the time that it takes.

let app: TestApp
let home: TestWorkspace
let away: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app, 'Home')
  away = await makeWorkspace(app, 'Away')
})
afterAll(() => app.close())

const withRecords = areas
  .flatMap(area => area.routes ?? [])
  .map(route => route.endpoint)
  .filter(one => one.access === 'api' && one.path.includes('{') && !namesAWord(one))

/** How much longer one takes of a record next door, or of none at all, to say that there is none. */
async function difference(server: TestApp['app'], one: Endpoint) {
  const world = { workspace: away, owner: away.members.owner }
  const foreign = (await recordFor(one, recordMakers(app))?.make(world)) ?? { id: (await keyNextDoor()).id }
  const missing = Object.fromEntries(Object.keys(foreign).map(name => [name, newId()]))
  const given = await recordInputs(app)[one.id]?.({ workspace: home, owner: home.members.owner }, missing)
  const input = { query: sampleOf(one.query), body: sampleOf(one.body), ...given }
  const headers = { authorization: `Bearer ${home.keys.owner}` }
  const asked = (params: object) => async () => {
    const { status } = await ask({ app: server }, one, { ...input, params }, headers)
    expect(status).toBe(404)
  }
  return lastingDifference(asked(foreign), asked(missing), {
    pairs: 30,
    isNone: ({ ms, ratio }) => ms < 2 || ratio < 1.2,
  })
}

const keyNextDoor = async () =>
  (await app.call(createKey, { key: away.keys.owner, body: { kind: 'write', name: 'x' } })).api_key

describe('a record of the neighbour takes as long not to be found as one that never was', () => {
  test.each(withRecords.map(one => [`${one.method} ${one.path}`, one] as const))('%s', async (_name, one) =>
    expect(await difference(app.app, one)).toBeUndefined(),
  )

  test('a planted fault is found: looking further when the record is somewhere else', async () => {
    const slow = endpoint({
      id: 'faulty.looks-further',
      method: 'GET',
      path: '/api/faulty/{id}',
      summary: 'Faulty',
      tag: 'Faulty',
      permission: 'workspace.read',
      params: z.strictObject({ id: id() }),
      ok: z.object({}),
    })
    const faulty: Area = {
      name: 'faulty',
      routes: [
        on(slow, async ({ machine }, { params }) => {
          await machine.system(async db => {
            const key = await db
              .selectFrom('api_key')
              .select('id')
              .where('id', '=', params.id)
              .executeTakeFirst()
            if (key) await sql`select pg_sleep(0.02)`.execute(db)
          })
          throw fail('not_found')
        }),
      ],
    }
    const server = await createServer({ machine: app.machine, areas: [faulty], authenticate })
    try {
      expect((await difference(server, slow))?.ms).toBeGreaterThan(3)
    } finally {
      await server.close()
    }
  })
})

const address = () => `198.51.${randomInt(256)}.${randomInt(256)}`
const volatile = new Set(['x-request-id', 'date'])
async function told(request: { method: 'GET' | 'POST'; url: string; payload?: object; headers?: object }) {
  const reply = await app.app.inject({
    ...request,
    headers: { ...ownPage, ...request.headers },
    remoteAddress: address(),
  })
  return {
    status: reply.statusCode,
    body: reply.body.replaceAll(/"request_id":"[^"]+"/g, ''),
    headers: Object.entries(reply.headers).filter(([name]) => !volatile.has(name)),
  }
}

describe('nobody learns who has an account', () => {
  const password = 'a quiet river under seven bridges'
  const attempt = (email: string) =>
    told({ method: 'POST', url: signIn.path, payload: { email, password: 'not this one, but as long' } })
  let known: string[]
  let unknown: string[]
  beforeAll(async () => {
    const password_hash = await hashPassword(password)
    const { owner, admin, viewer } = home.members
    for (const member of [owner, admin, viewer])
      await app.machine.auth(db =>
        db.updateTable('account').set({ password_hash }).where('id', '=', member.account_id).execute(),
      )
    known = [owner.email, admin.email, viewer.email]
    unknown = ['one@nobody.example', 'two@nobody.example', 'three@nobody.example']
  })

  test('by the answer to a wrong password: with an account, without one, invited and without a password', async () => {
    const invited = { name: 'Invited', email: 'invited@home.example', role: 'viewer' as const }
    await app.call(addMember, { key: home.keys.owner, body: invited })
    const reply = await attempt(known[0] ?? '')
    expect(reply.status).toBe(401)
    for (const email of [unknown[0] ?? '', invited.email]) expect(await attempt(email)).toEqual(reply)
  })

  test('by how long the answer to a wrong password takes', async () => {
    let turn = 0
    // In turns, so that no account meets its own limit.
    const next = (list: string[]) => list[turn++ % list.length] ?? ''
    const wrong = (list: string[]) => async () => expect((await attempt(next(list))).status).toBe(401)
    const seen = await lastingDifference(wrong(known), wrong(unknown), {
      pairs: 12,
      isNone: ({ ratio }) => ratio < 1.5,
    })
    expect(seen).toBeUndefined()
  })

  test('by asking for a new password: not by the answer, nor by how long it takes', async () => {
    const asked = async (email: string) => {
      await app.machine.auth(db => db.deleteFrom('sign_in_attempt').execute())
      return told({ method: 'POST', url: askForReset.path, payload: { email } })
    }
    const reply = await asked(known[0] ?? '')
    expect(reply.status).toBe(204)
    expect(await asked(unknown[0] ?? '')).toEqual(reply)
    const each = (list: string[]) => async () => void (await asked(list[0] ?? ''))
    const seen = await lastingDifference(each(known), each(unknown), {
      pairs: 30,
      isNone: ({ ms, ratio }) => ms < 2 || ratio < 1.2,
    })
    expect(seen).toBeUndefined()
  })

  test('by the limit on attempts, which counts for addresses that nobody has as well', async () => {
    const from = { remoteAddress: '203.0.113.99' }
    for (const email of [home.members.manager.email, 'four@nobody.example']) {
      const statuses = []
      for (let n = 0; n < 12; n++) {
        const payload = { email, password: 'not this one, but as long' }
        const reply = await app.app.inject({
          method: 'POST',
          url: signIn.path,
          headers: ownPage,
          payload,
          ...from,
        })
        statuses.push(reply.statusCode)
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    }
  })
})

describe('links and keys that do not work say nothing about why', () => {
  test('one-time links: made up, used, expired, of somebody disabled', async () => {
    const made = async (name: string) => {
      const body = { name, email: `${name}@links.example`, role: 'viewer' as const }
      const member = await app.call(addMember, { key: home.keys.owner, body })
      const link = await app.machine.auth(async db => {
        const { account_id } = await db
          .selectFrom('member')
          .select('account_id')
          .where('id', '=', member.id)
          .executeTakeFirstOrThrow()
        const purpose = { purpose: 'join', account_id, workspace_id: home.id, member_id: member.id } as const
        return makeLink(app.machine, db, purpose)
      })
      return { token: link.path.split('#')[1] ?? '', member }
    }
    const [used, expired, disabled] = [await made('used'), await made('expired'), await made('disabled')]
    const redeem = (token: string) =>
      told({
        method: 'POST',
        url: '/api/links/redeem',
        payload: { token, password: 'nine copper kettles sing at dusk' },
      })
    expect((await redeem(used.token)).status).toBe(200)
    await app.machine.system(async db => {
      const past = new Date(app.clock.now().getTime() - 1)
      const { id: member_id } = expired.member
      await db
        .updateTable('setup_token')
        .set({ expires_at: past })
        .where('member_id', '=', member_id)
        .execute()
      await db.updateTable('member').set({ disabled_at: past }).where('id', '=', disabled.member.id).execute()
    })
    const never = newId().replaceAll('-', '').padEnd(43, 'x')
    for (const url of ['/api/links/redeem', '/api/links/inspect']) {
      const asked = (token: string) =>
        url.endsWith('redeem') ? redeem(token) : told({ method: 'POST', url, payload: { token } })
      const reply = await asked(never)
      expect(reply.status).toBe(410)
      for (const { token } of [used, expired, disabled]) expect(await asked(token)).toEqual(reply)
    }
  })

  test('survey links: altered, never made, of a draft, of another workspace, expired', async () => {
    const { id: survey } = await app.call(createSurvey, {
      key: home.keys.owner,
      body: { template: 'nps', name: 'Customers', subject: 'us' },
    })
    const link = (id: string, workspace_id = home.id, expires_at?: Date) =>
      `/s/${linkToken(app.machine.secrets, { purpose: 'survey', workspace_id, id, ...(expires_at ? { expires_at } : {}) })}`
    const page = (url: string) => told({ method: 'GET', url })
    const reply = await page(link(newId()))
    expect(reply.status).toBe(404)
    const draft = link(survey)
    expect(await page(draft)).toEqual(reply)
    await app.call(openSurvey, { key: home.keys.owner, params: { id: survey } })
    expect((await page(draft)).status).toBe(200)
    const past = new Date(app.clock.now().getTime() - 1000)
    for (const url of [
      `${draft.slice(0, -1)}${draft.endsWith('A') ? 'B' : 'A'}`,
      '/s/nothing',
      link(survey, away.id),
      link(survey, home.id, past),
    ])
      expect(await page(url)).toEqual(reply)
  })

  test('keys: unknown, revoked, of the other kind', async () => {
    const { api_key, key } = await app.call(createKey, {
      key: home.keys.owner,
      body: { kind: 'api', name: 'old', role: 'viewer' },
    })
    const write = await app.call(createKey, { key: home.keys.owner, body: { kind: 'write', name: 'old' } })
    for (const { id: each } of [api_key, write.api_key])
      await app.call(revokeKey, { key: home.keys.owner, params: { id: each } })
    const api = (given: string) =>
      told({ method: 'GET', url: '/api/workspace', headers: { authorization: `Bearer ${given}` } })
    const unknown = await api('rk_never_made')
    expect(unknown.status).toBe(401)
    expect(await api(key)).toEqual(unknown)
    expect(await api(write.key)).toEqual(unknown)
    const send = (given: string) =>
      told({
        method: 'POST',
        url: '/v1/track',
        payload: { event: 'x', userId: 'u', messageId: newId() },
        headers: { authorization: `Basic ${btoa(`${given}:`)}` },
      })
    const refused = await send('wk_never_made')
    expect(refused.status).toBe(401)
    for (const given of [write.key, key, home.keys.owner]) expect(await send(given)).toEqual(refused)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeSetUpLink } from './links.ts'
import { forgetSessions } from './sessions.ts'

const site = { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }
const password = 'a quiet river under seven bridges'
const owner = { name: 'Ada Byron', email: 'ada@analytical.example', password }
const workspace = { name: 'Analytical', country: 'GB', currency: 'GBP', time_zone: 'Europe/London' }

const proxy = '192.0.2.200'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ settings: { RAPPORT_TRUST_PROXY: proxy } })
})
afterAll(() => app.close())

interface Sent {
  body?: object
  cookie?: string
  headers?: Record<string, string | undefined>
  ip?: string
}

async function send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, sent: Sent = {}) {
  const headers = { ...site, ...(sent.cookie ? { cookie: sent.cookie } : {}), ...sent.headers }
  const reply = await app.app.inject({
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    remoteAddress: sent.ip ?? '203.0.113.7',
    ...(sent.body ? { payload: sent.body } : {}),
  })
  const set = reply.cookies.at(0)
  return {
    status: reply.statusCode,
    body: reply.body === '' ? undefined : reply.json<Record<string, unknown>>(),
    cookie: set ? `${set.name}=${set.value}` : '',
    set,
    headers: reply.headers,
  }
}

const tokenOf = (link: string | undefined) => link?.split('#')[1] ?? ''
const signIn = (given: Partial<typeof owner> = {}, sent: Sent = {}) =>
  send('POST', '/api/session', {
    body: { email: given.email ?? owner.email, password: given.password ?? owner.password },
    ...sent,
  })

describe('the first run', () => {
  test('an empty installation says that it is to be set up', async () => {
    expect((await send('GET', '/api/session')).body).toMatchObject({ state: 'set_up', permissions: [] })
  })

  test('a made-up token does not set anything up', async () => {
    const reply = await send('POST', '/api/setup', { body: { token: 'guess', workspace, owner } })
    expect(reply.status).toBe(410)
  })

  test('the link works once, however many use it at the same moment, and signs the owner in', async () => {
    const first = tokenOf(await makeSetUpLink(app.machine))
    const second = tokenOf(await makeSetUpLink(app.machine))
    const looked = await send('POST', '/api/links/inspect', { body: { token: first } })
    expect(looked.body).toMatchObject({ purpose: 'installation' })
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        send('POST', '/api/setup', {
          body: {
            token: index % 2 ? first : second,
            workspace,
            owner: { ...owner, email: `ada${index}@x.example` },
          },
        }),
      ),
    )
    expect(replies.filter(reply => reply.status === 200)).toHaveLength(1)
    expect(replies.filter(reply => reply.status === 410)).toHaveLength(7)
    const made = replies.find(reply => reply.status === 200)
    expect(made?.body).toMatchObject({ state: 'signed_in', role: 'owner', workspace: { name: 'Analytical' } })
    expect(made?.set).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    await app.machine.auth(db => db.updateTable('account').set({ email: owner.email }).execute())
  })

  test('afterwards the set-up endpoint is dead and no new link is made', async () => {
    expect(await makeSetUpLink(app.machine)).toBeUndefined()
    const reply = await send('POST', '/api/setup', { body: { token: 'x', workspace, owner } })
    expect(reply).toMatchObject({ status: 410, body: { code: 'already_set_up' } })
  })
})

describe('signing in', () => {
  test('the right password opens a session and the wrong one says no more than that', async () => {
    const right = await signIn()
    expect(right).toMatchObject({
      status: 200,
      body: { state: 'signed_in', account: { email: owner.email } },
    })
    const wrong = await signIn({ password: 'a quiet river under six bridges' })
    const unknown = await signIn({ email: 'nobody@analytical.example' })
    expect(wrong.status).toBe(401)
    expect({ ...wrong.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' })
  })

  test('an address is compared in its normal form and without folding accents', async () => {
    expect((await signIn({ email: ' ADA@Analytical.Example ' })).status).toBe(200)
    expect((await signIn({ email: 'àda@analytical.example' })).status).toBe(400)
  })

  test('on an address that is not loopback a session needs HTTPS', async () => {
    const headers = { host: 'crm.example', origin: 'http://crm.example' }
    const reply = await signIn({}, { headers })
    expect(reply).toMatchObject({ status: 403, body: { code: 'https_needed' }, cookie: '' })
  })

  test('behind a proxy the cookie goes over HTTPS alone and holds to its host', async () => {
    const headers = { host: 'crm.example', origin: 'https://crm.example', 'x-forwarded-proto': 'https' }
    const reply = await signIn({}, { headers, ip: proxy })
    expect(reply.set).toMatchObject({
      name: '__Host-rapport_session',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    })
    const { cookie } = reply
    expect((await send('GET', '/api/sessions', { cookie, headers, ip: proxy })).status).toBe(200)
    // Whoever is not the proxy is not believed, and over plain HTTP no such session is taken.
    const bare = cookie.replace('__Host-', '')
    for (const sent of [
      { cookie: bare, headers, ip: proxy },
      { cookie: bare, headers },
    ])
      expect((await send('GET', '/api/sessions', sent)).status).toBe(401)
  })

  test('another site cannot make a browser sign in', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: undefined, 'sec-fetch-site': undefined },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const reply = await signIn({}, { headers })
      expect(reply).toMatchObject({ status: 403, body: { code: 'cross_site' }, cookie: '' })
    }
  })

  test('guesses at one account from one address stop after ten, also when sent all at once', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => signIn({ email: 'eve@x.example' }, { ip: '198.51.100.9' })),
    )
    expect(guesses.filter(reply => reply.status === 401)).toHaveLength(10)
    const refused = guesses.filter(reply => reply.status === 429)
    expect(refused).toHaveLength(20)
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
    app.clock.advance(61_000)
    expect((await signIn({ email: 'eve@x.example' }, { ip: '198.51.100.9' })).status).toBe(401)
    expect((await signIn({ email: 'eve@x.example' }, { ip: '198.51.100.9' })).status).toBe(429)
  })

  test('a spoofed X-Forwarded-For does not buy further guesses', async () => {
    let refused = 0
    for (let index = 0; index < 12; index++) {
      const headers = { 'x-forwarded-for': `192.0.2.${index}` }
      const reply = await signIn({ email: 'mallory@x.example' }, { ip: '198.51.100.10', headers })
      if (reply.status === 429) refused++
    }
    expect(refused).toBe(2)
  })

  test('many people behind one address sign in undisturbed', async () => {
    for (let index = 0; index < 40; index++) expect((await signIn()).status).toBe(200)
  })
})

describe('sessions', () => {
  test('unsafe requests with a cookie must come from our own pages', async () => {
    const { cookie } = await signIn()
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const refused = await send('PATCH', '/api/account', { cookie, headers, body: { name: 'Eve' } })
    expect(refused).toMatchObject({ status: 403, body: { code: 'cross_site' } })
    expect((await send('GET', '/api/sessions', { cookie, headers })).status).toBe(200)
    expect((await send('PATCH', '/api/account', { cookie, body: { name: 'Ada King' } })).status).toBe(204)
    expect((await send('GET', '/api/session', { cookie })).body).toMatchObject({
      account: { name: 'Ada King' },
    })
  })

  test('one session is revoked and the others live', async () => {
    const here = await signIn()
    const there = await signIn()
    const list = await send('GET', '/api/sessions', { cookie: there.cookie })
    const items = (list.body?.['items'] ?? []) as { id: string; current: boolean }[]
    const current = items.find(one => one.current)
    expect((await send('DELETE', `/api/sessions/${current?.id}`, { cookie: here.cookie })).status).toBe(204)
    expect((await send('GET', '/api/sessions', { cookie: there.cookie })).status).toBe(401)
    expect((await send('GET', '/api/sessions', { cookie: here.cookie })).status).toBe(200)
  })

  test('signing out everywhere else keeps this browser', async () => {
    const here = await signIn()
    const there = await signIn()
    expect((await send('DELETE', '/api/sessions?keep_current=true', { cookie: here.cookie })).status).toBe(
      204,
    )
    expect((await send('GET', '/api/sessions', { cookie: there.cookie })).status).toBe(401)
    expect((await send('GET', '/api/sessions', { cookie: here.cookie })).status).toBe(200)
    const out = await send('DELETE', '/api/session', { cookie: here.cookie })
    expect(out.body).toMatchObject({ state: 'signed_out' })
    expect((await send('GET', '/api/sessions', { cookie: here.cookie })).status).toBe(401)
  })

  test('changing the password signs every other browser out and renews this one', async () => {
    const here = await signIn()
    const there = await signIn()
    const change = (body: object) => send('POST', '/api/account/password', { cookie: here.cookie, body })
    const next = 'nine copper kettles sing at dusk'
    expect((await change({ current_password: 'not this one', new_password: next })).body).toMatchObject({
      code: 'wrong_password',
    })
    expect(
      (await change({ current_password: password, new_password: 'passwordpassword' })).body,
    ).toMatchObject({
      code: 'weak_password',
    })
    const changed = await change({ current_password: password, new_password: next })
    expect(changed.status).toBe(204)
    expect((await send('GET', '/api/sessions', { cookie: there.cookie })).status).toBe(401)
    expect((await send('GET', '/api/sessions', { cookie: here.cookie })).status).toBe(401)
    expect((await send('GET', '/api/sessions', { cookie: changed.cookie })).status).toBe(200)
    expect((await signIn()).status).toBe(401)
    await send('POST', '/api/account/password', {
      cookie: changed.cookie,
      body: { current_password: next, new_password: password },
    })
  })

  test('a silent session ends after a week, a busy one after thirty days', async () => {
    const silent = await signIn()
    const busy = await signIn()
    const status = async (cookie: string) => (await send('GET', '/api/sessions', { cookie })).status
    for (let days = 6; days <= 24; days += 6) {
      app.clock.advance(6 * 24 * 3_600_000)
      forgetSessions(app.machine)
      expect(await status(busy.cookie)).toBe(200)
    }
    expect(await status(silent.cookie)).toBe(401)
    app.clock.advance(6 * 24 * 3_600_000)
    forgetSessions(app.machine)
    expect(await status(busy.cookie)).toBe(401)
  })
})

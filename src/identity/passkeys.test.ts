import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Call } from '../core/endpoint.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Authenticator, authenticator } from '../testing/authenticator.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../testing/workspace.ts'
import {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  listPasskeys,
  removePasskey,
  renamePasskey,
  signInWithPasskey,
} from './passkeys.contract.ts'
import { hashPassword } from './password.ts'
import { listAccountEvents } from './second-factor.contract.ts'
import { getSession, listSessions, signIn } from './session.contract.ts'
import { updateWorkspace } from './workspaces.contract.ts'

const password = 'a quiet river under seven bridges'
const origin = ownPage.origin
type Answer = NonNullable<Call<typeof signInWithPasskey>['body']>
type Headers = Record<string, string>
let app: TestApp
let home: TestWorkspace
let headers: Headers
let email: string
let device: Authenticator
let password_hash: string

const begin = (from: Headers = ownPage, again = false) =>
  app.call(beginPasskeySignIn, { headers: from, body: { again } })
const answer = (body: Answer, from: Headers = ownPage) => app.ask(signInWithPasskey, { headers: from, body })
const enter = async (wrong = {}) => answer(device.answer(await begin(), wrong))
const cookieOf = (reply: { headers: Record<string, unknown> }): Headers => ({
  ...ownPage,
  cookie: String(reply.headers['set-cookie']).split(';')[0] ?? '',
})
const add = async (of: Authenticator, from: Headers, name = 'Laptop') =>
  app.call(addPasskey, {
    headers: from,
    body: { ...of.make(await app.call(beginPasskey, { headers: from, body: {} })), name },
  })

beforeAll(async () => {
  password_hash = await hashPassword(password)
  app = await startTestApp()
})
afterAll(() => app.close())

/** Somebody new each time, who has just signed in and added a passkey. */
beforeEach(async () => {
  home = await makeWorkspace(app, 'Home')
  const { account_id } = home.members.agent
  ;({ email } = home.members.agent)
  await app.machine.auth(db =>
    db.updateTable('account').set({ password_hash }).where('id', '=', account_id).execute(),
  )
  headers = await home.browser('agent')
  device = authenticator(origin)
  await add(device, headers)
})

describe('a passkey', () => {
  test('signs in without an address or a password, and is seen in the list, the events and the browsers', async () => {
    app.clock.advance(60_000)
    const reply = await enter()
    expect(reply.body).toMatchObject({ state: 'signed_in', account: { email } })
    const now = cookieOf(reply)
    const { items } = await app.call(listPasskeys, { headers: now })
    expect(items).toMatchObject([{ name: 'Laptop', rp_id: 'localhost', works_here: true, synced: false }])
    const rename = (name: string, from = now) =>
      app.ask(renamePasskey, { headers: from, params: { id: items[0]?.id ?? '' }, body: { name } })
    expect((await rename(' Work laptop ')).body).toMatchObject({ name: 'Work laptop', works_here: true })
    expect((await rename('  ')).status).toBe(400)
    expect((await rename('Mine', await home.browser('admin'))).status).toBe(404)
    expect((await app.call(listPasskeys, { headers: now })).items[0]?.name).toBe('Work laptop')
    await rename('Laptop')
    expect(items[0]?.last_used_at).toBe(app.clock.now().toISOString())
    const events = await app.call(listAccountEvents, { headers: now })
    expect(events.items[0]).toMatchObject({ kind: 'passkey_added', by_you: true })
    const browsers = await app.call(listSessions, { headers: now })
    expect(browsers.items[0]).toMatchObject({ current: true, passkey: 'Laptop' })
  })

  test('of a password manager counts nothing and signs in again and again', async () => {
    device = authenticator(origin, { counts: false })
    await add(device, headers, 'Phone')
    expect([(await enter()).status, (await enter()).status]).toEqual([200, 200])
  })

  test('is both factors where a workspace demands two, and the password alone is not', async () => {
    await app.call(updateWorkspace, { key: home.keys.owner, body: { second_factor_required: true } })
    expect((await enter()).body).toMatchObject({ state: 'signed_in', owes_second_factor: false })
    const typed = await app.ask(signIn, { headers: ownPage, body: { email, password } })
    expect(typed.body).toMatchObject({ state: 'signed_in', owes_second_factor: true })
    const owing = cookieOf(typed)
    await add(authenticator(origin), owing, 'Phone')
    expect(await app.call(getSession, { headers: owing })).toMatchObject({ owes_second_factor: false })
  })

  test('that is removed signs nobody in, and those who came in with it are out', async () => {
    const there = cookieOf(await enter())
    const { items } = await app.call(listPasskeys, { headers })
    const params = { id: items[0]?.id ?? '' }
    // Another one is in, who may not remove it.
    const stranger = await home.browser('viewer')
    expect((await app.ask(removePasskey, { headers: stranger, params, body: {} })).status).toBe(404)
    const question = await begin()
    expect((await app.ask(removePasskey, { headers, params, body: {} })).status).toBe(204)
    expect((await answer(device.answer(question))).body).toMatchObject({ code: 'passkey_unknown' })
    expect((await app.call(getSession, { headers: there })).state).toBe('signed_out')
    expect((await app.call(getSession, { headers })).state).toBe('signed_in')
    const { items: events } = await app.call(listAccountEvents, { headers })
    expect(events[0]?.kind).toBe('passkey_removed')
  })
})

describe('adding and removing one', () => {
  test('takes the password, or a passkey, once the signing in is a while ago', async () => {
    app.clock.advance(10 * 60_000)
    expect((await app.call(listPasskeys, { headers })).asks_password).toBe(true)
    const late = await app.ask(beginPasskey, { headers, body: {} })
    expect(late.body).toMatchObject({ code: 'password_needed', errors: [{ path: 'password' }] })
    const wrong = await app.ask(beginPasskey, { headers, body: { password: 'not this one' } })
    expect(wrong.body).toMatchObject({ code: 'wrong_password' })
    expect((await app.ask(beginPasskey, { headers, body: { password } })).status).toBe(200)
    const again = await begin(headers, true)
    const fresh = cookieOf(await answer(device.answer(again), headers))
    expect((await app.call(getSession, { headers })).state).toBe('signed_out')
    expect((await app.call(listPasskeys, { headers: fresh })).asks_password).toBe(false)
  })

  test('belongs to the account that began it, once, for this address and a person who was looked at', async () => {
    const question = () => app.call(beginPasskey, { headers, body: {} })
    const send = async (body: ReturnType<Authenticator['make']>, from = headers) =>
      (
        (await app.ask(addPasskey, { headers: from, body: { ...body, name: 'Phone' } })).body as {
          code?: string
        }
      ).code
    const phone = authenticator(origin)
    const body = phone.make(await question())
    expect(await send(body, await home.browser('viewer'))).toBe('passkey_not_taken')
    expect(await send(body)).toBe('passkey_too_late')
    for (const wrong of [
      { origin: 'https://evil.example' },
      { challenge: 'AAAA' },
      { rp_id: 'evil.example' },
      { verified: false },
    ])
      expect([wrong, await send(phone.make(await question(), wrong))]).toEqual([wrong, 'passkey_not_taken'])
    const late = phone.make(await question())
    app.clock.advance(5 * 60_000 + 1)
    expect(await send(late)).toBe('passkey_too_late')
    expect((await app.call(listPasskeys, { headers })).items).toHaveLength(1)
  })
})

describe('an answer', () => {
  test('counts once: of several at the same moment one signs in', async () => {
    const body = device.answer(await begin())
    const replies = await Promise.all([1, 2, 3].map(() => answer(body)))
    expect(replies.map(one => one.status).toSorted((a, b) => a - b)).toEqual([200, 410, 410])
  })

  test('to another question, of another page or without a look at the person is refused', async () => {
    for (const wrong of [
      { origin: 'https://evil.example' },
      { challenge: 'AAAA' },
      { rp_id: 'evil.example' },
      { verified: false },
    ]) {
      const reply = await enter(wrong)
      expect([wrong, reply.status, reply.body]).toMatchObject([wrong, 401, { code: 'passkey_refused' }])
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    const [one, other] = [await begin(), await begin()]
    const crossed = { ...device.answer(one), ceremony: other.ceremony }
    expect((await answer(crossed)).body).toMatchObject({ code: 'passkey_refused' })
    const late = device.answer(await begin())
    app.clock.advance(5 * 60_000 + 1)
    expect((await answer(late)).status).toBe(410)
    const evil = { ...ownPage, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await app.ask(beginPasskeySignIn, { headers: evil, body: {} })).status).toBe(403)
  })

  test("of another account's passkey does not pass as one's own", async () => {
    const viewer = await home.browser('viewer')
    const theirs = authenticator(origin)
    await add(theirs, viewer, 'Theirs')
    const own = device.answer(await begin())
    const foreign = theirs.answer(await begin())
    const mixed = { ...foreign, user_handle: own.user_handle }
    expect((await answer(mixed)).body).toMatchObject({ code: 'passkey_refused' })
    const { user_handle: _, ...nameless } = device.answer(await begin())
    expect((await answer(nameless)).body).toMatchObject({ code: 'passkey_refused' })
    const again = theirs.answer(await begin(headers, true))
    expect((await answer(again, headers)).body).toMatchObject({ code: 'passkey_refused' })
    expect((await app.call(getSession, { headers })).account).toMatchObject({ email })
  })

  test('whose counter goes back is a copy: it is refused and written down', async () => {
    expect((await enter({ count: 7 })).status).toBe(200)
    for (const count of [7, 3, 0])
      expect((await enter({ count })).body).toMatchObject({ code: 'passkey_copied' })
    expect((await enter({ count: 8 })).status).toBe(200)
    const { items } = await app.call(listAccountEvents, { headers })
    expect(items[0]?.kind).toBe('passkey_refused')
  })

  test('is limited in number as passwords are', async () => {
    const statuses = []
    for (let n = 0; n < 12; n++) statuses.push((await enter({ verified: false })).status)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
  })
})

describe('where passkeys cannot work', () => {
  const at = async (host: string, scheme = 'http', to: TestApp = app) => {
    const from = { ...ownPage, host, origin: `${scheme}://${host}` }
    const { passkeys } = await to.call(getSession, { headers: from })
    const begun = await to.ask(beginPasskeySignIn, { headers: from, body: {} })
    return [passkeys.state, passkeys.address, (begun.body as { code?: string }).code]
  }

  test('it says so and why: an IP address, plain HTTP, an address beside the public one', async () => {
    expect(await at('localhost:3000')).toEqual(['available', null, undefined])
    expect(await at('127.0.0.1:3000')).toEqual(['ip_address', 'http://localhost:3000', 'passkey_ip_address'])
    expect(await at('crm.example')).toEqual(['https_needed', null, 'https_needed'])
    const settings = { RAPPORT_PUBLIC_URL: 'https://crm.example', RAPPORT_TRUST_PROXY: 'loopback' }
    const proxied = await startTestApp({ settings })
    try {
      const secure = async (host: string) => {
        const from = { ...ownPage, host, origin: `https://${host}`, 'x-forwarded-proto': 'https' }
        const { passkeys } = await proxied.call(getSession, { headers: from })
        return [passkeys.state, passkeys.address]
      }
      expect(await secure('crm.example')).toEqual(['available', null])
      expect(await secure('side.example')).toEqual(['other_address', 'https://crm.example'])
      expect(await secure('10.0.0.7')).toEqual(['ip_address', 'https://crm.example'])
    } finally {
      await proxied.close()
    }
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../testing/workspace.ts'
import { identityCommands } from './identity.commands.ts'
import { redeemLink } from './links.contract.ts'
import { makeLink } from './links.ts'
import { resetSecondFactor } from './members.contract.ts'
import { hashPassword } from './password.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  getSecondFactor,
  listAccountEvents,
  passSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
} from './second-factor.contract.ts'
import { changePassword, getSession, signIn } from './session.contract.ts'
import { codeAt, counterAt } from './totp.ts'
import { getWorkspace, updateWorkspace } from './workspaces.contract.ts'

const password = 'a quiet river under seven bridges'
let app: TestApp
let home: TestWorkspace
let secret: string
let recovery: string[]
let headers: Record<string, string>
let email: string

const now = (off = 0) => codeAt(secret, counterAt(app.clock.now()) + off)
const enter = () => app.ask(signIn, { headers: ownPage, body: { email, password } })
const stepOf = async () => ((await enter()).body as { step: string }).step
const pass = (step: string, code: string) =>
  app.ask(passSecondFactor, { headers: ownPage, body: { step, code } })

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** Somebody new each time, who has just set up a second factor. */
async function somebody(): Promise<void> {
  home = await makeWorkspace(app, 'Home')
  email = home.members.agent.email
  const password_hash = await hashPassword(password)
  const { account_id } = home.members.agent
  await app.machine.auth(db =>
    db.updateTable('account').set({ password_hash }).where('id', '=', account_id).execute(),
  )
  headers = await home.browser('agent')
  ;({ secret } = await app.call(beginSecondFactor, { headers, body: { password } }))
  const body = { code: now() }
  recovery = (await app.call(confirmSecondFactor, { headers, body })).recovery_codes
  app.clock.advance(60_000)
}
beforeEach(somebody)

describe('setting it up', () => {
  test('takes the password and a first code, signs other browsers out and shows ten codes once', async () => {
    expect(new Set(recovery).size).toBe(10)
    expect(recovery[0]).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/)
    const other = home.members.viewer
    const hash = await hashPassword(password)
    await app.machine.auth(db =>
      db.updateTable('account').set({ password_hash: hash }).where('id', '=', other.account_id).execute(),
    )
    const [one, two] = [await home.browser('viewer'), await home.browser('viewer')]
    const wrong = await app.ask(beginSecondFactor, { headers: one, body: { password: 'not this one' } })
    expect(wrong.body).toMatchObject({ code: 'wrong_password', errors: [{ path: 'password' }] })
    const begun = await app.call(beginSecondFactor, { headers: one, body: { password } })
    expect(begun.uri).toContain(`secret=${begun.secret}`)
    expect((await app.call(getSecondFactor, { headers: one })).on_since).toBeNull()
    const early = await app.ask(signIn, { headers: ownPage, body: { email: other.email, password } })
    expect(early.body).toMatchObject({ state: 'signed_in' })
    const refused = await app.ask(confirmSecondFactor, { headers: one, body: { code: '000000' } })
    expect(refused.body).toMatchObject({ code: 'wrong_code' })
    const code = codeAt(begun.secret, counterAt(app.clock.now()))
    await app.call(confirmSecondFactor, { headers: one, body: { code } })
    expect((await app.call(getSession, { headers: two })).state).toBe('signed_out')
    expect(await app.call(getSecondFactor, { headers: one })).toMatchObject({ recovery_codes_left: 10 })
    const again = await app.ask(beginSecondFactor, { headers: one, body: { password } })
    expect(again.body).toMatchObject({ code: 'second_factor_on' })
  })

  test('keeps neither the secret nor a recovery code in the database', async () => {
    const kept = await app.machine.auth(async db => [
      await db.selectFrom('second_factor').selectAll().execute(),
      await db.selectFrom('recovery_code').selectAll().execute(),
    ])
    const text = JSON.stringify(kept, (_key, value: unknown) =>
      (value as { type?: string } | null)?.type === 'Buffer'
        ? Buffer.from((value as { data: number[] }).data).toString('latin1')
        : value,
    )
    for (const one of [secret, ...recovery]) expect(text).not.toContain(one)
  })
})

describe('signing in', () => {
  test('takes the code after the password, and the password alone opens nothing', async () => {
    const first = await enter()
    expect(first.body).toMatchObject({
      state: 'second_factor',
      account: null,
      workspaces: [],
      permissions: [],
    })
    expect(first.headers['set-cookie']).toBeUndefined()
    const { step } = first.body as { step: string }
    expect(
      (await app.ask(getWorkspace, { headers: { ...ownPage, cookie: `rapport_session=${step}` } })).status,
    ).toBe(401)
    const reply = await pass(step, now())
    expect(reply.body).toMatchObject({ state: 'signed_in', role: 'agent' })
    expect((await pass(step, now(1))).body).toMatchObject({ code: 'step_over' })
  })

  test('counts one code once, also when it comes many times at the same moment', async () => {
    const steps = await Promise.all([1, 2, 3, 4].map(stepOf))
    const code = now()
    const replies = await Promise.all(steps.map(step => pass(step, code)))
    expect(replies.map(reply => reply.status).toSorted((a, b) => a - b)).toEqual([200, 400, 400, 400])
    expect((await pass(await stepOf(), code)).body).toMatchObject({ code: 'wrong_code' })
    // Nor does an older one come back after a newer one was used.
    expect((await pass(await stepOf(), now(-1))).body).toMatchObject({ code: 'wrong_code' })
    expect((await pass(await stepOf(), now(1))).status).toBe(200)
  })

  test('takes each recovery code once, however it is typed, and nobody else’s', async () => {
    const [foreign = ''] = recovery
    await somebody()
    expect((await pass(await stepOf(), foreign)).body).toMatchObject({ code: 'wrong_code' })
    const [code = '', next = ''] = recovery
    const typed = code.toLowerCase().replaceAll('-', ' ')
    const steps = await Promise.all([1, 2].map(stepOf))
    const replies = await Promise.all(steps.map(step => pass(step, typed)))
    expect(replies.map(reply => reply.status).toSorted((a, b) => a - b)).toEqual([200, 400])
    expect(await app.call(getSecondFactor, { headers })).toMatchObject({ recovery_codes_left: 9 })
    const renewed = await app.call(renewRecoveryCodes, { headers, body: { password } })
    expect((await pass(await stepOf(), next)).status).toBe(400)
    expect((await pass(await stepOf(), renewed.recovery_codes[3] ?? '')).status).toBe(200)
    const { items } = await app.call(listAccountEvents, { headers })
    expect(items.map(event => event.kind)).toEqual([
      'recovery_code_used',
      'recovery_codes_renewed',
      'recovery_code_used',
      'second_factor_on',
    ])
  })

  test('cannot be guessed: five tries a step, ten in a row, and a step lasts five minutes', async () => {
    const step = await stepOf()
    const wrong = await Promise.all(Array.from({ length: 8 }, () => pass(step, '000000')))
    expect(wrong.map(reply => reply.status).toSorted((a, b) => a - b)).toEqual([
      400, 400, 400, 400, 400, 410, 410, 410,
    ])
    expect((await pass(step, now())).status).toBe(410)
    const late = await stepOf()
    app.clock.advance(5 * 60_000 + 1)
    expect((await pass(late, now())).status).toBe(410)
    const statuses = []
    for (let n = 0; n < 7; n++) statuses.push((await pass(await stepOf(), '000000')).status)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429])
    expect((await pass(await stepOf(), now())).status).toBe(429)
    app.clock.advance(16 * 60_000)
    expect((await pass(await stepOf(), now())).status).toBe(200)
  })

  test('is over for whoever has given the old password only, once there is a new one', async () => {
    const step = await stepOf()
    const body = { current_password: password, new_password: 'nine herons over the northern marsh' }
    await app.call(changePassword, { headers, body })
    expect((await pass(step, now())).body).toMatchObject({ code: 'step_over' })
  })

  test('with a link for a new password owes the code as well', async () => {
    const { account_id } = home.members.agent
    const { machine } = app
    const link = await machine.auth(db => makeLink(machine, db, { purpose: 'password', account_id }))
    const token = link.path.split('#')[1] ?? ''
    const body = { token, password: 'nine copper kettles sing at dusk' }
    const reply = await app.ask(redeemLink, { headers: ownPage, body })
    expect(reply.body).toMatchObject({ state: 'second_factor', account: null })
    expect(reply.headers['set-cookie']).toBeUndefined()
    expect((await pass((reply.body as { step: string }).step, now())).status).toBe(200)
  })
})

describe('a workspace that demands it', () => {
  test('lets members do nothing but set it up, and lets nobody take it off', async () => {
    const viewer = await home.browser('viewer')
    expect((await app.ask(getWorkspace, { headers: viewer })).status).toBe(200)
    const on = { second_factor_required: true }
    await app.call(updateWorkspace, { key: home.keys.owner, body: on })
    expect((await app.ask(getWorkspace, { headers: viewer })).status).toBe(403)
    expect(await app.call(getSession, { headers: viewer })).toMatchObject({
      owes_second_factor: true,
      permissions: ['account.manage'],
    })
    expect((await app.call(getSecondFactor, { headers: viewer })).required).toBe(true)
    // Who has one works on, and so do keys.
    expect((await app.ask(getWorkspace, { headers })).status).toBe(200)
    expect((await app.ask(getWorkspace, { key: home.keys.viewer })).status).toBe(200)
    const refused = await app.ask(removeSecondFactor, { headers, body: { password } })
    expect(refused.body).toMatchObject({ code: 'second_factor_required' })
    await app.call(updateWorkspace, { key: home.keys.owner, body: { second_factor_required: false } })
    await app.call(removeSecondFactor, { headers, body: { password } })
    expect((await enter()).body).toMatchObject({ state: 'signed_in' })
  })
})

describe('somebody who has lost it', () => {
  test('is let in again by an owner of the installation, which is written down', async () => {
    const reset = async (role: 'owner' | 'admin') =>
      app.ask(resetSecondFactor, {
        headers: await home.browser(role),
        params: { id: home.members.agent.id },
      })
    expect((await reset('owner')).status).toBe(403)
    await app.machine.auth(db =>
      db
        .updateTable('account')
        .set({ is_installation_owner: true })
        .where('id', '=', home.members.owner.account_id)
        .execute(),
    )
    expect((await reset('owner')).status).toBe(204)
    expect((await app.call(getSession, { headers })).state).toBe('signed_out')
    expect((await enter()).body).toMatchObject({ state: 'signed_in' })
    const { items } = await app.call(listAccountEvents, { headers: await home.browser('agent') })
    expect(items[0]).toMatchObject({ kind: 'second_factor_reset', by_you: false })
  })

  test('or on the command line', async () => {
    const command = identityCommands.find(one => one.name === 'account reset-factor')
    expect(await command?.run(app.machine, ['--email', email], () => undefined)).toBe(0)
    expect((await enter()).body).toMatchObject({ state: 'signed_in' })
  })
})

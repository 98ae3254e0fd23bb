import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type MailServer, readMail, startMailServer } from '../testing/mail-server.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../testing/workspace.ts'
import { redeemLink } from './links.contract.ts'
import { getMail } from './mail.contract.ts'
import { mailHealth } from './mail.ts'
import {
  addMember,
  listInvitations,
  listMembers,
  resendInvitation,
  revokeInvitation,
  showInvitationLink,
} from './members.contract.ts'
import { askForReset, getSession, signIn } from './session.contract.ts'

let server: MailServer
let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  server = await startMailServer()
  const settings = { SMTP_URL: server.url, RAPPORT_MAIL_FROM: 'crm@shop.example' }
  app = await startTestApp({ settings })
  await app.work()
  home = await makeWorkspace(app, 'Home')
})
afterAll(async () => {
  await app.close()
  await server.close()
})

const password = 'a quiet river under seven bridges'
const tokenIn = (text: string) => /#(\w+)/.exec(text)?.[1] ?? ''
const redeem = (text: string, given = password) =>
  app.ask(redeemLink, { headers: ownPage, body: { token: tokenIn(text), password: given } })
const invite = (name: string) =>
  app.call(addMember, {
    key: home.keys.admin,
    body: { name, email: `${name}@people.example`, role: 'agent' },
  })
const invitation = async (id: string) =>
  (await app.call(listInvitations, { key: home.keys.admin })).items.find(one => one.id === id)
/** What the job writes down after the mail server has answered. */
async function settled(id: string, state: string) {
  for (let turn = 0; turn < 400; turn++) {
    const found = await invitation(id)
    if (found?.mail?.state === state) return found
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error(`the invitation's message did not become ${state}`)
}
const ask = (email: string) => app.ask(askForReset, { headers: ownPage, body: { email } })

describe('an invitation', () => {
  test('goes to the address as a message with the link, and is open until somebody joins', async () => {
    const { id } = await invite('ada')
    const { subject, text, from } = await server.next('ada@people.example')
    expect([subject, from]).toEqual(['Join Home on Rapport', 'crm@shop.example'])
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:3000\/join#\w{43}/)
    expect(await settled(id, 'sent')).toMatchObject({ role: 'agent', expired: false })
    expect((await redeem(text)).body).toMatchObject({ state: 'signed_in', member_id: id })
    expect(await invitation(id)).toBeUndefined()
    const again = await app.ask(resendInvitation, { key: home.keys.admin, params: { id } })
    expect(again.body).toMatchObject({ code: 'not_invited' })
  })

  test('sent again has a new link, and the old one is dead', async () => {
    const { id } = await invite('bob')
    const first = await server.next('bob@people.example')
    app.clock.advance(1000)
    await app.call(resendInvitation, { key: home.keys.admin, params: { id } })
    const second = await server.next('bob@people.example')
    expect((await redeem(first.text)).status).toBe(410)
    expect((await redeem(second.text)).status).toBe(200)
  })

  test('taken back is dead, also when the same person is invited again', async () => {
    const { id } = await invite('cyd')
    const first = await server.next('cyd@people.example')
    await app.call(revokeInvitation, { key: home.keys.admin, params: { id } })
    expect(await invitation(id)).toBeUndefined()
    expect((await redeem(first.text)).status).toBe(410)
    const { items } = await app.call(listMembers, { key: home.keys.admin, query: { limit: 200 } })
    expect(items.filter(one => one.id === id)).toEqual([])
    expect((await invite('cyd')).id).toBe(id)
    const second = await server.next('cyd@people.example')
    expect((await redeem(first.text)).status).toBe(410)
    expect((await redeem(second.text)).status).toBe(200)
  })

  test('that the mail server puts off is tried again; one that it refuses is shown with the reason', async () => {
    server.refuse(451)
    const late = await invite('dan')
    await server.next('dan@people.example')
    await settled(late.id, 'sent')
    server.refuse(550)
    const refused = await invite('eve')
    expect((await settled(refused.id, 'failed')).mail?.reason).toBe('refused_address')
    expect(await mailHealth(app.machine)).toMatchObject({ ok: true, value: 1 })
  })

  test('expires, and says so', async () => {
    const { id } = await invite('fay')
    const { text } = await server.next('fay@people.example')
    await settled(id, 'sent')
    app.clock.advance(8 * 86_400_000)
    expect((await invitation(id))?.expired).toBe(true)
    expect((await redeem(text)).status).toBe(410)
  })

  test('fills no mailbox, however often it is sent', async () => {
    const { id } = await invite('gus')
    const statuses = []
    for (let n = 0; n < 8; n++)
      statuses.push((await app.ask(resendInvitation, { key: home.keys.admin, params: { id } })).status)
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429, 429])
  })

  test('shows its link to an owner of the installation alone', async () => {
    const { id } = await invite('hal')
    const shown = async () =>
      app.ask(showInvitationLink, { headers: await home.browser('owner'), params: { id } })
    expect((await shown()).status).toBe(403)
    await app.machine.auth(db =>
      db
        .updateTable('account')
        .set({ is_installation_owner: true })
        .where('id', '=', home.members.owner.account_id)
        .execute(),
    )
    const { path } = (await shown()).body as { path: string }
    // The message may leave after that, with a link of its own.
    await server.next('hal@people.example')
    expect((await redeem(path)).status).toBe(200)
  })
})

describe('a forgotten password', () => {
  const { email } = { email: 'ada@people.example' }

  test('is replaced with a link that works once and signs every browser out', async () => {
    const before = await app.ask(signIn, { headers: ownPage, body: { email, password } })
    const headers = { ...ownPage, cookie: String(before.headers['set-cookie']).split(';')[0] ?? '' }
    expect((await server.next(email)).subject).toBe('New sign-in: an unknown browser')
    expect((await ask(email)).status).toBe(204)
    const { text, to } = await server.next(email)
    expect(to).toEqual([email])
    const next = 'nine copper kettles sing at dusk'
    const replies = await Promise.all([1, 2, 3].map(() => redeem(text, next)))
    expect(replies.map(reply => reply.status).toSorted((a, b) => a - b)).toEqual([200, 410, 410])
    expect((await app.call(getSession, { headers })).state).toBe('signed_out')
    const old = await app.ask(signIn, { headers: ownPage, body: { email, password } })
    expect(old.status).toBe(401)
  })

  test('has a link for an hour only', async () => {
    await ask('bob@people.example')
    const { text } = await server.next('bob@people.example')
    app.clock.advance(61 * 60_000)
    expect((await redeem(text)).status).toBe(410)
  })

  test('answers the same for an address that nobody has, and nothing is sent', async () => {
    const [known, unknown] = [await ask('cyd@people.example'), await ask('nobody@people.example')]
    const told = ({ status, body }: typeof known) => ({ status, body })
    expect(told(unknown)).toEqual(told(known))
    await server.next('cyd@people.example')
    const { waiting } = await app.machine.auth(async db => {
      for (let turn = 0; turn < 200; turn++) {
        const rows = await db.selectFrom('mail').select('id').where('account_id', 'is', null).execute()
        if (rows.length === 0) return { waiting: 0 }
        await new Promise(resolve => setTimeout(resolve, 25))
      }
      return { waiting: 1 }
    })
    expect(waiting).toBe(0)
    expect(server.received.filter(one => one.to.includes('nobody@people.example'))).toEqual([])
  })

  test('cannot be asked for often, and the limit tells nothing either', async () => {
    const often = async (email: string) => {
      const statuses = []
      for (let n = 0; n < 5; n++) statuses.push((await ask(email)).status)
      return statuses
    }
    expect(await often('dan@people.example')).toEqual([204, 204, 204, 429, 429])
    expect(await often('never@people.example')).toEqual([204, 204, 204, 429, 429])
  })

  test('is asked for by our own page only', async () => {
    const headers = { origin: 'https://evil.example', host: ownPage.host }
    expect((await app.ask(askForReset, { headers, body: { email } })).status).toBe(403)
  })
})

test('without a mail server the messages lie in a folder, which only those are told who manage members', async () => {
  const bare = await startTestApp()
  try {
    await bare.work()
    const shop = await makeWorkspace(bare, 'Shop')
    const { id } = await bare.call(addMember, {
      key: shop.keys.admin,
      body: { name: 'Ida', email: 'ida@people.example', role: 'viewer' },
    })
    const { folder } = await bare.call(getMail, { key: shop.keys.admin })
    expect(folder).toBe(join(bare.machine.config.data, 'mail'))
    for (let turn = 0; turn < 400; turn++) {
      const { items } = await bare.call(listInvitations, { key: shop.keys.admin })
      const found = items.find(one => one.id === id)?.mail
      if (found?.state === 'filed') break
      await new Promise(resolve => setTimeout(resolve, 25))
    }
    const [name = ''] = readdirSync(folder ?? '')
    const { text } = readMail(readFileSync(join(folder ?? '', name), 'utf8'))
    const reply = await bare.ask(redeemLink, { headers: ownPage, body: { token: tokenIn(text), password } })
    expect(reply.body).toMatchObject({ state: 'signed_in', role: 'viewer' })
    expect((await bare.ask(getMail, { key: shop.keys.manager })).status).toBe(403)
    expect((await bare.ask(listInvitations, { key: shop.keys.manager })).status).toBe(403)
  } finally {
    await bare.close()
  }
})

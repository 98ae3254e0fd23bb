import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf } from '../src/core/endpoint.ts'
import { newId } from '../src/core/id.ts'
import { people } from '../src/customers/customers.contract.ts'
import { createImport, type Preview, uploadImportFile } from '../src/data/imports.contract.ts'
import { createSurvey, invitePeople, openSurvey } from '../src/feedback/surveys.contract.ts'
import { addMember } from '../src/identity/members.contract.ts'
import { hashPassword } from '../src/identity/password.ts'
import { changePassword, getSession, signIn, updateAccount } from '../src/identity/session.contract.ts'
import { setReach, updateWorkspace } from '../src/identity/workspaces.contract.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { importing } from '../src/testing/imports.ts'
import { type MailServer, startMailServer } from '../src/testing/mail-server.ts'
import { hidden, npsQuestion, pathOf } from '../src/testing/surveys-cast.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../src/testing/workspace.ts'

// What a member has set for himself, and the messages that follow it.

let server: MailServer
let app: TestApp
let home: TestWorkspace
type Headers = Record<string, string>
let manager: Headers
let address: string
beforeAll(async () => {
  server = await startMailServer()
  const settings = { SMTP_URL: server.url, RAPPORT_MAIL_FROM: 'crm@shop.example' }
  app = await startTestApp({ settings })
  await app.work()
  home = await makeWorkspace(app, 'Home')
  manager = await home.browser('manager')
  address = home.members.manager.email
})
afterAll(async () => {
  await app.close()
  await server.close()
})

const set = (body: object, headers = manager) => app.call(updateAccount, { headers, body })
/** Texts with umlauts travel encoded in a subject. */
const subjectOf = ({ subject }: { subject: string }) =>
  subject.replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=\s?/gi, (_all, word: string) =>
    Buffer.from(
      word
        .replaceAll('_', ' ')
        .replaceAll(/=([\dA-F]{2})/g, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      'latin1',
    ).toString('utf8'),
  )

/** What was to be told has been told, or not. */
const settled = (job: string) =>
  expect
    .poll(
      () =>
        app.machine.systemConnection(async client => {
          const sql = 'select id from graphile_worker.jobs where task_identifier = $1'
          return (await client.query(sql, [job])).rowCount
        }),
      { timeout: 10_000 },
    )
    .toBe(0)

async function importPeople(name: string, content: string): Promise<string> {
  const sent = await app.app.inject({
    method: 'POST',
    url: addressOf(uploadImportFile, { query: { name } }),
    headers: { ...manager, 'content-type': 'application/octet-stream' },
    payload: content,
  })
  const preview = sent.json<Preview>()
  const body = { file_id: preview.file.id, kind: 'person' as const }
  return (await app.call(createImport, { headers: manager, body })).id
}

describe('a profile', () => {
  test('is set once for the account and holds in every browser; what is not sent stays', async () => {
    await set({ language: 'de', time_zone: 'America/New_York' })
    await set({ name: 'Mara Manager' })
    const elsewhere = await home.browser('manager')
    expect((await app.call(getSession, { headers: elsewhere })).account).toMatchObject({
      name: 'Mara Manager',
      language: 'de',
      time_zone: 'America/New_York',
      muted: [],
    })
    for (const wrong of [{ time_zone: 'Mars/Olympus' }, { language: 'tlh' }, { muted: ['security'] }])
      expect((await app.ask(updateAccount, { headers: manager, body: wrong as never })).status).toBe(400)
  })
})

describe('a message about how the account is entered', () => {
  test('comes in the language and on the clock of the account, whatever is muted', async () => {
    await set({ muted: ['import_ended', 'detractor'] })
    const password = 'a quiet river under seven bridges'
    const password_hash = await hashPassword(password)
    const { account_id } = home.members.manager
    await app.machine.auth(db =>
      db.updateTable('account').set({ password_hash }).where('id', '=', account_id).execute(),
    )
    app.clock.set('2026-03-02T20:30:00Z')
    const body = { current_password: password, new_password: 'nine copper kettles sing at dusk' }
    await app.call(changePassword, { headers: manager, body })
    manager = await home.browser('manager')
    const message = await server.next(address)
    const { text } = message
    expect(subjectOf(message)).toBe('Ihr Rapport-Konto: Das Passwort wurde geändert')
    expect(text).toContain('2. März 2026 um 15:30 (America/New_York)')
    expect(text).toContain('http://127.0.0.1:3000/account')
  })

  test('is in the language of the workspace where the account has none, as an invitation is', async () => {
    await app.call(updateWorkspace, { key: home.keys.owner, body: { locale: 'de-AT' } })
    const body = { name: 'Uwe', email: 'uwe@people.example', role: 'viewer' as const }
    await app.call(addMember, { key: home.keys.admin, body })
    const { subject, text } = await server.next('uwe@people.example')
    expect(subject).toBe('Einladung zu Home in Rapport')
    expect(text).toContain('Er gilt einmal, bis 9. März 2026 um 21:30')
  })
})

describe('a message that one may do without', () => {
  test('tells of a browser that was not known to the account; not of the first one, and not to who wants none', async () => {
    const { account_id, email } = home.members.viewer
    const password = 'a quiet river under seven bridges'
    const password_hash = await hashPassword(password)
    await app.machine.auth(db =>
      db.updateTable('account').set({ password_hash }).where('id', '=', account_id).execute(),
    )
    const enter = async (browser: string, cookie = '') => {
      const headers = { ...ownPage, 'user-agent': browser, ...(cookie ? { cookie } : {}) }
      const reply = await app.ask(signIn, { headers, body: { email, password } })
      expect(reply.status).toBe(200)
      return [reply.headers['set-cookie']].flat().map(one => String(one).split(';')[0])
    }
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1'
    const [, known] = await enter(firefox)
    await enter(firefox, known)
    app.clock.set('2026-03-02T20:30:00Z')
    const [session = '', phone] = await enter(safari)
    const message = await server.next(email)
    expect(subjectOf(message)).toBe('Neue Anmeldung: Safari unter iOS')
    expect(message.text).toContain('Safari unter iOS, 2. März 2026 um')
    expect(message.text).toMatch(/melden Sie die anderen Browser ab:\s+http:\/\/127.0.0.1:3000\/account\s/)
    await enter(safari, phone)
    await settled('mail.send')
    const headers = { ...ownPage, cookie: session }
    await set({ muted: ['new_sign_in'], language: 'en' }, headers)
    await enter('Something else')
    await settled('mail.send')
    expect(server.received.filter(one => one.to.includes(email))).toEqual([])
    await set({ muted: [] }, headers)
    await enter('Something else')
    expect((await server.next(email)).subject).toBe('New sign-in: an unknown browser')
    const listed = await app.machine.auth(db =>
      db.selectFrom('mail').select('event').where('account_id', '=', account_id).execute(),
    )
    expect(JSON.stringify(listed)).not.toContain('Safari')

    // A browser is known for 400 days, or until a hundred others have come after it.
    const seen = async (count: number, days: number) => {
      const last_seen_at = new Date(app.clock.now().getTime() - days * 86_400_000)
      const old = { account_id, user_agent: 'Of long ago', first_seen_at: last_seen_at, last_seen_at }
      const rows = Array.from({ length: count }, () => ({ ...old, id: newId(), digest: randomBytes(32) }))
      await app.machine.auth(db => db.insertInto('known_browser').values(rows).execute())
      await enter('One more')
      return app.machine.auth(db =>
        db.selectFrom('known_browser').select('user_agent').where('account_id', '=', account_id).execute(),
      )
    }
    expect((await seen(1, 401)).map(one => one.user_agent)).not.toContain('Of long ago')
    expect(await seen(120, 399)).toHaveLength(100)
  })

  test('says that an import has ended, with its numbers and where to turn it off; not to who has', async () => {
    const quiet = await importPeople('quiet.csv', 'name,email\nAda,ada@quiet.example\n')
    await importing(app, home.keys.manager).finish(quiet)
    await settled('import.notice')
    await app.call(updateAccount, { headers: manager, body: { muted: [] } })
    const id = await importPeople('loud.csv', 'name,email\nBob,bob@loud.example\nCyd,nonsense\n')
    const { subject, text } = await server.next(address)
    expect(subject).toBe('Import fertig: loud.csv')
    expect(text).toContain(`http://127.0.0.1:3000/imports/${id}`)
    expect(text).toMatch(/Neu: \d, aktualisiert: 0, unverändert: 0, abgelehnt: \d\./)
    expect(text).toContain('stellen Sie hier ein: http://127.0.0.1:3000/account')
  })

  test('tells the owner of a customer who would not recommend us, and nobody of one who may not be named', async () => {
    const key = home.keys.manager
    const answer = async (name: string, score: number, more: object = {}) => {
      const owner_id = home.members.agent.id
      const { id } = await app.call(people.create, { key: home.keys.owner, body: { name, owner_id } })
      const body = { template: 'nps', name: 'After delivery', subject: 'Home', ...more } as const
      const made = await app.call(createSurvey, { key, body })
      const survey = await app.call(openSurvey, { key, params: { id: made.id } })
      const invited = await app.call(invitePeople, {
        key,
        params: { id: survey.id },
        body: { person_ids: [id] },
      })
      const url = pathOf(invited.outcomes[0]?.link)
      const page = await app.app.inject({ method: 'GET', url })
      const form = { ...hidden(page.body), [npsQuestion(survey)]: String(score) }
      const sent = await app.app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      })
      expect(sent.statusCode).toBe(303)
      return id
    }
    const agent = home.members.agent.email
    await answer('Passive Paul', 7)
    await answer('Hidden Hanna', 0, { anonymity: 'confidential' })
    const reach = (read: 'all' | 'none') =>
      app.call(setReach, {
        key: home.keys.admin,
        params: { role: 'agent' },
        body: { kind: 'person', read, write: read, delete: 'none' },
      })
    await set({ language: 'en' }, await home.browser('agent'))
    const id = await answer('Angry Anna', 3)
    const { subject, text } = await server.next(agent)
    expect(subject).toBe('Angry Anna would not recommend us (3 of 10)')
    expect(text).toContain(`http://127.0.0.1:3000/people/${id}`)
    await reach('none')
    await answer('Unseen Ulf', 2)
    await settled('feedback.detractor')
    await reach('all')
    await answer('Cross Carl', 6)
    expect((await server.next(agent)).subject).toBe('Cross Carl would not recommend us (6 of 10)')
  })
})

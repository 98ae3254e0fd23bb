import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MailServer, readMail, startMailServer } from '../testing/mail-server.ts'
import { type Config, readConfig } from './config.ts'
import { deliver, mailFolder } from './mail.ts'

let server: MailServer
const data = mkdtempSync(join(tmpdir(), 'rapport-mail-'))
beforeAll(async () => {
  server = await startMailServer()
})
afterAll(async () => {
  await server.close()
  rmSync(data, { recursive: true, force: true })
})

const now = new Date('2026-03-02T09:00:00.000Z')
const mail = {
  id: '0195a000-0000-7000-8000-000000000000',
  to: { name: 'Zoë\r\nBcc: all@example.com', address: 'zoe@example.com' },
  subject: 'Join\r\nBcc: all@example.com',
  text: 'Zoë, open http://127.0.0.1:3000/join#abc\n',
}
const through = (url: string): Config =>
  readConfig([], { SMTP_URL: url, RAPPORT_MAIL_FROM: 'crm@shop.example', RAPPORT_DATA: data })

test('a message goes through the mail server, and nothing in it becomes a header of its own', async () => {
  expect(await deliver(through(server.url), mail, now)).toBeNull()
  const got = await server.next('zoe@example.com')
  expect(got).toMatchObject({ from: 'crm@shop.example', to: ['zoe@example.com'], text: mail.text.trim() })
  expect(got.headers).toMatch(/^auto-submitted: auto-generated$/im)
  expect(got.headers).toContain(`<${mail.id}@shop.example>`)
  expect(got.headers).not.toMatch(/^bcc:/im)
})

test('what a mail server refuses for good is told from what may go better later', async () => {
  const trouble = (config: Config) => deliver(config, mail, now).catch((error: unknown) => error)
  server.refuse(550)
  expect(await trouble(through(server.url))).toMatchObject({ code: 'refused_address', final: true })
  server.refuse(451)
  expect(await trouble(through(server.url))).toMatchObject({ code: 'refused_address', final: false })
  const wrong = server.url.replace('of%20the%20tests', 'wrong')
  expect(await trouble(through(wrong))).toMatchObject({ code: 'sign_in', final: false })
  const nowhere = await trouble(through('smtp://127.0.0.1:1'))
  expect(nowhere).toMatchObject({ code: 'unreachable', final: false })
  expect(String(nowhere)).not.toContain('zoe')
})

test('without a mail server messages lie in a folder that only its owner reads, for thirty days', async () => {
  const config = readConfig([], { RAPPORT_DATA: data })
  const folder = mailFolder(config) ?? ''
  expect(await deliver(config, mail, now)).toBe(folder)
  const [name = ''] = readdirSync(folder)
  expect(readMail(readFileSync(join(folder, name), 'utf8')).text).toBe(mail.text.trim())
  expect([statSync(folder).mode & 0o777, statSync(join(folder, name)).mode & 0o777]).toEqual([0o700, 0o600])
  const old = join(folder, 'old.eml')
  writeFileSync(old, '')
  utimesSync(old, new Date(), new Date(Date.now() - 31 * 86_400_000))
  await deliver(config, { ...mail, id: 'another' }, now)
  expect(readdirSync(folder)).toHaveLength(2)
})

test('a mail server without an address to send from stops the start', () => {
  expect(() => readConfig([], { SMTP_URL: server.url })).toThrow(/RAPPORT_MAIL_FROM/)
})

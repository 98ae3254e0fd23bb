import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findRuntime } from '../src/core/runtime/data-folder.ts'
import { sleep } from '../src/core/runtime/processes.ts'
import { type Program, rapport, startProgram, stopPrograms } from '../src/testing/program.ts'

// Everything personal or secret that goes in carries this word; none of it may come out in a log, at any level.

const canary = 'kanarienvogel'
const data = mkdtempSync(join(tmpdir(), 'rapport logs '))
const password = `${canary} sits on four old horses`
const email = (name: string) => `${name}.${canary}@example.com`
let program: Program
let address: string
let cookie = ''
let writeKey = ''

beforeAll(async () => {
  program = startProgram(['--port', '0', '--data', data], { env: { RAPPORT_LOG_LEVEL: 'debug' } })
  address = await program.ready()
}, 90_000)

afterAll(async () => {
  await stopPrograms()
  rmSync(data, { recursive: true, force: true })
})

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await fetch(`${address}${path}`, {
    method,
    headers: {
      origin: address,
      'content-type': 'application/json',
      ...(cookie ? { cookie } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await reply.text()
  const given = reply.headers.getSetCookie()[0]
  if (given && reply.ok) cookie = given.split(';')[0] ?? ''
  return {
    status: reply.status,
    json: (text.startsWith('{') ? JSON.parse(text) : {}) as unknown,
  }
}

const event = (body: object) =>
  send('POST', '/v1/track', body, {
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
  })

const statements = async (...all: string[]) => {
  const client = new Client({ connectionString: findRuntime(data)?.admin_url ?? '' })
  await client.connect()
  const found = []
  for (const statement of all) found.push((await client.query(statement)).rows)
  await client.end()
  return found
}

async function setUp(): Promise<void> {
  const token = /set-up#(\S+)/.exec(program.output())?.[1]
  const workspace = {
    name: `House of ${canary}`,
    country: 'DE',
    currency: 'EUR',
    time_zone: 'Europe/Berlin',
    locale: 'en',
  }
  const owner = { name: canary, email: email('owner'), password }
  expect((await send('POST', '/api/setup', { token, workspace, owner })).status).toBe(200)
  expect(
    (await send('POST', '/api/session', { email: email('owner'), password: `${canary} wrong` })).status,
  ).toBe(401)
  writeKey = (await rapport(['key', 'create', '--write', '--name', 'shop', '--data', data])).output.trim()
}

/** What goes well and what goes wrong, in every part that takes personal data. */
async function live(): Promise<void> {
  const person = await send('POST', '/api/people', {
    name: `Ada ${canary}`,
    email: email('ada'),
    phone: '+49301234567',
  })
  expect(person.status).toBe(201)
  expect((await send('POST', '/api/people', { name: canary, email: email('ada') })).status).toBe(409)
  for (const body of [{ name: [canary] }, `{"name":"${canary}`, { name: canary, born: canary }])
    expect((await send('POST', '/api/people', body)).status).toBe(400)
  for (const query of [
    `filter=${encodeURIComponent(`nothing = "${canary}"`)}`,
    `filter=${canary} ((`,
    `sort=${canary}`,
    `after=${canary}`,
  ])
    expect((await send('GET', `/api/people?${query}`)).status).toBe(400)
  expect((await send('GET', `/api/people/${canary}`)).status).toBe(400)
  expect((await send('GET', `/api/search?q=${canary}`)).status).toBe(200)
  for (const body of [
    { userId: canary, event: 'Order Completed', context: { traits: { email: email('ada') } } },
    { userId: canary, event: `${canary}\u0000` },
    { userId: canary, event: canary, timestamp: canary },
  ])
    expect((await event(body)).status).toBe(200)
  const guest = { name: `Guest ${canary}`, email: email('guest'), role: 'agent' }
  expect((await send('POST', '/api/members', guest)).status).toBe(201)
  for (const address of [email('owner'), email('nobody')])
    expect((await send('POST', '/api/password-reset', { email: address })).status).toBe(204)
  const csv = `name,email,born\n${canary},${email('bob')},x\n${canary},no address ${canary},y\n`
  const file = await send('POST', `/api/imports/files?name=${canary}.csv`, csv, {
    'content-type': 'application/octet-stream',
  })
  expect(file.status).toBe(201)
  const { id } = (file.json as { file: { id: string } }).file
  expect((await send('POST', '/api/imports', { file_id: id, kind: 'person' })).status).toBe(201)
}

async function imported(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    const [jobs, told] = await statements(
      `select from rapport.import_job where status = 'done'`,
      `select from rapport.mail where state = 'filed' and purpose = 'import_ended'`,
    )
    if (jobs?.length && told?.length) return
    await sleep(50)
  }
  throw new Error('the import did not end')
}

/** What fails in a database quotes rows and statements, and so does the error that comes out of it. */
async function fail(): Promise<void> {
  await statements(
    `create function rapport.refuse() returns trigger language plpgsql as
     $$ begin raise exception 'cannot hold %', new.name using detail = new.email; end $$`,
    `create trigger refuse before insert on rapport.person for each row when (new.name like 'Failing%')
     execute function rapport.refuse()`,
  )
  const failing = await send('POST', '/api/people', { name: `Failing ${canary}`, email: email('failing') })
  expect(failing).toMatchObject({ status: 500, json: { code: 'internal' } })
  const busy = Array.from({ length: 40 }, (_, n) =>
    send('POST', '/api/people', { name: `${canary} ${n}`, email: email(`n${n}`) }),
  )
  await statements(
    `select pg_terminate_backend(pid) from pg_stat_activity where usename like '%runtime%' or usename like '%migrate%'`,
  )
  await Promise.all(busy)
}

it('hold nothing personal and no secret, whatever is done and whatever fails', {
  timeout: 90_000,
}, async () => {
  await setUp()
  await live()
  await imported()
  await fail()
  const metrics = await (await fetch(`${address}/metrics`)).text()
  const kept = await statements(
    `select count(*)::int as n from rapport.person where search_text like '%${canary}%'`,
    `select status from rapport.import_job`,
    `select count(*)::int as n from rapport.rejected_event`,
    `select count(*)::int as n from rapport.mail where state = 'filed'`,
  )
  // A test of what is not there proves nothing unless it could have been.
  expect(kept).toMatchObject([
    [{ n: expect.toSatisfy(n => n > 1) }],
    [{ status: 'done' }],
    [{ n: 2 }],
    [{ n: 3 }],
  ])
  const links = readdirSync(join(data, 'mail')).flatMap(name =>
    [...readFileSync(join(data, 'mail', name), 'utf8').matchAll(/#(\w+)/g)].map(match => match[1]),
  )
  expect(links).toHaveLength(2)
  const files = readdirSync(data).filter(name => name.endsWith('.log'))
  expect(files).toEqual(['clickhouse.log', 'postgres.log'])
  const logs = { output: program.output(), errors: program.errors(), metrics }
  for (const file of files) Object.assign(logs, { [file]: readFileSync(join(data, file), 'utf8') })
  expect(program.errors()).toMatch(/a request failed/)
  for (const [name, text] of Object.entries(logs)) {
    expect(text.toLowerCase(), name).not.toContain(canary)
    expect(text, name).not.toContain(writeKey)
    expect(text, name).not.toContain(cookie.split('=')[1])
    for (const link of links) expect(text, name).not.toContain(link)
  }
})

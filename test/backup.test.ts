import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, rapport, startProgram, stopPrograms } from '../src/testing/program.ts'

// As docs/backup.md has it: pg_dump of a running installation, brought back on another server with the programs that
// PostgreSQL brings. They have to be of the server's version, so continuous integration runs this beside its own server.

const { TEST_DATABASE_URL = '', TEST_RESTORE_URL = '', TEST_POSTGRES_TOOLS = '' } = process.env
const { TEST_POSTGRES_LIBRARIES } = process.env

const folder = mkdtempSync(join(tmpdir(), 'rapport backup '))
const dump = join(folder, 'rapport.dump')
const database = 'rapport_backup'
const urlOf = (server: string, name = database) =>
  Object.assign(new URL(server), { pathname: `/${name}` }).href

const tool = (name: string, args: string[], input?: string): string =>
  execFileSync(join(TEST_POSTGRES_TOOLS, name), args, {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
    env: {
      ...process.env,
      ...(TEST_POSTGRES_LIBRARIES ? { LD_LIBRARY_PATH: TEST_POSTGRES_LIBRARIES } : {}),
    },
  })

async function onServer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(server, 'postgres') })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const environment = (server: string) => ({
  DATABASE_URL: urlOf(server),
  RAPPORT_SECRET: 'a secret that is kept beside the backup, 0123456789',
})
let program: Program
let address = ''
async function start(server: string): Promise<void> {
  program = startProgram(['--port', '0', '--data', join(folder, 'data')], { env: environment(server) })
  address = await program.ready()
}
async function stop(): Promise<void> {
  program.signal('SIGTERM')
  expect(await program.exited).toBe(0)
}
async function command(...args: string[]): Promise<string> {
  const done = await rapport([...args, '--data', join(folder, 'data')], environment(TEST_DATABASE_URL))
  if (done.code !== 0) throw new Error(done.errors)
  return done.output.trim()
}

beforeAll(async () => {
  for (const server of [TEST_DATABASE_URL, TEST_RESTORE_URL])
    await onServer(server, `create database ${database} template template0 encoding 'UTF8'`)
  await start(TEST_DATABASE_URL)
}, 120_000)
afterAll(async () => {
  await stopPrograms()
  for (const server of [TEST_DATABASE_URL, TEST_RESTORE_URL])
    await onServer(server, `drop database if exists ${database} with (force)`)
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

async function ask<T>(key: string, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(address + path, {
    method,
    headers: {
      authorization: key.startsWith('wk_') ? `Basic ${btoa(`${key}:`)}` : `Bearer ${key}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
  return (await reply.json()) as T
}

const events = (from: number, to: number) => ({
  batch: Array.from({ length: to - from }, (_, at) => ({
    type: 'track',
    event: 'Order placed',
    userId: `customer-${(from + at) % 7}`,
    messageId: `message-${from + at}`,
    properties: { amount_minor: 100 + at },
  })),
})

interface Listed {
  items: Record<string, unknown>[]
}
/** All that a reader sees of the workspace. */
async function seen(key: string, person: string): Promise<unknown[]> {
  const get = (path: string) => ask<Listed>(key, 'GET', path)
  return Promise.all([
    get('/api/people?limit=200&sort=-created_at'),
    get('/api/companies?limit=200&sort=name'),
    get('/api/fields?kind=person'),
    get('/api/interactions?limit=200'),
    get(`/api/people/${person}/timeline?limit=200`),
    get(`/api/people/${person}/history`),
    get(`/api/people/${person}/identifiers`),
  ])
}
const counted = async (key: string) => {
  const { days } = await ask<{ days: { interactions: number }[] }>(key, 'GET', '/api/activity')
  return days.reduce((sum, day) => sum + day.interactions, 0)
}

interface Made {
  key: string
  write: string
  stranger: string
  person: string
  merged: string
}
async function fill(): Promise<Made> {
  for (const name of ['Shop', 'Other']) await command('workspace', 'create', '--name', name)
  const key = await command('key', 'create', '--role', 'admin', '--name', 'checks', '--workspace', 'shop')
  const write = await command('key', 'create', '--write', '--name', 'till', '--workspace', 'shop')
  const stranger = await command(
    'key',
    'create',
    '--role',
    'admin',
    '--name',
    'other',
    '--workspace',
    'other',
  )
  const field = { kind: 'person', key: 'member_no', type: 'text', label: { en: 'Number' }, is_unique: true }
  await ask(key, 'POST', '/api/fields', field)
  const make = async (name: string, member_no: string) => {
    const email = `${name.toLowerCase()}@example.com`
    const body = { name, email, phone: '+493012345678', custom: { member_no } }
    return (await ask<{ id: string }>(key, 'POST', '/api/people', body)).id
  }
  const person = await make('Zoë', 'M-1')
  const merged = await make('Zoe2', 'M-2')
  await ask(key, 'PATCH', `/api/people/${merged}`, { custom: { member_no: null } })
  await ask(key, 'POST', `/api/people/${person}/merge`, { other_id: merged })
  await ask(key, 'POST', '/api/companies', { name: 'Löwe & Söhne', domain: 'loewe.example' })
  await ask(key, 'POST', '/api/interactions', { person_id: person, channel: 'phone', kind: 'call' })
  await ask(write, 'POST', '/v1/batch', events(0, 40))
  return { key, write, stranger, person, merged }
}

test('a dump of the running system, brought back on another server, is the same system and goes on', {
  timeout: 180_000,
}, async () => {
  const { key, write, stranger, person, merged } = await fill()
  await expect.poll(() => counted(key), { timeout: 60_000 }).toBe(41)
  await expect.poll(async () => (await ask<Listed>(key, 'GET', '/api/people')).items.length).toBe(8)
  const before = await seen(key, person)
  const shape = (server: string) =>
    tool('pg_dump', ['--schema-only', `--dbname=${urlOf(server)}`])
      .replaceAll(/^\\(?:un)?restrict .*$/gm, '')
      // written once as it was typed, once as it was parsed
      .replaceAll(/(NULL::[a-z ]+?) AS \w+/g, '$1')
      // rows in a list of rows: brackets within brackets at first, side by side when read again
      .replaceAll(/^.* OR .*$/gm, line => line.replaceAll(/[()]/g, ''))

  tool('pg_dump', ['--format=custom', `--file=${dump}`, `--dbname=${urlOf(TEST_DATABASE_URL)}`])
  // What happens after the backup is lost with the server; the copy in ClickHouse has seen it.
  await ask(write, 'POST', '/v1/batch', events(40, 60))
  await expect.poll(() => counted(key), { timeout: 60_000 }).toBe(61)
  await stop()

  const roles = tool('pg_dumpall', [
    '--roles-only',
    '--no-role-passwords',
    `--dbname=${urlOf(TEST_DATABASE_URL)}`,
  ])
  tool('psql', ['--quiet', `--dbname=${urlOf(TEST_RESTORE_URL)}`], roles)
  tool('pg_restore', ['--exit-on-error', `--dbname=${urlOf(TEST_RESTORE_URL)}`, dump])
  expect(shape(TEST_RESTORE_URL)).toBe(shape(TEST_DATABASE_URL))
  await start(TEST_RESTORE_URL)

  expect(await seen(key, person)).toEqual(before)
  expect((await ask<Listed>(stranger, 'GET', '/api/people')).items).toEqual([])
  await expect.poll(() => counted(key), { timeout: 60_000 }).toBe(41)
  // Sent again by a client that never heard an answer: what the backup knows counts once, the rest comes back.
  await ask(write, 'POST', '/v1/batch', events(20, 60))
  await ask(write, 'POST', '/v1/batch', events(20, 60))
  await expect.poll(() => counted(key), { timeout: 60_000 }).toBe(61)
  await ask(key, 'POST', `/api/people/${person}/unmerge`, { other_id: merged })
  const apart = await ask<{ name: string }>(key, 'GET', `/api/people/${merged}`)
  expect(apart.name).toBe('Zoe2')
  await expect(
    ask(key, 'POST', '/api/people', { name: 'Twice', custom: { member_no: 'm-1' } }),
  ).rejects.toThrow(/409.*value_taken/)
  await stop()
})

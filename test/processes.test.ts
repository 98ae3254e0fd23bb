import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connectClickHouse } from '../src/core/clickhouse.ts'
import { type Program, rapport, startProgram, stopPrograms } from '../src/testing/program.ts'

// Two processes that answer and two that work, on one PostgreSQL and one ClickHouse that none of them has started.

const apiRate = 300
const name = `rapport_shared_${randomBytes(4).toString('hex')}`
const base = mkdtempSync(join(tmpdir(), 'rapport processes '))
const server = inject('postgresUrl')
const analytics = inject('clickhouse')

const database = new URL(server)
database.pathname = `/${name}`
const copy = new URL(analytics.url)
Object.assign(copy, { username: analytics.user, password: analytics.password, pathname: `/${name}` })

const env = (role: string) => ({
  DATABASE_URL: database.href,
  CLICKHOUSE_URL: copy.href,
  RAPPORT_SECRET: 'one secret that all of these processes share',
  RAPPORT_ROLE: role,
  RAPPORT_DATA: join(base, role),
  PORT: '0',
  RAPPORT_API_RATE: String(apiRate),
})

const clickhouse = connectClickHouse({ ...analytics, database: name })
const webs: Program[] = []
const workers: Program[] = []

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

beforeAll(async () => {
  await onServer(`create database ${name} template template0 encoding 'UTF8'`)
  const admin = connectClickHouse({ ...analytics, database: 'default' })
  await admin.command(`create database ${name}`)
  await admin.close()
  // All four at the same instant, on empty databases: the migrations run once.
  for (const role of ['web', 'worker', 'web', 'worker'])
    (role === 'web' ? webs : workers).push(startProgram([], { env: env(role) }))
  await Promise.all([...webs, ...workers].map(program => program.ready()))
}, 180_000)

afterAll(async () => {
  await stopPrograms()
  await clickhouse.close()
  const admin = connectClickHouse({ ...analytics, database: 'default' })
  await admin.command(`drop database if exists ${name}`)
  await admin.close()
  await onServer(`drop database if exists ${name} with (force)`)
  rmSync(base, { recursive: true, force: true })
})

describe('two web and two worker processes on one database', { timeout: 180_000 }, () => {
  it('each is ready, and a web process without workers does no background work', async () => {
    for (const program of [...webs, ...workers]) {
      const answer = await fetch(`${await program.ready()}/ready`)
      expect(answer.status).toBe(200)
      const { items } = (await answer.json()) as { items: { name: string }[] }
      expect(items.map(item => item.name)).toContain('projection')
    }
    // A worker answers for itself only.
    const worker = await workers[0]?.ready()
    expect((await fetch(`${worker}/api/people`)).status).toBe(404)
  })

  it('events sent to both, each twice, are there once; when the working worker is killed the other goes on', async () => {
    const own = { ...env('web'), RAPPORT_DATA: join(base, 'command') }
    const made = await rapport(['workspace', 'create', '--name', 'Shop'], own)
    expect(made).toMatchObject({ code: 0, errors: '' })
    const key = (await rapport(['key', 'create', '--write', '--name', 'shop'], own)).output.trim()
    const addresses = await Promise.all(webs.map(program => program.ready()))

    const send = async (from: number, to: number) => {
      const batches = Array.from({ length: to - from }, (_, n) => ({
        batch: Array.from({ length: 10 }, (_, i) => ({
          type: 'track',
          event: 'Bought',
          messageId: `m-${from + n}-${i}`,
          userId: `user-${i}`,
        })),
      }))
      await Promise.all(
        batches.flatMap(body =>
          addresses.map(async address => {
            const answer = await fetch(`${address}/v1/batch`, {
              method: 'POST',
              headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
              body: JSON.stringify(body),
            })
            expect(answer.status).toBe(200)
          }),
        ),
      )
    }
    const counted = () =>
      clickhouse
        .query<{ n: number; ids: number }>({
          sql: 'select count() as n, uniqExact(id) as ids from interaction',
        })
        .then(([row]) => row)

    await send(0, 20)
    await expect.poll(counted, { timeout: 60_000, interval: 250 }).toEqual({ n: 200, ids: 200 })
    // One of the two holds the projector's lease; whichever it was, the events arrive after its death too.
    for (const [index, worker] of workers.entries()) {
      if (index > 0) workers[0] = startProgram([], { env: env('worker') })
      if (index > 0) await workers[0]?.ready()
      worker.signal('SIGKILL')
      await worker.exited
      await send(20 + index * 20, 40 + index * 20)
      const n = 400 + index * 200
      await expect.poll(counted, { timeout: 60_000, interval: 250 }).toEqual({ n, ids: n })
    }
  })

  it('share the limits on requests and on attempts to sign in', async () => {
    const own = { ...env('web'), RAPPORT_DATA: join(base, 'command') }
    const key = (await rapport(['key', 'create', '--role', 'viewer', '--name', 'checks'], own)).output.trim()
    const addresses = await Promise.all(webs.map(program => program.ready()))
    const started = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 2 * apiRate }, (_, n) =>
        fetch(`${addresses[n % 2]}/api/workspace`, { headers: { authorization: `Bearer ${key}` } }),
      ),
    )
    const passed = answers.filter(answer => answer.status === 200).length
    // A bucket of one window, and what has flowed into it meanwhile; each process may leave a hundredth unused.
    const flowed = ((performance.now() - started) / 10_000) * apiRate
    expect(passed).toBeLessThanOrEqual(apiRate + flowed + 1)
    expect(passed).toBeGreaterThanOrEqual(apiRate * 0.98)
    const refused = answers.find(answer => answer.status === 429)
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)

    const attempts = await Promise.all(
      Array.from({ length: 24 }, (_, n) => {
        const address = addresses[n % 2] ?? ''
        return fetch(`${address}/api/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: address, 'sec-fetch-site': 'same-origin' },
          body: JSON.stringify({ email: 'eve@example.com', password: 'one guess after the other' }),
        })
      }),
    )
    expect(attempts.filter(answer => answer.status === 401)).toHaveLength(10)
    expect(attempts.filter(answer => answer.status === 429)).toHaveLength(14)
  })

  it('a process of the role ingest takes events, and answers nothing else', async () => {
    const own = { ...env('web'), RAPPORT_DATA: join(base, 'command') }
    const key = (await rapport(['key', 'create', '--write', '--name', 'site'], own)).output.trim()
    const program = startProgram([], { env: env('ingest') })
    const address = await program.ready()
    const answer = await fetch(`${address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${key}:`)}` },
      body: JSON.stringify({ userId: 'ada', event: 'Seen', messageId: 'by-ingest' }),
    })
    expect(answer.status).toBe(200)
    expect((await fetch(`${address}/ready`)).status).toBe(200)
    for (const path of ['/', '/api/people', '/api/session', '/s/x'])
      expect([path, (await fetch(address + path)).status]).toEqual([path, 404])
  })

  it('the role migrate prepares the databases and ends', async () => {
    const program = startProgram([], { env: env('migrate') })
    expect(await program.exited).toBe(0)
    expect(program.output()).toBe('The databases are ready.\n')
  })
})

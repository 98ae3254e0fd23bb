import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, expect, it } from 'vitest'
import { findRuntime } from '../src/core/runtime/data-folder.ts'
import { freePort, sleep } from '../src/core/runtime/processes.ts'
import type { Import } from '../src/data/imports.contract.ts'
import { aim, type Installation, install } from '../src/testing/crash.ts'
import { rapport, stopPrograms } from '../src/testing/program.ts'

// The server is killed three times in the middle of one import; RAPPORT_CRASHES=30 for the long run.
const times = Number(process.env.RAPPORT_CRASHES ?? 3)
const people = times * 1500
const base = mkdtempSync(join(tmpdir(), 'rapport import crash '))

afterEach(stopPrograms)
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Most rows are new people; some cannot be read, some change a person of an earlier row, some only repeat one. */
function file(): { text: string; counts: Import['counts'] } {
  const rows: string[] = []
  const counts = { rows: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 }
  const add = (row: string, outcome: 'created' | 'updated' | 'unchanged' | 'rejected') => {
    rows.push(row)
    counts.rows++
    counts[outcome]++
  }
  for (let n = 0; n < people; n++) {
    const person = (id: number, city: string) => `p${id},Person ${id},person${id}@example.com,${city}`
    add(person(n, 'Bonn'), 'created')
    if (n % 50 === 7) add(`q${n},Nobody ${n},not an address,Bonn`, 'rejected')
    if (n % 40 === 9) add(person(n - 9, 'Köln'), 'updated')
    if (n % 30 === 11) add(person(n - 1, 'Bonn'), 'unchanged')
  }
  return { text: `external_id,name,email,city\n${rows.join('\n')}\n`, counts }
}

async function inDatabase<T>(data: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: findRuntime(data)?.admin_url ?? '' })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

function importsOf({ address }: Installation, key: string) {
  const ask = async (path: string, init: RequestInit = {}, type = 'application/json'): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type }
    const reply = await fetch(`${address}/api/imports${path}`, { ...init, headers })
    if (!reply.ok) throw new Error(await reply.text())
    return reply.json()
  }
  return {
    async start(text: string): Promise<string> {
      const { file } = (await ask('/files?name=people.csv', { method: 'POST', body: text }, 'text/csv')) as {
        file: { id: string }
      }
      const body = JSON.stringify({ file_id: file.id, kind: 'person', match: ['email', 'external_id'] })
      return ((await ask('', { method: 'POST', body })) as Import).id
    },
    get: async (id: string) => (await ask(`/${id}`)) as Import,
  }
}

it(`an import whose server is killed ${times} times brings in every row exactly once`, {
  timeout: 60_000 + times * 30_000,
}, async () => {
  const installation = await install(join(base, 'data'), await freePort())
  const making = ['key', 'create', '--role', 'admin', '--name', 'import', '--data', installation.data]
  const { output } = await rapport(making)
  const imports = importsOf(installation, output.trim())
  const { text, counts } = file()
  const id = await imports.start(text)
  let hits = 0
  let seen = 0
  for (let kill = 0; kill < times; kill++) {
    const more = () => imports.get(id).then(one => one.counts.rows > seen || one.status === 'done')
    await expect.poll(more, { timeout: 30_000, interval: 20 }).toBe(true)
    await sleep(Math.random() * 150)
    const now = await imports.get(id)
    if (now.status === 'running') hits++
    seen = now.counts.rows
    await aim(installation, 'server')()
  }
  const ended = () => imports.get(id).then(one => one.status)
  await expect.poll(ended, { timeout: 60_000, interval: 100 }).toBe('done')
  expect((await imports.get(id)).counts).toEqual(counts)
  expect(hits).toBeGreaterThanOrEqual(times - 1)
  const stored = await inDatabase(installation.data, async client => {
    await client.query('set search_path = rapport')
    const one = async (sql: string) => (await client.query<Record<string, number>>(sql)).rows[0]
    return {
      people: await one('select count(*)::int as rows, count(distinct external_id)::int as ids from person'),
      claims: await one('select count(*)::int as rows from identifier_person'),
      created: await one(
        `select count(*)::int as rows, count(distinct record_id)::int as ids from change where kind = 'person' and op = 'insert'`,
      ),
      updated: await one(
        `select count(*)::int as rows from change where kind = 'person' and op = 'update' and after = '{"city": "Köln"}'`,
      ),
      rejected: await one('select count(*)::int as rows from import_reject'),
    }
  })
  expect(stored).toEqual({
    people: { rows: people, ids: people },
    claims: { rows: people * 2 },
    created: { rows: people, ids: people },
    updated: { rows: counts.updated },
    rejected: { rows: counts.rejected },
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { findRuntime } from '../src/core/runtime/data-folder.ts'
import { freePort, sleep } from '../src/core/runtime/processes.ts'
import {
  aim,
  type Installation,
  install,
  judge,
  killClients,
  readLedgers,
  readStored,
  startClients,
  tally,
  type Victim,
  visibleDoubles,
} from '../src/testing/crash.ts'
import { stopPrograms } from '../src/testing/program.ts'

// Each victim is killed three times; RAPPORT_CRASHES=30 for the long run.
const times = Number(process.env.RAPPORT_CRASHES ?? 3)
const seed = Number(process.env.RAPPORT_SEED ?? Date.now() % 1_000_000)
const base = mkdtempSync(join(tmpdir(), 'rapport crash '))
const nothing = { lost: [], doubled: [], invented: [], different: [] }

afterEach(async () => {
  killClients()
  await stopPrograms()
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** A small generator of random numbers, so that a run can be repeated with its seed. */
function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const acknowledged = (files: string[]) => tally(files).acknowledged * 20

/** Waits for the moment in which batches are on their way; a kill then is a hit. */
async function underWay(files: string[]): Promise<boolean> {
  for (let look = 0; look < 1000; look++) {
    const { sent, acknowledged } = tally(files)
    if (sent > acknowledged) return true
    await sleep(1)
  }
  return false
}

/** More has been acknowledged than before: the work goes on. */
async function progress(files: string[], since: number, more: number): Promise<number> {
  await expect
    .poll(() => acknowledged(files), { timeout: 90_000, interval: 50 })
    .toBeGreaterThan(since + more)
  return acknowledged(files)
}

/** The first answer, whatever it is; only silence is waited out. */
async function whenItAnswers<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(200)
    }
  }
}

/** Everything PostgreSQL has is in ClickHouse, as often as there. */
async function drained(data: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const stored = await readStored(data).catch(() => undefined)
        return stored ? stored.postgres_ids.length - stored.clickhouse_ids.length : undefined
      },
      { timeout: 120_000, interval: 500 },
    )
    .toBe(0)
}

async function askPostgres(installation: Installation, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: findRuntime(installation.data)?.admin_url ?? '' })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

describe('crashes in the middle of ingestion', () => {
  it(`server, PostgreSQL and ClickHouse killed ${times} times each: nothing acknowledged is lost, nothing is doubled`, {
    timeout: 120_000 + times * 3 * 90_000,
  }, async () => {
    const random = randomFrom(seed)
    const installation = await install(join(base, 'storm'), await freePort())
    const clients = startClients(installation, 2)
    const plan: Victim[] = Array.from({ length: times }, () => ['server', 'postgres', 'clickhouse'] as const)
      .flat()
      .map(victim => ({ victim, order: random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ victim }) => victim)
    let hits = 0
    let seen = await progress(clients.files, 0, 100)
    for (const victim of plan) {
      await sleep(random() * 500)
      const kill = aim(installation, victim)
      if (await underWay(clients.files)) hits++
      seen = acknowledged(clients.files)
      await kill()
      seen = await progress(clients.files, seen, 100)
      // Doubles must be visible to no query at any time, not only after the background has cleaned up.
      expect(await whenItAnswers(() => visibleDoubles(installation.data))).toBe(0)
    }
    await clients.stop()
    await drained(installation.data)
    const ledger = readLedgers(clients.files)
    const verdict = judge(ledger, await readStored(installation.data))
    process.stderr.write(
      `seed ${seed}: ${plan.length} kills, ${hits} hits, ${ledger.acknowledged.size} messages acknowledged\n`,
    )
    expect(ledger.complaints).toEqual([])
    expect(verdict).toEqual(nothing)
    expect(hits).toBeGreaterThanOrEqual(Math.floor(plan.length * 0.95))
    expect(ledger.acknowledged.size).toBeGreaterThanOrEqual(plan.length * 100)
  })

  it('the same account catches a PostgreSQL that acknowledges before it has written', {
    timeout: 240_000,
  }, async () => {
    const installation = await install(join(base, 'fault'), await freePort())
    await askPostgres(installation, [
      'alter system set synchronous_commit = off',
      "alter system set wal_writer_delay = '10s'",
      'select pg_reload_conf()',
    ])
    const clients = startClients(installation, 2)
    let seen = await progress(clients.files, 0, 400)
    let lost = 0
    for (let round = 0; round < 5 && lost === 0; round++) {
      await aim(installation, 'postgres')()
      seen = await progress(clients.files, seen, 400)
      const ledger = readLedgers(clients.files)
      lost = judge(ledger, await readStored(installation.data)).lost.length
      // What is under way now may have been acknowledged after we looked into the database, never before.
    }
    await clients.stop()
    const verdict = judge(readLedgers(clients.files), await readStored(installation.data))
    expect(verdict.lost.length).toBeGreaterThan(0)
  })
})

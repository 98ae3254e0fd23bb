import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobRun } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { people } from '../customers/customers.contract.ts'
import { eraseFeedback } from '../feedback/index.ts'
import { listSurveys } from '../feedback/surveys.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { listInteractions } from '../timeline/timeline.contract.ts'
import * as deltaApi from './delta/delta.contract.ts'
import { runImport } from './import-run.ts'
import * as api from './imports.contract.ts'
import { runRemoval } from './sample/remove.ts'
import * as sample from './sample/sample.contract.ts'

let app: TestApp
let home: TestWorkspace
const data = mkdtempSync(join(tmpdir(), 'rapport-import-crash-'))
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
})
afterAll(async () => {
  await app.close()
  rmSync(data, { recursive: true })
})

class Crash extends Error {}

/** A machine whose transactions break off now and then: before they commit, or after, when nobody learns of it. */
function breaking(machine: Machine, breaks: () => 'before' | 'after' | undefined): Machine {
  return {
    ...machine,
    async workspaceTransaction(who, run) {
      const where = breaks()
      const result = await machine.workspaceTransaction(who, async ctx => {
        const done = await run(ctx)
        if (where === 'before') throw new Crash('before the commit')
        return done
      })
      if (where === 'after') throw new Crash('after the commit')
      return result
    },
  }
}

const job = (attempt = 1): JobRun => ({
  attempt,
  signal: new AbortController().signal,
  fence: async () => undefined,
})

async function runThroughCrashes(id: string): Promise<number> {
  let chance = 1
  let crashes = 0
  const machine = breaking(app.machine, () => {
    // By chance, the same in every run: in a rhythm that fits the number of transactions no attempt would ever come to its end.
    chance = (Math.imul(chance, 1_103_515_245) + 12_345) >>> 0
    const byte = chance >>> 24
    return byte < 45 ? 'after' : byte < 90 ? 'before' : undefined
  })
  for (;;) {
    try {
      await runImport(machine, { workspace_id: home.id, import_id: id }, job())
      return crashes
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      crashes++
    }
  }
}

test('people are imported exactly once through crashes before and after commits', async () => {
  const rows = Array.from({ length: 6000 }, (_, at) =>
    at % 100 === 7 ? `Nobody ${at},not an address` : `Person ${at},person${at}@example.com`,
  )
  const files = importing(app, home.keys.admin)
  const { file } = await files.upload('many.csv', `name,email\n${rows.join('\n')}\n`)
  const made = await app.call(api.createImport, {
    key: home.keys.admin,
    body: { file_id: file.id, kind: 'person' },
  })
  expect(await runThroughCrashes(made.id)).toBeGreaterThan(3)
  const done = await files.finish(made.id)
  expect(done.counts).toEqual({ rows: 6000, created: 5940, updated: 0, unchanged: 0, rejected: 60 })
  const { count } = await app.call(people.count, { key: home.keys.admin, query: {} })
  expect(count).toBe(5940)
})

test('a newer export is applied exactly once through crashes: nothing is lost, and each conflict is told once', async () => {
  const key = home.keys.admin
  const files = importing(app, key)
  const write = async (name: string, rows: string[], since?: { import_id: string; tag: string }) => {
    const { file } = await files.upload(name, `id,name,email,city\n${rows.join('\n')}\n`)
    const settings = { source: 'old-tool' }
    return app.call(api.createImport, {
      key,
      body: { file_id: file.id, kind: 'person', settings, ...(since ? { since } : {}) },
    })
  }
  const row = (at: number, city: string) => `d${at},Delta ${at},delta${at}@example.com,${city}`
  const all = Array.from({ length: 600 }, (_, at) => at)
  const first = await write(
    'march.csv',
    all.map(at => row(at, 'Bern')),
  )
  await runImport(app.machine, { workspace_id: home.id, import_id: first.id }, job())
  const { items } = await app.call(people.list, {
    key,
    query: { filter: 'email contains "delta5"', limit: '200' },
  })
  const moved = items.filter(({ email }) => /^delta5\d\d@/.test(email ?? ''))
  expect(moved).toHaveLength(100)
  await app.call(people.batch, {
    key,
    body: {
      mode: 'upsert',
      match: ['email'],
      items: moved.map(({ email }) => ({ email: email ?? '', city: 'Thun' })),
    },
  })

  // Every tenth moved there, too; the last twenty are gone, and fifty are new.
  const later = all.slice(0, 580).map(at => row(at, at % 10 === 0 ? 'Biel' : 'Bern'))
  const fresh = Array.from({ length: 50 }, (_, at) => row(3000 + at, 'Genf'))
  const second = await write('april.csv', [...later, ...fresh], { import_id: first.id, tag: 'Not in April' })
  expect(await runThroughCrashes(second.id)).toBeGreaterThan(1)
  const done = await files.finish(second.id)
  expect(done.counts).toEqual({ rows: 630, created: 50, updated: 50, unchanged: 530, rejected: 0 })
  expect(done.since).toMatchObject({ conflicts: 8, gone: 20 })
  const conflicts = await app.call(deltaApi.listConflicts, { key, params: { id: second.id } })
  expect(conflicts.items).toHaveLength(8)
  expect(new Set(conflicts.items.map(one => one.name))).toEqual(
    new Set([0, 1, 2, 3, 4, 5, 6, 7].map(at => `Delta 5${at}0`)),
  )
  const gone = await app.call(deltaApi.listGone, { key, params: { id: second.id } })
  expect(new Set(gone.items.map(one => one.id)).size).toBe(20)
  const count = async (filter: string) => (await app.call(people.count, { key, query: { filter } })).count
  expect(await count('city = "Biel"')).toBe(50)
  expect(await count('city = "Thun"')).toBe(100)
  expect(await count('city = "Genf"')).toBe(50)
  expect(await count('custom.tags contains "Not in April"')).toBe(20)
})

test('an import whose survey is removed before it begins fails at once and says why', async () => {
  const key = home.keys.admin
  const files = importing(app, key)
  const { file } = await files.upload('answers.csv', 'day,score\n2024-01-01,9\n2024-01-02,7\n')
  const question = { measure: 'nps' as const, label: 'Would you recommend us?' }
  const { id } = await app.call(api.createImport, {
    key,
    body: {
      file_id: file.id,
      kind: 'answer',
      mapping: [
        { column: 0, target: 'occurred_at', date_order: 'ymd' },
        { column: 1, target: 'answers.1', question },
      ],
    },
  })
  const survey_ids = (await app.call(listSurveys, { key })).items.map(survey => survey.id)
  expect(survey_ids).toHaveLength(1)
  await app.machine.system(db => eraseFeedback(db, { workspace_id: home.id, survey_ids, person_ids: [] }))
  await runImport(app.machine, { workspace_id: home.id, import_id: id }, job())
  const failed = await app.call(api.getImport, { key, params: { id } })
  expect(failed).toMatchObject({ status: 'failed', counts: { rows: 0 } })
  expect(failed.failure).toMatch(/survey/)
})

test('a removal of the sample that is interrupted for good says so, and goes on when it is asked for again', async () => {
  const key = home.keys.admin
  await app.call(sample.loadSample, { key })
  await app.call(sample.cancelSample, { key })
  await app.call(sample.removeSample, { key })
  const { rows } = await app.machine.postgres.systemPool.query<{ id: string }>(
    'select id from rapport.sample_load where workspace_id = $1',
    [home.id],
  )
  const who = { workspace_id: home.id, load_id: rows[0]?.id ?? '' }
  let asked = 0
  const machine = breaking(app.machine, () => (asked++ === 0 ? 'before' : undefined))
  await expect(runRemoval(machine, who, job(39))).rejects.toThrow(Crash)
  expect(await app.call(sample.getSample, { key })).toMatchObject({ status: 'removing', failure: null })
  asked = 0
  await runRemoval(machine, who, job(40))
  const failed = await app.call(sample.getSample, { key })
  expect(failed).toMatchObject({ status: 'removal_failed' })
  expect(failed.failure).toMatch(/removal was interrupted too often/)
  await app.call(sample.removeSample, { key })
  await runRemoval(app.machine, who, job())
  expect(await app.call(sample.getSample, { key })).toMatchObject({ status: 'none' })
})

test('equal order lines keep their places through crashes: none is lost, none counted twice', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `O${at % 500},2021-01-02 10:00,c-${at % 40},1,2.50`)
  const files = importing(app, home.keys.admin)
  const { file } = await files.upload('lines.csv', `order,date,customer_id,qty,price\n${rows.join('\n')}\n`)
  const body = { file_id: file.id, kind: 'interaction' as const, settings: { source: 'crash' } }
  const made = await app.call(api.createImport, { key: home.keys.admin, body })
  expect(await runThroughCrashes(made.id)).toBeGreaterThan(2)
  const done = await files.finish(made.id)
  expect(done.counts).toEqual({ rows: 3000, created: 3000, updated: 0, unchanged: 0, rejected: 0 })
  const again = await app.call(api.createImport, { key: home.keys.admin, body })
  await runImport(app.machine, { workspace_id: home.id, import_id: again.id }, job())
  expect((await files.finish(again.id)).counts).toMatchObject({ created: 0, unchanged: 3000 })
  const { items } = await app.call(listInteractions, {
    key: home.keys.admin,
    query: { source: 'crash', limit: '1' },
  })
  expect(items).toHaveLength(1)
})

test('a worker that has lost its import to another commits nothing more of it', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `Lost ${at},lost${at}@example.com`)
  const files = importing(app, home.keys.admin)
  const { file } = await files.upload('lost.csv', `name,email\n${rows.join('\n')}\n`)
  const key = home.keys.admin
  const made = await app.call(api.createImport, { key, body: { file_id: file.id, kind: 'person' } })
  const who = { workspace_id: home.id, import_id: made.id }
  let asked = 0
  // Asked as it begins and for each chunk: after the first chunk the job is another's.
  const fence = async () => {
    if (++asked > 2) throw new Crash('lost')
  }
  await expect(runImport(app.machine, who, { ...job(), fence })).rejects.toThrow('lost')
  const { counts } = await app.call(api.getImport, { key, params: { id: made.id } })
  expect(counts.rows).toBeGreaterThan(0)
  expect(counts.rows).toBeLessThan(1000)
  await runImport(app.machine, who, job())
  expect((await files.finish(made.id)).counts).toMatchObject({ rows: 3000, created: 3000 })
})

test('an import that is cancelled stops, says how far it came, and goes on when resumed', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `Late ${at},late${at}@example.com`)
  const files = importing(app, home.keys.admin)
  const { file } = await files.upload('late.csv', `name,email\n${rows.join('\n')}\n`)
  const made = await app.call(api.createImport, {
    key: home.keys.admin,
    body: { file_id: file.id, kind: 'person' },
  })
  let asked = false
  const machine: Machine = {
    ...app.machine,
    async workspaceTransaction(who, run) {
      const done = await app.machine.workspaceTransaction(who, run)
      const one = { key: home.keys.admin, params: { id: made.id } }
      if (!asked && (await app.call(api.getImport, one)).counts.created > 0) {
        asked = true
        await app.call(api.cancelImport, one)
      }
      return done
    },
  }
  await runImport(machine, { workspace_id: home.id, import_id: made.id }, job())
  const stopped = await files.finish(made.id)
  expect(stopped.status).toBe('cancelled')
  expect(stopped.counts.created).toBeGreaterThan(0)
  expect(stopped.counts.created).toBeLessThan(3000)
  const resumed = await app.call(api.resumeImport, { key: home.keys.admin, params: { id: made.id } })
  expect(resumed.status).toBe('queued')
  await runImport(app.machine, { workspace_id: home.id, import_id: made.id }, job())
  expect((await files.finish(made.id)).counts).toMatchObject({ rows: 3000, created: 3000 })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobRun, RunningLoop } from '../core/area.ts'
import { companies, people } from '../customers/customers.contract.ts'
import { relationships } from '../customers/relations.contract.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Importing, importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { projectorLoop } from '../timeline/projection.loop.ts'
import { listInteractions, personTimeline, recordInteractions } from '../timeline/timeline.contract.ts'
import type { ImportKind } from './import-formats.contract.ts'
import { runImport } from './import-run.ts'
import * as undoApi from './import-undo.contract.ts'
import { runUndo } from './import-undo-run.ts'
import * as api from './imports.contract.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
let key: string
let projector: RunningLoop | undefined
const data = mkdtempSync(join(tmpdir(), 'rapport-import-undo-'))
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
  key = home.keys.admin
  files = importing(app, key)
})
afterAll(async () => {
  await projector?.stop()
  await app.close()
  rmSync(data, { recursive: true })
})

class Crash extends Error {}
const job = (): JobRun => ({ attempt: 1, signal: new AbortController().signal, fence: async () => undefined })
const peopleNow = async (filter?: string) =>
  (await app.call(people.list, { key, query: { limit: '200', sort: 'name', ...(filter ? { filter } : {}) } }))
    .items
const undone = async (id: string) => {
  await app.call(undoApi.undoImport, { key, params: { id } })
  await runUndo(app.machine, { workspace_id: home.id, import_id: id }, job())
  return files.finish(id)
}
const brought = async (name: string, csv: string, kind: ImportKind, source = 'import') => {
  const { file } = await files.upload(name, csv)
  const { id } = await app.call(api.createImport, {
    key,
    body: { file_id: file.id, kind, settings: { source } },
  })
  await runImport(app.machine, { workspace_id: home.id, import_id: id }, job())
  return files.finish(id)
}

test('records that an import made are deleted again with their identifiers, and the same file makes them again', async () => {
  const csv =
    'name,email,company\nAda,ada@undo.example,Engines\nBob,bob@undo.example,Engines\nEve,eve@undo.example,\n'
  const first = await brought('people.csv', csv, 'person')
  expect(first.counts.created).toBe(3)
  const before = await peopleNow()
  const preview = await app.call(undoApi.previewUndo, { key, params: { id: first.id } })
  expect(preview).toEqual({
    possible: true,
    would_delete: 4,
    would_keep: 0,
    would_restore: 0,
    changed_since: 0,
    interactions: 0,
  })
  const back = await undone(first.id)
  expect(back).toMatchObject({ status: 'undone', undo: { deleted: 4, kept: 0, progress: 1 } })
  expect(await peopleNow()).toEqual([])
  expect((await app.call(companies.list, { key })).items).toEqual([])
  const again = await brought('people.csv', csv, 'person')
  expect(again.counts).toEqual(first.counts)
  const plain = (rows: typeof before) => rows.map(({ name, email }) => ({ name, email }))
  expect(plain(await peopleNow())).toEqual(plain(before))
  const twice = await app.ask(undoApi.undoImport, { key, params: { id: first.id } })
  expect(twice).toMatchObject({ status: 409, body: { detail: 'This import is undone already.' } })
  await undone(again.id)
})

test('what others changed since stays and is told; other fields go back to what they were', async () => {
  await brought(
    'before.csv',
    'name,email,city\nFay,fay@undo.example,Ulm\nGus,gus@undo.example,Bonn\n',
    'person',
  )
  const update = await brought(
    'update.csv',
    'name,email,city,other email\nFay Long,fay@undo.example,Rom,\nGus,gus@undo.example,Rom,gus2@undo.example\nHal,hal@undo.example,Rom,\nIda,ida@undo.example,Rom,\n',
    'person',
  )
  expect(update.counts).toMatchObject({ created: 2, updated: 2 })
  const [fay, , hal] = await peopleNow()
  await app.call(people.update, { key, params: { id: String(fay?.id) }, body: { city: 'Oslo' } })
  await app.call(people.update, { key, params: { id: String(hal?.id) }, body: { job_title: 'Pilot' } })
  const told = { would_delete: 1, would_keep: 1, would_restore: 2, changed_since: 1 }
  const preview = () => app.call(undoApi.previewUndo, { key, params: { id: update.id } })
  expect(await preview()).toMatchObject(told)
  // Where much else was changed since, it is counted from the other side.
  await app.machine.postgres.systemPool.query(
    `insert into rapport.change (workspace_id, kind, record_id, op, after, actor, request_id)
     select $1, 'person', gen_random_uuid(), 'update', '{}', 'member:' || gen_random_uuid(), 'later' from generate_series(1, 1500)`,
    [home.id],
  )
  expect(await preview()).toMatchObject(told)
  const back = await undone(update.id)
  expect(back.undo).toMatchObject({ deleted: 1, restored: 2, kept: 2 })
  const facts = (await peopleNow()).map(({ name, city, job_title }) => ({ name, city, job_title }))
  expect(facts).toEqual([
    { name: 'Fay', city: 'Oslo', job_title: null },
    { name: 'Gus', city: 'Bonn', job_title: null },
    { name: 'Hal', city: 'Rom', job_title: 'Pilot' },
  ])
  const kept = await app.call(undoApi.listKept, { key, params: { id: update.id } })
  expect(kept.items.map(({ record_id, field }) => ({ record_id, field }))).toEqual(
    expect.arrayContaining([
      { record_id: fay?.id, field: 'city' },
      { record_id: hal?.id, field: null },
    ]),
  )
  // the address that only the import knew of is free again
  const other = await brought('other.csv', 'name,email\nGuest,gus2@undo.example\n', 'person')
  expect(other.counts).toMatchObject({ created: 1 })
})

test('is refused to whoever may import and may not delete', async () => {
  const { id } = await brought('mine.csv', 'name,email\nFay,fay@undo.example\n', 'person')
  await app.call(setReach, {
    key: home.keys.owner,
    params: { role: 'manager' },
    body: { read: 'all', write: 'all', delete: 'own' },
  })
  const headers = await home.browser('manager')
  const reply = await app.ask(undoApi.undoImport, { headers, params: { id } })
  expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await peopleNow('name = "Fay"')).toHaveLength(1)
  expect((await undone(id)).status).toBe('undone')
})

test('whom others have heard from since is somebody by now, and stays', async () => {
  const csv = 'name,email\nJon,jon@undo.example\nKim,kim@undo.example\n'
  const made = await brought('heard.csv', csv, 'person')
  const [jon] = await peopleNow('name = "Jon"')
  const call = { person_id: String(jon?.id), kind: 'call', channel: 'phone' } as const
  await app.call(recordInteractions, { key, body: call })
  expect((await undone(made.id)).undo).toMatchObject({ deleted: 1, kept: 1 })
  expect(await peopleNow('name = "Jon" or name = "Kim"')).toMatchObject([{ id: jon?.id }])
  const { items } = await app.call(undoApi.listKept, { key, params: { id: made.id } })
  expect(items).toMatchObject([{ record_id: jon?.id, reason: expect.stringContaining('timeline') }])
})

test('interactions leave every list and the analytics copy; the same file brings them again, through crashes once', {
  timeout: 120_000,
}, async () => {
  projector = await projectorLoop.start(app.machine)
  const rows = Array.from(
    { length: 1200 },
    (_, at) => `O${at},2021-0${1 + (at % 9)}-02 10:00,c-${at % 30},2.50`,
  )
  const csv = `order,date,customer_id,amount\n${rows.join('\n')}\n`
  const copied = async () => {
    const [row] = await app.machine.clickhouse.query<{ n: number; sum: number }>({
      sql: `select count() as n, sum(amount_minor) as sum from interaction where source = 'shop'`,
    })
    return row
  }
  await brought('old.csv', 'date,customer_id,amount\n2020-01-01,c-1,9.00\n', 'interaction', 'shop')
  const first = await brought('orders.csv', csv, 'interaction', 'shop')
  expect(first.counts.created).toBe(1200)
  await expect.poll(copied, { timeout: 60_000 }).toEqual({ n: 1201, sum: 300_900 })
  await app.call(undoApi.undoImport, { key, params: { id: first.id } })
  let transactions = 0
  let crashes = 0
  const breaking = {
    ...app.machine,
    async workspaceTransaction(who: never, run: never) {
      const result = await app.machine.workspaceTransaction(who, run)
      if ([3, 6, 8, 12].includes(++transactions)) throw new Crash('after the commit')
      return result as never
    },
  }
  for (;;)
    try {
      await runUndo(breaking, { workspace_id: home.id, import_id: first.id }, job())
      break
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      crashes++
    }
  expect(crashes).toBeGreaterThan(1)
  const back = await files.finish(first.id)
  expect(back).toMatchObject({ status: 'undone', undo: { interactions: 1200, deleted: 29 } })
  const listed = await app.call(listInteractions, { key, query: { source: 'shop' } })
  expect(listed.items).toHaveLength(1)
  await expect.poll(copied, { timeout: 60_000 }).toEqual({ n: 1, sum: 900 })
  // who was there before was last seen by what is left
  const [one] = await peopleNow('external_id = "c-1"')
  expect(one?.last_seen_at).toBe('2020-01-01T00:00:00.000Z')
  const again = await brought('orders.csv', csv, 'interaction', 'shop')
  expect(again.counts).toEqual(first.counts)
  await expect.poll(copied, { timeout: 60_000 }).toEqual({ n: 1201, sum: 300_900 })
  const [two] = await peopleNow('external_id = "c-2"')
  const timeline = await app.call(personTimeline, {
    key,
    params: { id: String(two?.id) },
    query: { limit: '200' },
  })
  expect(timeline.items.filter(item => item.type === 'interaction')).toHaveLength(40)
})

test('relations come from a table of their own, by e-mail, id or name, once, and go again with its undo', async () => {
  await brought(
    'firms.csv',
    'id,name,domain\nC1,Engines,engines.example\nC2,Group,group.example\n',
    'company',
  )
  await brought(
    'staff.csv',
    'id,name,email,company_id\nP1,Ada,ada@tie.example,C1\nP2,Bob,bob@tie.example,\nP3,Twin,t1@tie.example,\nP4,Twin,t2@tie.example,\nP5,Cyd,cyd@tie.example,C2\n',
    'person',
  )
  const state = async () => ({
    ties: (await app.call(relationships.list, { key, query: { limit: '200', sort: 'created_at' } })).items
      .map(({ type, role, from_on, to_on }) => [type, role, from_on, to_on].join())
      .toSorted(),
    firms: (
      await app.call(people.list, { key, query: { sort: 'email', filter: 'email contains "tie"' } })
    ).items.map(one => [one.email, one.company_id]),
  })
  const before = await state()
  const csv = [
    'Person,Person id,E-mail,Company,Relation,Role,Since,Until',
    ',P1,,Engines,Arbeitet bei,Engineer,2015-03-01,',
    ',,bob@tie.example,engines,employee,Clerk,2020-01-01,',
    'Cyd,,,Engines,works at,,2010-01-01,2012-12-31',
    'Cyd,,,Group,buys for,Head,,',
    ',,bob@tie.example,Group,Friend of,,,',
    ',,who@tie.example,Group,buyer,,,',
    'Twin,,,Group,buyer,,,',
    ',P1,,Nowhere,buyer,,,',
    'Cyd,,,Group,buyer,Other,,',
    ',P2,,Engines,works at,,2020-01-01,2019-01-01',
  ].join('\n')
  const seen = await files.upload('ties.csv', csv)
  expect(seen.kind).toBe('relation')
  expect(seen.columns.map(one => one.suggestion)).toEqual([
    'from_name',
    'from_external_id',
    'from_email',
    'to_name',
    'type',
    'role',
    'from_on',
    'to_on',
  ])
  const first = await brought('ties.csv', csv, 'relation')
  expect(first.counts).toEqual({ rows: 10, created: 3, updated: 1, unchanged: 0, rejected: 6 })
  expect(first.rejects.map(one => one.reason)).toEqual([
    expect.stringContaining(
      '"Friend of" is no relation that is known here. Write one of these instead (Works at, ',
    ),
    expect.stringContaining('Nobody here is known as who@tie.example. Import the people first'),
    'Several people are called Twin: give the id or the e-mail address of the one that is meant.',
    expect.stringContaining('No company here is known as Nowhere.'),
    'An earlier row of this file says something else of the same two for the same time. Keep one of them.',
    'It ends before it begins. Give a later last day, or an earlier first one.',
  ])
  const now = await state()
  expect(now.ties).toEqual([
    'buys_for,Head,,',
    'works_at,,,',
    'works_at,,2010-01-01,2012-12-31',
    'works_at,Clerk,2020-01-01,',
    'works_at,Engineer,2015-03-01,',
  ])
  // Who had no company works there now; who has one keeps it.
  const [ada, bob, cyd] = now.firms
  expect([bob?.[1], cyd]).toEqual([ada?.[1], before.firms[2]])
  const again = await brought('ties.csv', csv, 'relation')
  expect(again.counts).toEqual({ rows: 10, created: 0, updated: 0, unchanged: 4, rejected: 6 })
  expect(await state()).toEqual(now)
  const id = (await peopleNow('email = "bob@tie.example"'))[0]?.id ?? ''
  const told = await app.call(personTimeline, { key, params: { id }, query: {} })
  expect(JSON.stringify(told.items)).toContain('works_at')
  expect(await undone(first.id)).toMatchObject({ status: 'undone', undo: { kept: 0 } })
  expect(await state()).toEqual(before)
})

test('a table of one kind of relation says nowhere which: it is asked once for all rows', async () => {
  const { file, kind } = await files.upload(
    'family.csv',
    'contact_id,related_contact_id,start,end\nP3,P4,,\nP4,P3,,\n',
  )
  expect(kind).toBe('relation')
  const refused = await app.ask(api.createImport, { key, body: { file_id: file.id, kind } })
  expect(refused).toMatchObject({
    status: 400,
    body: { detail: 'Say what relation these are: no column says it.' },
  })
  const body = { file_id: file.id, kind, settings: { defaults: { type: 'household' } } }
  const { id } = await app.call(api.createImport, { key, body })
  await runImport(app.machine, { workspace_id: home.id, import_id: id }, job())
  expect((await files.finish(id)).counts).toEqual({
    rows: 2,
    created: 1,
    updated: 0,
    unchanged: 1,
    rejected: 0,
  })
  // Written together, each is still refused by itself, and of two that contradict each other the later.
  const rows = ['P3,P4,,', 'P4,P3,,', 'P5,P5,,', 'P5,P3,2024-01-01,', 'P5,P4,2024-05-01,2024-01-01']
  const csv = ['contact_id,related_contact_id,start,end,relation', ...rows.map(row => `${row},reports to`)]
  const reports = await brought('reports.csv', csv.join('\n'), 'relation')
  expect(reports.counts).toEqual({ rows: 5, created: 2, updated: 0, unchanged: 0, rejected: 3 })
  expect(reports.rejects.map(one => [one.row, one.reason])).toEqual([
    [3, expect.stringContaining('the other way round at that time')],
    [4, 'These two are one. Choose another one.'],
    [6, expect.stringContaining('It ends before it begins.')],
  ])
  const ends = [csv[0], 'P3,P4,,2020-01-01,reports to', 'P5,P3,2024-01-01,2023-01-01,reports to']
  const told = await brought('reports.csv', ends.join('\n'), 'relation')
  expect(told.counts).toEqual({ rows: 2, created: 0, updated: 1, unchanged: 0, rejected: 1 })
})

test('an import that is paused rests and goes on from there, once, also where two workers take it up', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `Slow ${at},slow${at}@undo.example`)
  const { file } = await files.upload('slow.csv', `name,email\n${rows.join('\n')}\n`)
  const made = await app.call(api.createImport, { key, body: { file_id: file.id, kind: 'person' } })
  let asked = false
  const machine = {
    ...app.machine,
    async workspaceTransaction(who: never, run: never) {
      const done = await app.machine.workspaceTransaction(who, run)
      const params = { id: made.id }
      if (!asked && (await app.call(api.getImport, { key, params })).counts.created > 0) {
        asked = true
        await app.call(api.pauseImport, { key, params })
      }
      return done as never
    },
  }
  await runImport(machine, { workspace_id: home.id, import_id: made.id }, job())
  const resting = await files.finish(made.id)
  expect(resting.status).toBe('paused')
  expect(resting.counts.created).toBeGreaterThan(0)
  await app.call(api.resumeImport, { key, params: { id: made.id } })
  const run = () => runImport(app.machine, { workspace_id: home.id, import_id: made.id }, job())
  await Promise.all([run(), run()])
  const done = { status: 'done', counts: { rows: 3000, created: 3000 } }
  expect(await files.finish(made.id)).toMatchObject(done)
  expect(await app.ask(api.resumeImport, { key, params: { id: made.id } })).toMatchObject({
    status: 409,
    body: { code: 'import_not_stopped' },
  })
  expect(await app.call(api.getImport, { key, params: { id: made.id } })).toMatchObject(done)
})

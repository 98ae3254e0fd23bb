import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobRun } from '../../core/area.ts'
import { people } from '../../customers/customers.contract.ts'
import { mergePeople } from '../../customers/merge.contract.ts'
import { startTestApp, type TestApp } from '../../testing/app.ts'
import { type Importing, importing } from '../../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../../testing/workspace.ts'
import { runImport } from '../import-run.ts'
import * as undoApi from '../import-undo.contract.ts'
import { runUndo } from '../import-undo-run.ts'
import * as api from '../imports.contract.ts'
import * as deltaApi from './delta.contract.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
let key: string
const data = mkdtempSync(join(tmpdir(), 'rapport-delta-'))
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
  key = home.keys.admin
  files = importing(app, key)
})
afterAll(async () => {
  await app.close()
  rmSync(data, { recursive: true })
})

const job = (): JobRun => ({ attempt: 1, signal: new AbortController().signal, fence: async () => undefined })
type Body = Partial<Parameters<Importing['run']>[0]>
async function brought(name: string, csv: string, body: Body = {}) {
  const { file } = await files.upload(name, csv)
  const settings = { source: 'old-tool', ...body.settings }
  const { id } = await app.call(api.createImport, {
    key,
    body: { kind: 'person', ...body, file_id: file.id, settings },
  })
  await runImport(app.machine, { workspace_id: home.id, import_id: id }, job())
  return files.finish(id)
}
const undone = async (id: string) => {
  await app.call(undoApi.undoImport, { key, params: { id } })
  await runUndo(app.machine, { workspace_id: home.id, import_id: id }, job())
  return files.finish(id)
}
async function person(email: string) {
  const found = await app.call(people.list, { key, query: { filter: `email = "${email}"` } })
  return found.items[0]
}
const change = async (email: string, body: Record<string, unknown>) => {
  const { id = '' } = (await person(email)) ?? {}
  await app.call(people.update, { key, params: { id }, body })
}
const conflictsOf = async (id: string) =>
  (await app.call(deltaApi.listConflicts, { key, params: { id } })).items

const header = 'id,name,email,city,job title,company,tags\n'
const march = `${header}1,Ann Ash,ann@delta.example,Bern,Buyer,Ashes,gold
2,Bob Birch,bob@delta.example,Basel,Clerk,Birches,
3,Cid Cedar,cid@delta.example,Chur,Cook,,
4,Dan Dogwood,dan@delta.example,Davos,Driver,,
5,Eve Elm,eve@delta.example,,,,
6,Fay,fay-without-address,,,,
`
// Ann moves, Bob loses his title and gets a firm, Cid is as he was, Dan is gone, Eve moves, Fay is written well, Gus is new.
const april = `${header}1,Ann Ash,ann@delta.example,Biel,Buyer,Ashes,gold
2,Bob Birch,bob@delta.example,Basel,,Birch & Sons,
3,Cid Cedar,cid@delta.example,Chur,Cook,,
5,Eve Elm,eve@delta.example,Erlangen,,,
6,Fay,fay@delta.example,,,,
7,Gus Gum,gus@delta.example,Genf,,,
`

test('a newer export changes only what changed there, keeps what was changed here, and tells what is gone', async () => {
  const first = await brought('march.csv', march)
  expect(first.counts).toMatchObject({ rows: 6, created: 5, rejected: 1 })
  // changed here only; changed here and there; both to the same
  await change('cid@delta.example', { city: 'Zug' })
  await change('ann@delta.example', { city: 'Thun', job_title: 'Head buyer' })
  await change('eve@delta.example', { city: 'Erlangen' })
  const seen = await files.upload('april.csv', april)
  expect(seen.remembered).toMatchObject({
    missing: [],
    last: { import_id: first.id, file_name: 'march.csv' },
  })

  const since = { import_id: first.id, tag: 'Not in April' }
  const trial = await brought('april.csv', april, { since, dry_run: true })
  const second = await brought('april.csv', april, { since })
  expect(second.counts).toEqual({ rows: 6, created: 2, updated: 1, unchanged: 3, rejected: 0 })
  expect(second.since).toMatchObject({ import_id: first.id, keeps: 'here', conflicts: 1, gone: 1 })
  expect(trial.counts).toEqual(second.counts)
  expect(trial.since).toEqual(second.since)
  const conflict = { row: 2, name: 'Ann Ash', field: 'city', here: 'Thun', there: 'Biel', taken: 'here' }
  expect(await conflictsOf(second.id)).toMatchObject([conflict])
  expect(await conflictsOf(trial.id)).toMatchObject([conflict])
  expect(await person('ann@delta.example')).toMatchObject({ city: 'Thun', job_title: 'Head buyer' })
  expect(await person('cid@delta.example')).toMatchObject({ city: 'Zug' })
  // emptied there: emptied here
  expect(await person('bob@delta.example')).toMatchObject({ city: 'Basel', job_title: null })

  const dan = await person('dan@delta.example')
  const gone = await app.call(deltaApi.listGone, { key, params: { id: second.id } })
  expect(gone.items).toEqual([{ id: dan?.id, kind: 'person', row: 5 }])
  const marked = await app.call(people.list, {
    key,
    query: { filter: 'custom.tags contains "Not in April"' },
  })
  expect(marked.items.map(one => one.id)).toEqual([dan?.id])
  const csv = await app.app.inject({
    method: 'GET',
    url: `/api/imports/${second.id}/conflicts.csv`,
    headers: { authorization: `Bearer ${key}` },
  })
  expect(csv.body).toContain('2,Ann Ash,city,Thun,Biel,rapport\r\n')
  const german = await app.ask(deltaApi.downloadConflicts, {
    key,
    params: { id: second.id },
    query: { language: 'de' },
  })
  expect(german.body).toContain('import_zeile,name,feld,in_rapport,in_datei,behalten\r\n2,Ann Ash,Ort,')

  // The same file once more: nothing is new, and what was kept is not asked again.
  const again = await brought('april-again.csv', april, { since: { import_id: first.id } })
  expect(again.counts).toEqual({ rows: 6, created: 0, updated: 0, unchanged: 6, rejected: 0 })
  expect(again.since).toMatchObject({ import_id: second.id, file_name: 'april.csv', conflicts: 0, gone: 0 })

  const back = await undone(again.id)
  expect(back.status).toBe('undone')
  await undone(second.id)
  expect(await person('gus@delta.example')).toBeUndefined()
  expect(await person('bob@delta.example')).toMatchObject({ job_title: 'Clerk' })
  const unmarked = await app.call(people.list, {
    key,
    query: { filter: 'custom.tags contains "Not in April"' },
  })
  expect(unmarked.items).toEqual([])

  // Undone, it is no part of the series: the next is compared with March again, and here the file wins.
  await change('bob@delta.example', { company_id: null })
  await app.call(people.remove, { key, params: { id: (await person('eve@delta.example'))?.id ?? '' } })
  const third = await brought('april.csv', april, { since: { import_id: again.id, conflicts: 'take' } })
  expect(third.since).toMatchObject({ import_id: first.id, conflicts: 3, gone: 1 })
  expect(third.counts).toEqual({ rows: 6, created: 3, updated: 2, unchanged: 1, rejected: 0 })
  expect(await person('ann@delta.example')).toMatchObject({ city: 'Biel', job_title: 'Head buyer' })
  expect(await conflictsOf(third.id)).toMatchObject([
    { field: 'city', here: 'Thun', there: 'Biel', taken: 'there' },
    { field: 'company_id', here: null, there: 'Birch & Sons', taken: 'there' },
    { field: null, name: 'Eve Elm', record_id: null, taken: 'there' },
  ])

  // Two that are one by now: who is left of them is still in the file.
  await app.call(mergePeople, {
    key,
    params: { id: (await person('gus@delta.example'))?.id ?? '' },
    body: { other_id: (await person('fay@delta.example'))?.id ?? '' },
  })
  const merged = await brought('may.csv', april.replace(/^6,.*\n/m, ''), { since, dry_run: true })
  expect(merged.since).toMatchObject({ conflicts: 0, gone: 0 })
})

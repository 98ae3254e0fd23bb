import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { utils, write } from '@e965/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Importing, importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { forgetFile } from './forget.ts'
import { pathOf } from './import-files.ts'
import * as api from './imports.contract.ts'
import { createImport } from './imports.ts'
import { downloadImportFile } from './sent-file.contract.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
const data = mkdtempSync(join(tmpdir(), 'rapport forget '))
const days = (count: number) => count * 86_400_000
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
  files = importing(app, home.keys.admin)
  await app.work()
})
afterAll(async () => {
  await app.close()
  rmSync(data, { recursive: true })
})

const csv = 'name,email\nAda,ada@example.com\nBob,not an address\n'
const look = (file_id: string) => forgetFile(app.machine, { workspace_id: home.id, file_id })
const waiting = async (file_id: string) =>
  (
    await app.machine.postgres.systemPool.query<{ run_at: Date }>(
      'select run_at from graphile_worker._private_jobs where key = $1',
      [`${home.id}:import.forget ${file_id}`],
    )
  ).rows.map(row => Math.round((row.run_at.getTime() - Date.now()) / days(1)))

test('a file and its rejected rows are deleted thirty days after the last import; what it made stays', async () => {
  const { file } = await files.upload('people.csv', csv)
  const path = pathOf(app.machine, home.id, file.sha256)
  expect(await waiting(file.id)).toEqual([30])
  app.clock.advance(days(20))
  const { id } = await files.run({ file_id: file.id, kind: 'person' })
  const key = home.keys.admin
  const params = { id }

  app.clock.advance(days(29))
  await look(file.id)
  expect(existsSync(path)).toBe(true)
  expect((await app.call(api.getImport, { key, params })).rejects).toHaveLength(1)
  expect(await waiting(file.id)).toEqual([1])

  app.clock.advance(days(2))
  const same = await files.upload('the same again.csv', csv)
  await look(file.id)
  const over = await app.call(api.getImport, { key, params })
  expect(over).toMatchObject({
    counts: { rows: 2, created: 1, rejected: 1 },
    rejects: [],
    file_deleted_at: app.clock.now().toISOString(),
  })
  expect((await app.call(people.list, { key, query: {} })).items).toHaveLength(1)
  for (const [endpoint, input] of [
    [api.previewImport, { body: { file_id: file.id, kind: 'person' } }],
    [api.createImport, { body: { file_id: file.id, kind: 'person' } }],
    [api.downloadRejects, { params }],
    [downloadImportFile, { params }],
  ] as const) {
    const refused = await app.ask(endpoint, { key, ...input })
    expect([endpoint.id, refused.status, (refused.body as { code: string }).code]).toEqual([
      endpoint.id,
      410,
      'import_file_deleted',
    ])
  }

  // The bytes are shared with the file that was sent in again, and go with it.
  expect(existsSync(path)).toBe(true)
  app.clock.advance(days(31))
  await look(same.file.id)
  expect(existsSync(path)).toBe(false)
  expect(await waiting(same.file.id)).toHaveLength(1)
})

test('an upload that is refused, or was cut off by the end of the process, leaves nothing of what was sent', async () => {
  const { file } = await files.upload('kept.csv', 'name\nKeptKin\n')
  const folder = dirname(pathOf(app.machine, home.id, file.sha256))
  const old = join(folder, 'incoming-old')
  const fresh = join(folder, 'incoming-fresh.tables')
  // Whole and in its place, but the process ended before a file was noted of it.
  const unnoted = pathOf(app.machine, home.id, '0'.repeat(64))
  for (const path of [old, fresh, unnoted]) writeFileSync(path, csv)
  const yesterday = new Date(Date.now() - days(1.1))
  const kept = pathOf(app.machine, home.id, file.sha256)
  for (const path of [old, unnoted, kept]) utimesSync(path, yesterday, yesterday)
  const once = (content: string) => files.ask('once.csv', content, { 'idempotency-key': 'forgotten-1' })
  expect((await once('name\nOnceOnly\n')).statusCode).toBe(201)
  const before = readdirSync(folder).toSorted()
  expect((await once('name\nNotThis\n')).statusCode).toBe(422)
  // Bytes that somebody else's file has, too, stay.
  expect((await once('name\nKeptKin\n')).statusCode).toBe(422)
  expect(readdirSync(folder).toSorted()).toEqual(before)
  expect([old, unnoted, fresh, kept].map(path => existsSync(path))).toEqual([false, false, true, true])
  rmSync(fresh)
})

test('a workbook comes back as it was sent, and both of its forms are deleted in the end', async () => {
  const book = utils.book_new(
    utils.aoa_to_sheet([
      ['name', 'email'],
      ['Xenia', 'xenia@example.com'],
    ]),
  )
  const bytes = Buffer.from(write(book, { type: 'buffer', bookType: 'xlsx' }))
  const { file } = await files.upload('people.xlsx', bytes)
  const { id } = await files.run({ file_id: file.id, kind: 'person' })
  const key = home.keys.admin
  const download = () =>
    app.app.inject({
      method: 'GET',
      url: `/api/imports/${id}/file`,
      headers: { authorization: `Bearer ${key}` },
    })
  const reply = await download()
  expect(reply.rawPayload.equals(bytes)).toBe(true)
  expect(reply.headers['content-disposition']).toContain('attachment; filename="people.xlsx"')
  expect((await app.call(api.getImport, { key, params: { id } })).has_file).toBe(true)
  const folder = dirname(pathOf(app.machine, home.id, file.sha256))
  const before = readdirSync(folder).length
  app.clock.advance(days(31))
  await look(file.id)
  expect(readdirSync(folder)).toHaveLength(before - 2)
  expect((await download()).statusCode).toBe(410)
  expect((await app.call(api.getImport, { key, params: { id } })).has_file).toBe(false)
})

test('a file is kept from the end of its last import on, not from its beginning', async () => {
  const { file } = await files.upload('long.csv', 'name,email\nLuc,luc@example.com\n')
  const { id } = await files.run({ file_id: file.id, kind: 'person' })
  await app.machine.postgres.systemPool.query(
    `update rapport.import_job set finished_at = created_at + interval '10 days' where id = $1`,
    [id],
  )
  app.clock.advance(days(31))
  await look(file.id)
  expect(existsSync(pathOf(app.machine, home.id, file.sha256))).toBe(true)
  app.clock.advance(days(10))
  await look(file.id)
  expect(existsSync(pathOf(app.machine, home.id, file.sha256))).toBe(false)
})

test.each(['queued', 'running'])('a file whose import is %s is kept, however old', async status => {
  const { file } = await files.upload('waiting.csv', 'name,email\nCara,cara@example.com\n')
  const { id } = await files.run({ file_id: file.id, kind: 'person' })
  await app.machine.postgres.systemPool.query('update rapport.import_job set status = $2 where id = $1', [
    id,
    status,
  ])
  app.clock.advance(days(400))
  await look(file.id)
  expect(existsSync(pathOf(app.machine, home.id, file.sha256))).toBe(true)
})

test('a file that is just being imported again is not deleted under the import', async () => {
  const { file } = await files.upload('again.csv', 'name,email\nDora,dora@example.com\n')
  await files.run({ file_id: file.id, kind: 'person' })
  app.clock.advance(days(31))
  let forgetting: Promise<void> | undefined
  const actor = { kind: 'system', id: 'test' } as const
  const { id } = await app.machine.workspaceTransaction({ workspace_id: home.id, actor }, async ctx => {
    const wanted = api.createImport.body.parse({ file_id: file.id, kind: 'person' })
    const made = await createImport(ctx, wanted)
    forgetting = look(file.id)
    await new Promise(resolve => setTimeout(resolve, 300))
    return made
  })
  await forgetting
  expect(existsSync(pathOf(app.machine, home.id, file.sha256))).toBe(true)
  expect((await app.call(api.getImport, { key: home.keys.admin, params: { id } })).file_deleted_at).toBeNull()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { listKinds } from '../records/fields.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Importing, importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { previewImport } from './imports.contract.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
  files = importing(app, home.keys.admin)
  await app.work()
})
afterAll(() => app.close())

test('a file with the columns of an earlier import is mapped as that was, settings and matching too', async () => {
  const first = await files.upload('march.csv', 'who,adr,note\nAnn,ann@memory.example,VIP\n')
  expect(first.remembered).toBeNull()
  const mapping = [
    { column: 0, target: 'name' },
    { column: 1, target: 'email' },
    {
      column: 2,
      target: 'custom.note',
      new_field: { label: 'Notiz', type: 'text' as const, language: 'de' },
    },
  ]
  const body = { kind: 'person' as const, mapping, match: ['email'], mode: 'both' as const }
  const settings = { source: 'till', country: 'DE', bad_cells: 'skip' as const }
  const trial = await files.run({ ...body, file_id: first.file.id, settings, dry_run: true })
  expect(trial.counts.created).toBe(1)
  expect((await files.upload('again.csv', 'who,adr,note\n')).remembered).toBeNull()
  const stopped = await files.run({
    ...body,
    file_id: first.file.id,
    settings: { ...settings, source: 'wrong' },
  })
  await app.machine.workspaceTransaction(
    { workspace_id: home.id, actor: { kind: 'system', id: 'test' } },
    ctx =>
      ctx.db.updateTable('import_job').set({ status: 'cancelled' }).where('id', '=', stopped.id).execute(),
  )
  expect((await files.upload('again.csv', 'who,adr,note\n')).remembered).toBeNull()
  const done = await files.run({ ...body, file_id: first.file.id, settings })
  const { items: kinds } = await app.call(listKinds, { key: home.keys.admin })
  const made = kinds.flatMap(kind => kind.fields).find(field => field.key === 'custom.note')
  expect(made?.label).toEqual({ de: 'Notiz' })
  const april = await files.upload('april.csv', 'who,adr,note\nBob,bob@memory.example,\n')
  expect(april).toMatchObject({
    kind: 'person',
    remembered: {
      import_id: done.id,
      file_name: 'march.csv',
      mapping: [
        { column: 0, target: 'name' },
        { column: 1, target: 'email' },
        { column: 2, target: 'custom.note' },
      ],
      match: ['email'],
      mode: 'both',
      settings,
    },
  })
  const next = await files.run({
    ...body,
    file_id: april.file.id,
    mapping: april.remembered?.mapping ?? [],
    settings,
  })
  expect(next.counts).toMatchObject({ created: 1, rejected: 0 })
  expect((await files.upload('other.csv', 'who,adr,notes\nBob,bob@memory.example,\n')).remembered).toBeNull()
  const asked = { file_id: april.file.id, kind: 'company' as const }
  const company = await app.call(previewImport, { key: home.keys.admin, body: asked })
  expect(company.remembered).toBeNull()
})

test('another workspace remembers nothing of it', async () => {
  const other = await makeWorkspace(app)
  const seen = await importing(app, other.keys.admin).upload(
    'april.csv',
    'who,adr,note\nBob,bob@memory.example,\n',
  )
  expect(seen.remembered).toBeNull()
})

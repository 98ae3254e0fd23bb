import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { companies, companyKind, people, personKind } from '../customers/customers.contract.ts'
import { createField } from '../records/fields.contract.ts'
import { listTags } from '../records/tags.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Importing, importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import * as api from './imports.contract.ts'
import { targetsOf } from './targets.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
const data = mkdtempSync(join(tmpdir(), 'rapport imports '))
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
  files = importing(app, home.keys.admin)
  await app.work()
  const make = (kind: string, key: string, label: string, type: 'text' | 'boolean', unique: boolean) =>
    app.call(createField, {
      key: home.keys.admin,
      body: { kind, key, label: { en: label }, type, is_unique: unique },
    })
  await make('person', 'member_no', 'Membership number', 'text', true)
  await make('person', 'tier', 'Tier', 'text', false)
  await make('company', 'vat_id', 'VAT id', 'text', true)
})
afterAll(async () => {
  await app.close()
  rmSync(data, { recursive: true })
})

const peopleBy = async (filter: string) =>
  (await app.call(people.list, { key: home.keys.admin, query: { filter } })).items
const refusal = (body: object) => app.ask(api.createImport, { key: home.keys.admin, body: body as never })

test('a unique field of the workspace is offered for matching and finds its person, who has moved to another address', async () => {
  const preview = await files.upload(
    'members.csv',
    'Name,E-mail,Membership number\nAda,ada@example.com,M-1\nBob,bob@example.com,M-2\n',
  )
  expect(preview.match).toEqual(['email', 'custom.member_no'])
  expect(preview.targets.filter(target => target.unique)).toEqual([
    expect.objectContaining({ key: 'custom.member_no', label: 'Membership number', custom: true }),
  ])
  const first = await files.run({ file_id: preview.file.id, kind: 'person' })
  expect(first.counts).toMatchObject({ rows: 2, created: 2, rejected: 0 })
  const again = await files.run({ file_id: preview.file.id, kind: 'person', match: ['custom.member_no'] })
  expect(again.counts).toMatchObject({ rows: 2, created: 0, unchanged: 2, rejected: 0 })
  const moved = await files.upload(
    'moved.csv',
    'Name,E-mail,Membership number\nAda,ada@new.example,m-1\nCara,cara@example.com,M-3\n',
  )
  const second = await files.run({ file_id: moved.file.id, kind: 'person' })
  expect(second.counts).toMatchObject({ rows: 2, created: 1, updated: 1, rejected: 0 })
  expect(await peopleBy('email = "ada@new.example"')).toMatchObject([{ name: 'Ada' }])
  expect(await peopleBy('email = "ada@example.com"')).toEqual([])
})

test('rows that say nothing but the unique number update its people, make nobody, and a trial says so', async () => {
  const { file } = await files.upload('tiers.csv', 'Membership number,Tier\nM-2,gold\nM-9,silver\n,bronze\n')
  const wanted = { file_id: file.id, kind: 'person', mode: 'update' } as const
  const trial = await files.run({ ...wanted, dry_run: true })
  const done = await files.run(wanted)
  expect(trial.counts).toEqual(done.counts)
  expect(done.counts).toMatchObject({ rows: 3, updated: 1, rejected: 2 })
  expect(done.rejects.map(({ row, reason }) => [row, reason])).toEqual([
    [3, 'No person matches this row.'],
    [4, 'There is no name, e-mail, phone or id in this row.'],
  ])
  expect(await peopleBy('custom.tier = "gold"')).toMatchObject([{ name: 'Bob' }])
})

test('a trial knows a number that a row before it would have brought', async () => {
  const { file } = await files.upload('twice.csv', 'Name,Membership number\nGil,M-50\nGil B.,M-50\n')
  const wanted = { file_id: file.id, kind: 'person' } as const
  const trial = await files.run({ ...wanted, dry_run: true })
  expect(trial.counts).toMatchObject({ created: 1, updated: 1 })
  expect((await files.run(wanted)).counts).toEqual(trial.counts)
})

test('companies are matched by a unique field as well', async () => {
  const { file, match } = await files.upload(
    'vat.csv',
    'Company name,VAT id,Website\nAcme,DE1,acme.example\n',
  )
  expect(match).toEqual(['domain', 'custom.vat_id', 'name'])
  await files.run({ file_id: file.id, kind: 'company' })
  const renamed = await files.upload('vat2.csv', 'Company name,VAT id\nAcme Holding,de1\n')
  const done = await files.run({ file_id: renamed.file.id, kind: 'company' })
  expect(done.counts).toMatchObject({ created: 0, updated: 1 })
  const { items } = await app.call(companies.list, { key: home.keys.admin })
  expect(items.map(({ name }) => name)).toEqual(['Acme Holding'])
})

test('a field whose values are not unique, or that no column fills, is refused for matching in words', async () => {
  const { file } = await files.upload('t.csv', 'Name,Tier\nAda,gold\n')
  const body = { file_id: file.id, kind: 'person' }
  expect(await refusal({ ...body, match: ['custom.tier'] })).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(/cannot be matched by Tier: .* unique/) },
  })
  expect(await refusal({ ...body, match: ['custom.member_no'] })).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(/no column goes to it/) },
  })
})

test('every field that a person may edit on the page can be imported', () => {
  const renamed = { company_id: 'company', revenue_minor: 'revenue' } as Record<string, string>
  for (const kind of [personKind, companyKind]) {
    const editable = kind.fields.filter(field => !('read_only' in field && field.read_only))
    const targets = new Set(targetsOf(kind.name).map(({ key }) => key))
    expect(editable.map(({ key }) => renamed[key] ?? key).filter(key => !targets.has(key))).toEqual([])
  }
})

test('who must not be contacted is read from yes and no in several languages; an empty cell leaves what was said', async () => {
  const words = ['yes', 'No', 'TRUE', 'false', '1', '0', 'ja', 'nein', 'oui', 'non', 'x', '', 'perhaps']
  const rows = words.map((word, at) => `P${at},p${at}@example.com,${word}`)
  const { file, columns } = await files.upload('dnc.csv', `Name,E-mail,Do not contact\n${rows.join('\n')}\n`)
  expect(columns[2]?.suggestion).toBe('do_not_contact')
  const done = await files.run({ file_id: file.id, kind: 'person' })
  expect(done.counts).toMatchObject({ rows: 13, created: 12, rejected: 1 })
  expect(done.rejects.map(({ reason }) => reason)).toEqual([
    'Do not contact: "perhaps" is neither yes nor no.',
  ])
  const silent = await peopleBy('do_not_contact = true')
  expect(new Set(silent.map(({ name }) => name))).toEqual(new Set(['P0', 'P2', 'P4', 'P6', 'P8', 'P10']))
  const { file: emptied } = await files.upload('dnc2.csv', 'Name,E-mail,Do not contact\nP0,p0@example.com,\n')
  await files.run({ file_id: emptied.id, kind: 'person' })
  expect(await peopleBy('email = "p0@example.com"')).toMatchObject([{ do_not_contact: true }])
})

test('owners are named by e-mail address or name; one that nobody here bears is a reason, and no suggestion', async () => {
  const { members } = home
  const { file, columns } = await files.upload(
    'owned.csv',
    `Name,E-mail,Account owner\nOna,ona@example.com,${members.agent.email.toUpperCase()}\nOto,oto@example.com,Analytical manager\nOla,ola@example.com,Somebody Else\n`,
  )
  expect(columns[2]).toMatchObject({ suggestion: 'owner_id', unreadable_percent: 34 })
  const done = await files.run({ file_id: file.id, kind: 'person' })
  expect(done.counts).toMatchObject({ created: 2, rejected: 1 })
  expect(done.rejects[0]?.reason).toBe(
    'Account owner: "Somebody Else" is no member\'s e-mail address or name.',
  )
  expect(await peopleBy('email = "ona@example.com"')).toMatchObject([{ owner_id: members.agent.id }])
  expect(await peopleBy('email = "oto@example.com"')).toMatchObject([{ owner_id: members.manager.id }])
  const foreign = await files.upload('foreign.csv', 'Name,Owner\nA,Someone\nB,Anyone\n')
  expect(foreign.columns[1]?.suggestion).toBe(null)
})

test('a value for empty cells is read as a cell is, and refused at once where it cannot be', async () => {
  const { file } = await files.upload(
    'usual.csv',
    'Name,E-mail,Country\nUma,uma@example.com,\nUdo,udo@example.com,France\n',
  )
  const defaults = { country: 'Germany', do_not_contact: 'ja', owner_id: home.members.agent.email }
  const done = await files.run({ file_id: file.id, kind: 'person', settings: { defaults } })
  expect(done.counts).toMatchObject({ created: 2, rejected: 0 })
  const usual = { do_not_contact: true, owner_id: home.members.agent.id }
  expect(await peopleBy('email = "uma@example.com"')).toMatchObject([{ ...usual, country: 'DE' }])
  expect(await peopleBy('email = "udo@example.com"')).toMatchObject([{ ...usual, country: 'FR' }])
  const wrong = { do_not_contact: 'perhaps', shoe_size: '44' }
  expect(await refusal({ file_id: file.id, kind: 'person', settings: { defaults: wrong } })).toMatchObject({
    status: 400,
    body: {
      errors: [
        {
          path: 'settings.defaults.do_not_contact',
          message: 'Do not contact: "perhaps" is neither yes nor no',
        },
        { path: 'settings.defaults.shoe_size', message: 'there is no field shoe_size' },
      ],
    },
  })
})

test('tags of a file are made, added to those that a person has, and a trial makes none', async () => {
  const { file } = await files.upload(
    'tags.csv',
    'Name,E-mail,Tags\nDora,dora@example.com,"VIP, Fair 2026"\n',
  )
  const tags = async () =>
    (await app.call(listTags, { key: home.keys.admin, query: { kind: 'person' } })).items.map(one => one.name)
  const trial = await files.run({ file_id: file.id, kind: 'person', dry_run: true })
  expect(trial.counts).toMatchObject({ rows: 1, created: 1, rejected: 0 })
  expect(await tags()).toEqual([])
  await files.run({ file_id: file.id, kind: 'person' })
  expect(await tags()).toEqual(['Fair 2026', 'VIP'])
  const more = await files.upload('more.csv', 'E-mail,Tags\ndora@example.com,vip; Speaker\n')
  expect((await files.run({ file_id: more.file.id, kind: 'person' })).counts).toMatchObject({ updated: 1 })
  const [dora] = await peopleBy('custom.tags contains "fair 2026"')
  expect(dora?.custom['tags']).toEqual(['vip', 'fair_2026', 'speaker'])
})

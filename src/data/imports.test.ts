import { rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { companies, people } from '../customers/customers.contract.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import type { TestApp } from '../testing/app.ts'
import { type Importing, importing, startImporting } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { listInteractions } from '../timeline/timeline.contract.ts'
import { downloadConflicts } from './delta/delta.contract.ts'
import { pathOf } from './import-files.ts'
import * as api from './imports.contract.ts'
import { createImport } from './imports.ts'

let app: TestApp
let home: TestWorkspace
let files: Importing
beforeAll(async () => {
  ;({ app, home, files } = await startImporting())
})
afterAll(() => app.close())

const peopleList = async () =>
  (await app.call(people.list, { key: home.keys.admin, query: { limit: '200', sort: 'name' } })).items

describe('people', () => {
  const csv =
    'Vorname;Nachname;E-Mail;Telefon;Firma;Land\nAda;Löwe;Ada@Example.com;030 1234567;Analytik GmbH;Deutschland\nBob;Meier;bob@example.com;;Analytik GmbH;\n'

  test('a German export is understood, imported, and a second time changes nothing', async () => {
    const preview = await files.upload('kontakte.csv', Buffer.from(csv, 'latin1'))
    expect(preview).toMatchObject({
      kind: 'person',
      dialect: { encoding: 'windows-1252', delimiter: ';', header_row: 1 },
      match: ['email'],
    })
    expect(preview.columns.map(column => column.suggestion)).toEqual([
      'given_name',
      'family_name',
      'email',
      'phone',
      'company',
      'country',
    ])
    const first = await files.run({ file_id: preview.file.id, kind: 'person', settings: { country: 'DE' } })
    expect(first).toMatchObject({
      status: 'done',
      counts: { rows: 2, created: 2, updated: 0, unchanged: 0, rejected: 0 },
    })
    const ada = (await peopleList()).find(person => person.email === 'ada@example.com')
    expect(ada).toMatchObject({
      given_name: 'Ada',
      family_name: 'Löwe',
      phone: '+49301234567',
      country: 'DE',
    })
    expect(
      (await app.call(companies.list, { key: home.keys.admin })).items.map(company => company.name),
    ).toEqual(['Analytik GmbH'])
    const again = await files.run({ file_id: preview.file.id, kind: 'person', settings: { country: 'DE' } })
    expect(again.counts).toEqual({ rows: 2, created: 0, updated: 0, unchanged: 2, rejected: 0 })
  })

  test('a phone without a country code is one of the country in its row, or else of the file’s; people who share it stay two', async () => {
    const preview = await files.upload(
      'family.csv',
      'Title,First name,Phone,Country,Email\nMrs.,Nandi,083 926 4318,South Africa,nandi@example.com\nMr.,Sipho,083 926 4318,South Africa,sipho@example.com\nDr.,Una,020 7946 0018,,una@example.com\n',
    )
    expect(preview.columns.map(column => column.suggestion)).toEqual([
      null,
      'given_name',
      'phone',
      'country',
      'email',
    ])
    // The file is from London, the workspace is in Berlin.
    const done = await files.run({ file_id: preview.file.id, kind: 'person', settings: { country: 'GB' } })
    expect(done.counts).toMatchObject({ rows: 3, created: 3 })
    const phones = new Map((await peopleList()).map(person => [person.email, person.phone]))
    expect(phones.get('nandi@example.com')).toBe('+27839264318')
    expect(phones.get('sipho@example.com')).toBe('+27839264318')
    expect(phones.get('una@example.com')).toBe('+442079460018')
  })

  test('bad rows are rejected with a reason; the file of rejects, corrected and sent again, brings them in', async () => {
    const { file } = await files.upload(
      'new.csv',
      'name,email,note\nCara,cara at example,"=1+1"\nDora,dora@example.com,fine\n,,lonely\nEve,eve@example.com,a,b\n',
    )
    const mapping = [
      { column: 0, target: 'name' },
      { column: 1, target: 'email' },
      { column: 2, target: 'custom.note', new_field: { label: 'Note', type: 'text' as const } },
    ]
    const done = await files.run({ file_id: file.id, kind: 'person', mapping })
    expect(done.counts).toEqual({ rows: 4, created: 1, updated: 0, unchanged: 0, rejected: 3 })
    expect(done.rejects.map(reject => [reject.row, reject.reason])).toEqual([
      [2, 'email: "cara at example" is not an e-mail address.'],
      [4, 'There is no name, e-mail, phone or id in this row.'],
      [5, 'The row has 4 cells, the header has 3. A cell that contains the delimiter must stand in quotes.'],
    ])
    const rejects = await app.ask(api.downloadRejects, { key: home.keys.admin, params: { id: done.id } })
    expect(rejects.headers['content-disposition']).toContain('filename="new - rejected.csv";')
    const text = String(rejects.body)
    expect(text).toContain("'=1+1")
    const corrected = text.replace('cara at example', 'cara@example.com')
    const back = await files.upload('new - rejected.csv', corrected)
    expect(back.columns.map(column => column.suggestion)).toEqual([
      'name',
      'email',
      'custom.note',
      null,
      null,
      null,
    ])
    const second = await files.run({ file_id: back.file.id, kind: 'person' })
    expect(second.counts).toEqual({ rows: 3, created: 1, updated: 0, unchanged: 0, rejected: 2 })
    const german = await app.ask(api.downloadRejects, {
      key: home.keys.admin,
      params: { id: done.id },
      query: { language: 'de' },
    })
    expect(german.headers['content-disposition']).toContain("UTF-8''new%20-%20abgelehnt.csv")
    expect(String(german.body)).toContain('note,import_zeile,import_grund\r\n')
    expect(String(german.body)).toContain('email: „cara at example“ ist keine E-Mail-Adresse.')
    const home_again = await files.upload('neu - abgelehnt.csv', String(german.body))
    expect(home_again.columns.slice(3).map(column => column.suggestion)).toEqual([null, null, null])
    const cara = (await peopleList()).find(person => person.email === 'cara@example.com')
    expect(cara?.custom).toEqual({ note: '=1+1' })
  })

  test('a dry run counts what would happen and writes nothing, not even the new field', async () => {
    const before = await peopleList()
    const { file } = await files.upload(
      'dry.csv',
      'name,email,tier\nFay,fay@example.com,gold\nAda L.,ada@example.com,\nbad,nobody,\n',
    )
    const mapping = [
      { column: 0, target: 'name' },
      { column: 1, target: 'email' },
      { column: 2, target: 'custom.tier', new_field: { label: 'Tier', type: 'text' as const } },
    ]
    const trial = await files.run({ file_id: file.id, kind: 'person', mapping, dry_run: true })
    expect(trial.counts).toEqual({ rows: 3, created: 1, updated: 1, unchanged: 0, rejected: 1 })
    expect(await peopleList()).toEqual(before)
    const real = await files.run({ file_id: file.id, kind: 'person', mapping })
    expect(real.counts).toEqual(trial.counts)
  })

  test('create makes only new records, update only changes existing ones', async () => {
    const { file } = await files.upload(
      'modes.csv',
      'name,email\nAda Byron,ada@example.com\nGus,gus@example.com\n',
    )
    const update = await files.run({ file_id: file.id, kind: 'person', mode: 'update', match: ['email'] })
    expect(update.counts).toMatchObject({ updated: 1, rejected: 1 })
    const create = await files.run({ file_id: file.id, kind: 'person', mode: 'create', match: ['email'] })
    expect(create.counts).toMatchObject({ created: 1, rejected: 1 })
    expect(create.rejects[0]?.reason).toMatch(/already/)
  })
})

describe('interactions', () => {
  const orders =
    'order,date,customer,item,qty,price\nA1,24/12/2020 10:00,c-1,Lamp,2,"1.250,50"\nA1,24/12/2020 10:00,c-1,Lamp,2,"1.250,50"\nC2,25/12/2020 11:00,c-1,Lamp,-1,"1.250,50"\nA3,26/12/2020 12:00,,Bell,1,"3,00"\nA4,05/01/2021 09:30,c-2,Bell,10,"0,35"\n'

  test('order lines become purchases and refunds on the customers, each line once for ever', async () => {
    const preview = await files.upload('orders.csv.gz', gzipSync(orders))
    expect(preview.kind).toBe('interaction')
    expect(preview.columns.map(column => column.suggestion)).toEqual([
      'reference',
      'occurred_at',
      'external_id',
      'name',
      'quantity',
      'unit_price',
    ])
    const settings = {
      time_zone: 'Europe/Berlin',
      currency: 'EUR',
      source: 'shop',
      refunds: { reference_prefix: 'C' },
    }
    const first = await files.run({ file_id: preview.file.id, kind: 'interaction', settings })
    expect(first.counts).toEqual({ rows: 5, created: 4, updated: 0, unchanged: 0, rejected: 1 })
    expect(first.rejects).toMatchObject([{ row: 5, reason: 'It does not say who the customer is.' }])
    const { items } = await app.call(listInteractions, { key: home.keys.admin, query: { source: 'shop' } })
    expect(items.map(one => [one.occurred_at, one.kind, one.ref_id, one.amount_minor, one.currency])).toEqual(
      [
        ['2021-01-05T08:30:00.000Z', 'purchase', 'A4', 350, 'EUR'],
        ['2020-12-25T10:00:00.000Z', 'refund', 'C2', -125050, 'EUR'],
        ['2020-12-24T09:00:00.000Z', 'purchase', 'A1', 250100, 'EUR'],
        ['2020-12-24T09:00:00.000Z', 'purchase', 'A1', 250100, 'EUR'],
      ],
    )
    const again = await files.run({ file_id: preview.file.id, kind: 'interaction', settings })
    expect(again.counts).toEqual({ rows: 5, created: 0, updated: 0, unchanged: 4, rejected: 1 })
    const longer = await files.upload('orders2.csv', `${orders}A5,06/01/2021 09:30,c-2,Bell,1,"0,35"\n`)
    const more = await files.run({ file_id: longer.file.id, kind: 'interaction', settings })
    expect(more.counts).toEqual({ rows: 6, created: 1, updated: 0, unchanged: 4, rejected: 1 })
    const made = (await peopleList()).filter(person => person.external_id?.startsWith('c-'))
    expect(made.map(person => person.external_id)).toEqual(['c-1', 'c-2'])
  })
})

test('imports are listed newest first, or by filter and in any order', async () => {
  const list = (query: Record<string, string | number>) =>
    app.call(api.listImports, { key: home.keys.admin, query })
  const all = (await list({ limit: 200 })).items
  expect(all.length).toBeGreaterThan(3)
  const paged: string[] = []
  for (let page = await list({ limit: 2 }); ; page = await list({ limit: 2, after: page.next })) {
    paged.push(...page.items.map(one => one.id))
    if (page.next === null) break
  }
  expect(paged).toEqual(all.map(one => one.id))
  const lines = await list({ filter: 'kind = interaction and status = done and rejected = 0' })
  expect(lines.items.map(one => one.id)).toEqual(
    all.filter(one => one.kind === 'interaction' && one.counts.rejected === 0).map(one => one.id),
  )
  const rows = (await list({ sort: '-rows,kind' })).items.map(one => one.counts.rows)
  expect(rows).toEqual(rows.toSorted((a, b) => b - a))
})

describe('what cannot be', () => {
  test('a long comment is kept whole', async () => {
    const comment = 'Kind and quick. '.repeat(1000).trim()
    const { file } = await files.upload(
      'calls.csv',
      `date,email,comment\n2021-01-02,long@example.com,${comment}\n`,
    )
    const done = await files.run({ file_id: file.id, kind: 'interaction', settings: { source: 'calls' } })
    expect(done.counts).toMatchObject({ created: 1, rejected: 0 })
    const { items } = await app.call(listInteractions, { key: home.keys.admin, query: { source: 'calls' } })
    expect(items.map(item => item.text)).toEqual([comment])
  })

  test('a column called e-mail is suggested as one, with the share of cells that are none', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, at) => `Person ${at},${at % 4 ? 'yes' : `p${at}@example.com`}`,
    )
    const { columns } = await files.upload('poor.csv', `Name,E-Mail\n${rows.join('\n')}\n`)
    expect(columns[1]).toMatchObject({ suggestion: 'email', unreadable_percent: 75 })
    expect(columns[0]).toMatchObject({ suggestion: 'name', unreadable_percent: 0 })
  })

  test('workbooks, unknown files and mappings that say nothing are refused in words', async () => {
    const refused = await files.ask('book.xlsx', Buffer.from('PK\u0003\u0004....'))
    expect(refused.statusCode).toBe(400)
    expect(refused.json()).toMatchObject({ code: 'file_unreadable' })
    const nowhere = await app.ask(api.createImport, {
      key: home.keys.admin,
      body: { file_id: '00000000-0000-7000-8000-000000000000', kind: 'person' },
    })
    expect(nowhere.status).toBe(404)
    const { file } = await files.upload('x.csv', 'city\nBonn\n')
    const empty = await app.ask(api.createImport, {
      key: home.keys.admin,
      body: { file_id: file.id, kind: 'person' },
    })
    expect(empty).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/map at least a name/) },
    })
  })

  test('an import of another workspace is not there', async () => {
    const other = await makeWorkspace(app, 'Other')
    const { file } = await files.upload('mine.csv', 'name,email\nHal,hal@example.com\n')
    const mine = await files.run({ file_id: file.id, kind: 'person' })
    const asked = await app.ask(api.getImport, { key: other.keys.admin, params: { id: mine.id } })
    expect(asked.status).toBe(404)
    const used = await app.ask(api.createImport, {
      key: other.keys.admin,
      body: { file_id: file.id, kind: 'person' },
    })
    expect(used.status).toBe(404)
    const rejects = await app.ask(api.downloadRejects, { key: other.keys.admin, params: { id: mine.id } })
    expect(rejects.status).toBe(404)
  })

  test('a viewer may not import, nor who may write only what is theirs, and rows that others sent are not theirs to read', async () => {
    const viewer = await importing(app, home.keys.viewer).ask('x.csv', 'name\nIda\n')
    expect(viewer.statusCode).toBe(403)
    const narrowed = await makeWorkspace(app, 'Narrowed')
    await app.call(setReach, {
      key: narrowed.keys.admin,
      params: { role: 'manager' },
      body: { read: 'own', write: 'own', delete: 'none' },
    })
    const others = importing(app, narrowed.keys.admin)
    const sent = await others.upload('others.csv', 'name,email\nEve,no address\n')
    const body = { file_id: sent.file.id, kind: 'person' as const }
    const refused = await others.run(body)
    const key = narrowed.keys.manager
    const { file } = await importing(app, key).upload('x.csv', 'name\nIda\n')
    const seen = await app.call(api.getImport, { key, params: { id: refused.id } })
    expect([refused.rejects.length, seen.counts.rejected, seen.rejects]).toEqual([1, 1, []])
    expect((await app.ask(api.downloadRejects, { key, params: { id: refused.id } })).status).toBe(403)
    expect((await app.ask(downloadConflicts, { key, params: { id: refused.id } })).status).toBe(403)
    expect((await app.ask(api.previewImport, { key, body: { file_id: sent.file.id } })).status).toBe(404)
    expect((await app.ask(api.previewImport, { key, body: { file_id: file.id } })).status).toBe(200)
    expect(
      await app.ask(api.createImport, { key, body: { file_id: file.id, kind: 'person' } }),
    ).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  test('an upload sent twice with one Idempotency-Key is one file, and with other bytes is refused', async () => {
    const send = (content: string) => files.ask('once.csv', content, { 'idempotency-key': 'upload-1' })
    const replies = await Promise.all([send('name\nLea\n'), send('name\nLea\n')])
    expect(replies.map(reply => reply.statusCode)).toEqual([201, 201])
    expect(replies[0]?.json()).toEqual(replies[1]?.json())
    const other = await send('name\nMax\n')
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([422, 'idempotency_key_reused'])
    const without = await files.ask('once.csv', 'name\nLea\n')
    expect(without.json<api.Preview>().file.id).not.toBe(replies[0]?.json<api.Preview>().file.id)
  })

  test('a file that is not there is a reason in words, and nothing worse', async () => {
    const { file } = await files.upload('gone.csv', 'name,email\nNobody,nobody@example.com\n')
    const wanted = api.createImport.body.parse({ file_id: file.id, kind: 'person' })
    const actor = { kind: 'system', id: 'test' } as const
    // Lost between the order and the work, or in the data folder of another process.
    const { id } = await app.machine.workspaceTransaction({ workspace_id: home.id, actor }, async ctx => {
      const made = await createImport(ctx, wanted)
      rmSync(pathOf(app.machine, home.id, file.sha256))
      return made
    })
    const ended = await files.finish(id)
    expect([ended.status, ended.failure]).toEqual(['failed', expect.stringContaining('data folder')])
    const asked = await app.ask(api.previewImport, { key: home.keys.admin, body: { file_id: file.id } })
    expect(asked).toMatchObject({ status: 410, body: { code: 'import_file_missing' } })
  })

  test('a file that breaks in the middle keeps what came before and says where', async () => {
    const { file } = await files.upload(
      'broken.csv',
      'name,email\nIvy,ivy@example.com\nJon,"jon@example.com\nKim,kim@example.com\n',
    )
    const done = await files.run({ file_id: file.id, kind: 'person' })
    expect(done).toMatchObject({
      status: 'failed',
      failure: 'Row 3 cannot be read: a quoted cell that begins here is never closed.',
      counts: { rows: 1, created: 1 },
    })
  })
})

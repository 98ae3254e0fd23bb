import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { mergePeople, unmergePeople } from '../customers/merge.contract.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { type Importing, importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { recordInteractions } from '../timeline/timeline.contract.ts'
import * as api from './findings.contract.ts'

let app: TestApp
let home: TestWorkspace
let key: string
let files: Importing
let import_id: string
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
  key = home.keys.admin
  files = importing(app, key)
  await app.work()
})
afterAll(() => app.close())

const found = (finding: api.FindingId) =>
  app.call(api.getFinding, {
    key,
    query: { finding, ...(finding === 'unmapped_columns' ? { import_id } : {}) },
  })
const rowsOf = async (finding: api.ListedFinding) =>
  (await app.call(api.listFindingRows, { key, query: { finding } })).items
const peopleBy = async (filter: string) =>
  (await app.call(people.list, { key, query: { filter, sort: 'name' } })).items.map(one => one.name)

const csv = [
  'name,email,phone,company,born,color,do not contact',
  'Ann Orr,ann@orr.example,,Orr,1980-05-05,,',
  'Ann Orr,ann.orr@mail.example,,Orr,1890-01-01,,yes',
  'Bea,bea@gmial.com,+49301234567,,1985-01-01,,',
  'Bea Two,,+49301234567,,1970-01-01,,',
  'Cid,cid@orr.example,12-34,,1990-01-01,,',
  'Dot,,,Orr,1991-01-01,,',
].join('\n')

test('nothing is found where there is nothing', async () => {
  for (const finding of api.findings)
    if (finding !== 'unmapped_columns') expect([finding, (await found(finding)).count]).toEqual([finding, 0])
  for (const finding of api.listedFindings) expect(await rowsOf(finding)).toEqual([])
})

test('each number of what an import found is the number of the rows that it opens', async () => {
  const { file } = await files.upload('people.csv', csv)
  const mapping = ['name', 'email', 'phone', 'company'].map((target, column) => ({ column, target }))
  const born = { label: 'Born', type: 'date' as const }
  const done = await files.run({
    file_id: file.id,
    kind: 'person',
    mapping: [
      ...mapping,
      { column: 4, target: 'custom.born', date_order: 'ymd', new_field: born },
      { column: 6, target: 'do_not_contact' },
    ],
    match: [],
  })
  expect(done.counts).toMatchObject({ rows: 6, created: 6 })
  import_id = done.id
  const [company] = (await app.call(people.list, { key, query: { filter: 'name = "Dot"' } })).items
  await app.ask(
    { ...people.update, path: '/api/companies/{id}' },
    { key, params: { id: String(company?.company_id) }, body: { domain: 'orr.example' } },
  )
  const told = Object.fromEntries(
    await Promise.all(api.findings.map(async finding => [finding, await found(finding)] as const)),
  )
  for (const finding of api.listedFindings)
    expect([finding, (await rowsOf(finding)).length]).toEqual([finding, told[finding]?.count])
  for (const { id, filter, count } of Object.values(told))
    if (filter) expect([id, (await peopleBy(filter)).length]).toEqual([id, count])
  const counts = Object.fromEntries(Object.entries(told).map(([id, one]) => [id, one.count]))
  expect(counts).toEqual({
    duplicates: 2,
    reviews: 0,
    joinable: 1,
    unreachable: 1,
    do_not_contact: 1,
    silent: 0,
    never_heard: 6,
    unhappy: 0,
    concentration: 0,
    email_typos: 1,
    phones: 1,
    odd_dates: 2,
    empty_fields: 0,
    unmapped_columns: 1,
  })
  expect(told.unmapped_columns?.parts).toEqual([{ label: { en: 'color' }, count: 0, filter: null }])
  expect((await rowsOf('duplicates')).map(row => [row.name, row.other?.name, row.reason])).toEqual([
    ['Ann Orr', 'Ann Orr', 'name_company'],
    ['Bea', 'Bea Two', 'phone'],
  ])
  expect(await rowsOf('email_typos')).toMatchObject([{ name: 'Bea', suggestion: 'bea@gmail.com' }])
  expect(await rowsOf('joinable')).toMatchObject([{ name: 'Cid', other: { kind: 'company', name: 'Orr' } }])
  expect(await peopleBy(told.odd_dates?.filter ?? '')).toEqual(['Ann Orr', 'Bea Two'])
})

test('money is told by the share of the top tenth, and the unhappy by what they felt last', async () => {
  const items = Array.from({ length: 20 }, (_, at) => ({
    identifiers: [{ type: 'user_id' as const, value: `buyer-${at}` }],
    channel: 'shop' as const,
    kind: 'purchase',
    occurred_at: '2020-03-01T10:00:00Z',
    amount_minor: at < 2 ? 9_000 : 1_000,
    currency: 'EUR',
    message_id: `buy-${at}`,
  }))
  const scored = (value: string, feeling: number, occurred_at: string) => ({
    identifiers: [{ type: 'user_id' as const, value }],
    channel: 'survey' as const,
    kind: 'answer',
    feeling,
    score: 3,
    occurred_at,
    message_id: `${value} ${occurred_at}`,
  })
  const { file } = await files.upload(
    'buyers.csv',
    `date,user id,amount,currency\n${items.map(one => `2020-03-01,${one.identifiers[0]?.value},${one.amount_minor / 100},EUR`).join('\n')}\n`,
  )
  expect((await files.run({ file_id: file.id, kind: 'interaction' })).counts.created).toBe(20)
  await app.call(recordInteractions, {
    key,
    body: {
      items: [
        scored('buyer-2', -0.2, '2020-05-01T10:00:00Z'),
        scored('buyer-3', -0.8, '2020-04-01T10:00:00Z'),
        { ...scored('buyer-5', -0.8, '2020-04-02T10:00:00Z'), score: undefined, name: 'Delivered late' },
        scored('buyer-6', -0.1, '2020-05-01T10:00:00Z'),
        scored('buyer-4', -0.8, '2020-04-01T10:00:00Z'),
        // Most of what the first one bought came back.
        {
          ...items[0],
          identifiers: [{ type: 'user_id', value: 'buyer-0' }],
          kind: 'refund',
          amount_minor: -8_500,
          message_id: 'back',
        },
        scored('buyer-4', 0.6, '2020-05-01T10:00:00Z'),
      ],
    },
  })
  expect(await found('concentration')).toMatchObject({
    count: 2,
    money: { amount_minor: 10_000, of_minor: 27_500, currency: 'EUR', customers: 20 },
  })
  expect((await rowsOf('concentration')).map(row => row.amount_minor)).toEqual([9_000, 1_000])
  // The worst first, of two that are as bad the newer; no longer bad, or hardly, is not.
  expect(await rowsOf('unhappy')).toMatchObject([
    { value: 'Delivered late', score: null, feeling: -0.8, at: '2020-04-02T10:00:00.000Z' },
    { score: 3, feeling: -0.8, at: '2020-04-01T10:00:00.000Z' },
    { score: 3, feeling: -0.2 },
  ])
  expect((await found('silent')).count).toBe(20)
})

test('two that were kept apart are no duplicates any more, and a phone that more than five share is a switchboard', async () => {
  const duplicates = async () => (await rowsOf('duplicates')).map(row => [row.name, row.other?.name])
  const before = await duplicates()
  const make = async (name: string, phone: string) =>
    (await app.call(people.create, { key, body: { name, phone } })).id
  const params = { id: await make('Twin A', '+49301111111') }
  const other_id = await make('Twin B', '+49301111111')
  expect(await duplicates()).toEqual([...before, ['Twin A', 'Twin B']])
  const { merge_id } = await app.call(mergePeople, { key, params, body: { other_id } })
  expect(await duplicates()).toEqual(before)
  await app.call(unmergePeople, { key, params, body: { merge_id: merge_id ?? '' } })
  expect(await duplicates()).toEqual(before)
  const five = ['F1', 'F2', 'F3', 'F4', 'F5']
  for (const name of five) await make(name, '+49302222222')
  // The first of them beside each of the others.
  expect(await duplicates()).toEqual([...before, ...five.slice(1).map(() => ['F1', expect.any(String)])])
  await make('F6', '+49302222222')
  expect(await duplicates()).toEqual(before)
  expect((await found('duplicates')).count).toBe(before.length)
})

test('whoever sees some people is told of those alone', async () => {
  const owner_id = home.members.manager.id
  const [person] = (
    await app.call(people.list, { key, query: { filter: 'name is empty', sort: 'created_at', limit: '1' } })
  ).items
  await app.call(people.update, { key, params: { id: String(person?.id) }, body: { owner_id } })
  const own = { read: 'own', write: 'own', delete: 'own' } as const
  await app.call(setReach, { key, params: { role: 'manager' }, body: own })
  const headers = await home.browser('manager')
  const seen = async (finding: api.FindingId) =>
    (await app.ask(api.getFinding, { headers, query: { finding } })).body
  expect(await seen('concentration')).toMatchObject({ count: 1, money: { customers: 1 } })
  const { amount_minor, of_minor } = ((await seen('concentration')) as api.Finding).money ?? {}
  expect(amount_minor).toBe(of_minor)
  expect(await seen('empty_fields')).toMatchObject({ parts: [{ label: { en: 'Born' }, count: 0 }] })
  expect(await seen('reviews')).toMatchObject({ count: null })
  // Who could join a company that is not within reach could not be told so without telling of the company.
  const [joinable] = await rowsOf('joinable')
  await app.call(people.update, { key, params: { id: joinable?.id ?? '' }, body: { owner_id } })
  expect(await seen('joinable')).toMatchObject({ count: 0 })
  expect((await found('joinable')).count).toBe(1)
})

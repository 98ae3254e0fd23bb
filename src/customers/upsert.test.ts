import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { companies, people } from './customers.contract.ts'
import { identifyPeople, upsertCompanies, upsertPeople } from './index.ts'
import type { CompanyItem, PersonItem, PersonMatch, UpsertOptions } from './upsert.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  home = await makeWorkspace(app)
})

const inside = <T>(run: (ctx: Ctx) => Promise<T>) =>
  app.machine.workspaceTransaction({ workspace_id: home.id, actor: { kind: 'import', id: 'file' } }, run)
const both: UpsertOptions<PersonMatch> = { mode: 'both', match: ['external_id', 'email'] }
const put = (items: PersonItem[], options: Partial<UpsertOptions<PersonMatch>> = {}) =>
  inside(ctx => upsertPeople(ctx, items, { ...both, ...options }))
const putCompanies = (items: CompanyItem[], options = {}) =>
  inside(ctx =>
    upsertCompanies(ctx, items, { mode: 'both', match: ['external_id', 'domain', 'name'], ...options }),
  )
const statuses = (outcomes: { status: string }[]) => outcomes.map(outcome => outcome.status)
const changes = async () =>
  (
    await inside(ctx =>
      ctx.db.selectFrom('change').select('id').where('kind', 'in', ['person', 'company']).execute(),
    )
  ).length
const get = (id: string | undefined) =>
  app.call(people.get, { key: home.keys.admin, params: { id: id ?? '' } })

const ada = { name: 'Ada Lovelace', email: 'Ada@Example.com', phone: '030 901820', country: 'United Kingdom' }

test('items come to be people with normal fields and identifiers', async () => {
  const [made] = await put([ada])
  expect(await get(made?.id)).toMatchObject({ email: 'ada@example.com', phone: '+4930901820', country: 'GB' })
  const [seen] = await inside(ctx =>
    identifyPeople(ctx, [
      { identifiers: [{ type: 'email', value: 'ada@example.com' }], at: app.clock.now(), rule: 'import' },
    ]),
  )
  expect(seen).toMatchObject({ person_id: made?.id, status: 'unchanged' })
})

test('the same data twice changes nothing and leaves no trace', async () => {
  const items = [
    { ...ada, external_id: '7', company: { name: 'Acme' } },
    { name: 'Bob', external_id: '8' },
  ]
  expect(statuses(await put(items, { source: 'shop' }))).toEqual(['created', 'created'])
  const before = await changes()
  expect(statuses(await put(items, { source: 'shop' }))).toEqual(['unchanged', 'unchanged'])
  expect(await changes()).toBe(before)
})

test('an update writes only what differs; absent keys leave a field alone and null empties it', async () => {
  const [made] = await put([{ ...ada, city: 'Bonn', job_title: 'Countess' }])
  const [updated] = await put([{ email: 'ada@example.com', city: null, job_title: 'Programmer' }])
  expect(updated).toMatchObject({ status: 'updated', id: made?.id })
  expect(await get(made?.id)).toMatchObject({ name: 'Ada Lovelace', city: null, job_title: 'Programmer' })
})

test('two items of one call that mean the same person act as if sent one after the other', async () => {
  const outcomes = await put([
    { email: 'ada@example.com', city: 'Bonn' },
    { email: 'ADA@example.com', city: 'London' },
    { email: 'ada@example.com', city: 'London' },
  ])
  expect(statuses(outcomes)).toEqual(['created', 'updated', 'unchanged'])
  expect(new Set(outcomes.map(outcome => outcome.id)).size).toBe(1)
})

test('create refuses who exists, update refuses who does not', async () => {
  await put([ada])
  expect(await put([ada], { mode: 'create', match: [] })).toMatchObject([
    { status: 'rejected', code: 'already_exists' },
  ])
  expect(await put([{ email: 'new@example.com' }], { mode: 'update' })).toMatchObject([
    { status: 'rejected', code: 'no_match' },
  ])
})

test('an item that names two people is rejected and says whose the address is', async () => {
  const [one, two] = await put([
    { external_id: '1', email: 'one@example.com' },
    { external_id: '2', email: 'two@example.com' },
  ])
  expect(await put([{ external_id: '1', email: 'two@example.com' }])).toMatchObject([
    { status: 'rejected', code: 'belongs_to_another_person', id: two?.id },
  ])
  expect(await get(one?.id)).toMatchObject({ email: 'one@example.com' })
})

test('what cannot be stored is rejected row by row with words a person understands', async () => {
  const outcomes = await put([
    { name: 'A', email: 'not an address' },
    { name: 'B', country: 'Atlantis' },
    { name: 'x'.repeat(201) },
    { city: 'Nowhere' },
    { name: 'C', owner_id: home.id },
    { name: 'D', custom: { shoe: 42 } },
    { name: 'E' },
  ])
  expect(outcomes.map(outcome => outcome.code)).toEqual([
    'invalid_email',
    'invalid_country',
    'invalid_name',
    'nameless',
    'unknown_reference',
    'invalid_custom',
    undefined,
  ])
  expect(outcomes[0]?.detail).toBe('E-mail "not an address" is not an e-mail address.')
})

test('a dry run tells what the run would do and keeps nothing', async () => {
  await put([ada])
  const before = await changes()
  const items = [
    { ...ada, city: 'London' },
    { name: 'Bob', email: 'bob@example.com' },
    { email: 'bob@example.com' },
  ]
  const dry = await put(items, { dry_run: true })
  expect(statuses(dry)).toEqual(['updated', 'created', 'unchanged'])
  expect(dry[1]?.id).toBeUndefined()
  expect(await changes()).toBe(before)
  expect(statuses(await put(items))).toEqual(['updated', 'created', 'unchanged'])
})

test('the ids of two systems do not collide', async () => {
  const [crm] = await put([{ external_id: '1', name: 'One' }], { source: 'crm' })
  const [shop] = await put([{ external_id: '1', name: 'Another' }], { source: 'shop' })
  expect(shop).toMatchObject({ status: 'created' })
  expect(shop?.id).not.toBe(crm?.id)
})

test('an address that was replaced is free again; one that events brought stays known', async () => {
  const [made] = await put([{ external_id: '1', email: 'old@example.com' }])
  app.clock.advance(60_000)
  await put([{ external_id: '1', email: 'new@example.com' }])
  expect(await put([{ email: 'old@example.com' }])).toMatchObject([{ status: 'created' }])
  expect(await put([{ email: 'new@example.com', city: 'Bonn' }])).toMatchObject([
    { status: 'updated', id: made?.id },
  ])
})

test('companies are found by domain or exact name and made once', async () => {
  await put([
    { name: 'A', company: { name: 'Acme Ltd', domain: 'acme.example' } },
    { name: 'B', company: { name: '  acme LTD ' } },
    { name: 'C', company: { domain: 'ACME.example' } },
  ])
  const { items } = await app.call(companies.list, { key: home.keys.admin, query: {} })
  expect(items).toHaveLength(1)
  const linked = await inside(ctx => ctx.db.selectFrom('person').select('company_id').execute())
  expect(new Set(linked.map(row => row.company_id))).toEqual(new Set([items[0]?.id]))
})

test('companies upsert by external id, domain or name, and the same twice changes nothing', async () => {
  const items = [
    { name: 'Acme', external_id: 'a1', employees: 120 },
    { name: 'Beta GmbH', domain: 'beta.example' },
  ]
  expect(statuses(await putCompanies(items))).toEqual(['created', 'created'])
  const before = await changes()
  expect(statuses(await putCompanies(items))).toEqual(['unchanged', 'unchanged'])
  expect(await changes()).toBe(before)
  expect(statuses(await putCompanies([{ name: 'ACME', employees: 121 }]))).toEqual(['updated'])
  expect(
    await putCompanies([{ domain: 'new.example', external_id: 'a1' }], { match: ['domain'] }),
  ).toMatchObject([{ status: 'rejected', code: 'belongs_to_another_company' }])
})

test('the batch endpoint creates and upserts with an outcome for each item', async () => {
  const body = {
    mode: 'upsert' as const,
    items: [ada, { ...ada, city: 'London' }, { name: 'No such field', shoe_size: 42 }],
  }
  const { outcomes } = await app.call(people.batch, { key: home.keys.admin, body })
  expect(outcomes).toMatchObject([
    { index: 0, status: 'created' },
    { index: 1, status: 'updated' },
    { index: 2, status: 'rejected', code: 'invalid' },
  ])
})

test('the API refuses a second person with the same address and says what to do', async () => {
  await app.call(people.create, { key: home.keys.admin, body: { name: 'Ada', email: 'ada@example.com' } })
  const refused = await app.ask(people.create, {
    key: home.keys.admin,
    body: { name: 'Twin', email: 'ADA@example.com' },
  })
  expect(refused).toMatchObject({ status: 409, body: { code: 'email_taken' } })
  expect(await app.ask(people.create, { key: home.keys.admin, body: { city: 'Bonn' } })).toMatchObject({
    status: 400,
    body: { code: 'nameless' },
  })
})

test('whoever may write only what is theirs creates their own and cannot change others', async () => {
  const [other] = await put([ada])
  await app.machine.workspaceTransaction(
    { workspace_id: home.id, actor: { kind: 'system', id: 'test' } },
    ctx =>
      ctx.db
        .updateTable('person')
        .set({ owner_id: home.members.manager.id })
        .where('id', '=', other?.id ?? '')
        .execute(),
  )
  const principal = {
    workspace_id: home.id,
    actor: { kind: 'member' as const, id: home.members.agent.id },
    role: 'agent',
    member_id: home.members.agent.id,
    permissions: new Set(['records.write']),
    kinds: { '*': { read: 'all', write: 'own', delete: 'none' } } as const,
    hidden_classes: [],
  }
  const outcomes = await app.machine.transaction({ principal }, ctx =>
    upsertPeople(ctx, [{ email: 'ada@example.com', city: 'Bonn' }, { name: 'Mine' }], both),
  )
  expect(outcomes).toMatchObject([{ status: 'rejected', code: 'records_read_only' }, { status: 'created' }])
  expect(await get(outcomes[1]?.id)).toMatchObject({ owner_id: home.members.agent.id })
})

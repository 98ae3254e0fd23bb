import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { people } from './customers.contract.ts'
import {
  identifyCompanies,
  identifyPeople,
  type PersonSighting,
  personIdentifierIds,
  resolveIdentifiers,
} from './index.ts'
import { normalForm } from './normal-form.ts'

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
  app.machine.workspaceTransaction({ workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } }, run)
const minute = (count: number) => new Date(Date.UTC(2026, 2, 1, 12, count))
const user = (value: string) => ({ type: 'user_id', value })
const device = (value: string) => ({ type: 'anonymous_id', value })
const email = (value: string) => ({ type: 'email', value })
const phone = (value: string) => ({ type: 'phone', value })

const sight = (
  ...items: (Partial<PersonSighting> & { at: Date; identifiers: PersonSighting['identifiers'] })[]
) =>
  inside(ctx =>
    identifyPeople(
      ctx,
      items.map(item => ({ rule: 'identify', ...item })),
    ),
  )
const get = (id: string | null | undefined) =>
  app.call(people.get, { key: home.keys.admin, params: { id: id ?? '' } })
const reviews = () =>
  inside(ctx => ctx.db.selectFrom('identity_review').selectAll().where('resolved_at', 'is', null).execute())
const spans = (id: string | null | undefined) => inside(ctx => personIdentifierIds(ctx, id ?? ''))

test('a user id makes a person with the traits it came with', async () => {
  const [made] = await sight({
    identifiers: [user('u1'), device('d1')],
    traits: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: ' Ada@Example.COM ',
      phone: '030 901820',
      address: { country: 'Germany' },
      plan: 'pro',
    },
    at: minute(1),
  })
  expect(made).toMatchObject({ status: 'created' })
  expect(await get(made?.person_id)).toMatchObject({
    name: 'Ada Lovelace',
    given_name: 'Ada',
    email: 'ada@example.com',
    phone: '+4930901820',
    country: 'DE',
  })
  const row = await inside(ctx => ctx.db.selectFrom('person').select('traits').executeTakeFirstOrThrow())
  expect(row.traits).toEqual({ plan: 'pro' })
})

test('the same event again changes nothing', async () => {
  const event = { identifiers: [user('u1'), device('d1')], traits: { name: 'Ada' }, at: minute(1) }
  await sight(event)
  expect(await sight(event)).toMatchObject([{ status: 'unchanged' }])
  const changes = await inside(ctx => ctx.db.selectFrom('change').select('op').execute())
  expect(changes).toEqual([{ op: 'insert' }])
})

test('an older trait that arrives late does not overwrite a newer one', async () => {
  await sight({ identifiers: [user('u1')], traits: { name: 'New', title: 'Boss' }, at: minute(5) })
  const [late] = await sight({
    identifiers: [user('u1')],
    traits: { name: 'Old', city: 'Bonn' },
    at: minute(1),
  })
  expect(await get(late?.person_id)).toMatchObject({ name: 'New', job_title: 'Boss', city: 'Bonn' })
})

test('what somebody edited stays when an event from before the edit arrives', async () => {
  const [made] = await sight({ identifiers: [user('u1')], traits: { name: 'Old' }, at: minute(1) })
  await app.call(people.update, {
    key: home.keys.admin,
    params: { id: made?.person_id ?? '' },
    body: { name: 'Edited' },
  })
  await sight({ identifiers: [user('u1')], traits: { name: 'Late' }, at: minute(2) })
  expect(await get(made?.person_id)).toMatchObject({ name: 'Edited' })
})

test('the anonymous history comes along when the visitor becomes known', async () => {
  const [ids] = await inside(ctx => resolveIdentifiers(ctx, [[device('d1')]]))
  const [made] = await sight({ identifiers: [user('u1'), device('d1')], at: minute(9) })
  const owned = await spans(made?.person_id)
  expect(owned.find(span => span.identifier_id === ids?.[0])).toMatchObject({
    valid_from: Number.NEGATIVE_INFINITY,
  })
})

test('a device that two people share moves between them in time and glues nobody', async () => {
  const [ada] = await sight({ identifiers: [user('ada'), device('kitchen')], at: minute(1) })
  const [bob] = await sight({ identifiers: [user('bob'), device('kitchen')], at: minute(10) })
  expect(bob?.person_id).not.toBe(ada?.person_id)
  const [ids] = await inside(ctx => resolveIdentifiers(ctx, [[device('kitchen')]]))
  const of = async (id: string | null | undefined) =>
    (await spans(id)).filter(span => span.identifier_id === ids?.[0])
  expect(await of(ada?.person_id)).toMatchObject([
    { valid_from: Number.NEGATIVE_INFINITY, valid_to: minute(10).getTime() },
  ])
  expect(await of(bob?.person_id)).toMatchObject([
    { valid_from: minute(10).getTime(), valid_to: Number.POSITIVE_INFINITY },
  ])
  await sight({ identifiers: [user('ada'), device('kitchen')], at: minute(20) })
  expect(await of(ada?.person_id)).toHaveLength(2)
  expect(await reviews()).toEqual([])
})

test('late news of a device gives it to the earlier person up to the later one', async () => {
  const [bob] = await sight({ identifiers: [user('bob'), device('kitchen')], at: minute(10) })
  const [ada] = await sight({ identifiers: [user('ada'), device('kitchen')], at: minute(1) })
  const [ids] = await inside(ctx => resolveIdentifiers(ctx, [[device('kitchen')]]))
  const of = async (id: string | null | undefined) =>
    (await spans(id)).filter(span => span.identifier_id === ids?.[0])
  expect(await of(ada?.person_id)).toMatchObject([
    { valid_from: Number.NEGATIVE_INFINITY, valid_to: minute(10).getTime() },
  ])
  expect(await of(bob?.person_id)).toMatchObject([
    { valid_from: minute(10).getTime(), valid_to: Number.POSITIVE_INFINITY },
  ])
})

test('an event that carries the user id of one and the e-mail of another goes to the review list, once', async () => {
  const [ada] = await sight({ identifiers: [user('ada')], traits: { name: 'Ada' }, at: minute(1) })
  const [bob] = await sight({
    identifiers: [user('bob')],
    traits: { email: 'bob@example.com' },
    at: minute(2),
  })
  const both = {
    identifiers: [user('ada')],
    traits: { email: 'bob@example.com' },
    at: minute(3),
    evidence: { interaction_id: 'x' },
  }
  expect(await sight(both)).toMatchObject([{ status: 'conflict', person_id: ada?.person_id }])
  await sight(both)
  expect(await reviews()).toMatchObject([
    {
      occurrences: 1,
      evidence: {
        identifiers: [{ type: 'email', value: 'bob@example.com' }],
        event: { interaction_id: 'x' },
      },
    },
  ])
  expect(await get(ada?.person_id)).toMatchObject({ email: null })
  expect(await get(bob?.person_id)).toMatchObject({ email: 'bob@example.com' })
})

test('a new user id seen with a known e-mail is that person, unless that person has another user id', async () => {
  const [lead] = await sight({ identifiers: [email('lead@example.com')], at: minute(1) })
  const [first] = await sight({
    identifiers: [user('u1')],
    traits: { email: 'lead@example.com' },
    at: minute(2),
  })
  expect(first?.person_id).toBe(lead?.person_id)
  const [second] = await sight({
    identifiers: [user('u2')],
    traits: { email: 'lead@example.com' },
    at: minute(3),
  })
  expect(second?.status).toBe('conflict')
  expect(second?.person_id).not.toBe(lead?.person_id)
  expect(await reviews()).toHaveLength(1)
})

test('a phone number never merges, and one that two people have belongs to neither', async () => {
  const [ada] = await sight({ identifiers: [user('ada'), phone('030 901820')], at: minute(1) })
  const [bob] = await sight({ identifiers: [user('bob'), phone('+49 30 901820')], at: minute(2) })
  expect(bob?.person_id).not.toBe(ada?.person_id)
  const open = (await spans(ada?.person_id)).filter(span => span.valid_to === Number.POSITIVE_INFINITY)
  expect(open).toHaveLength(1)
  expect(await spans(bob?.person_id)).toHaveLength(1)
})

test('a mailbox that forms are filled in with makes nobody', async () => {
  const [outcome] = await sight({ identifiers: [email('Test@Test.com')], at: minute(1) })
  expect(outcome).toMatchObject({ person_id: null, reason: 'identifies_nobody' })
})

test('a number that is dialled from abroad is the same in every country', () => {
  for (const country of ['DE', 'US', undefined])
    for (const raw of ['0049 30 901820', '+49 (0)30 901820'])
      expect([country, raw, normalForm('phone', raw, country)]).toEqual([
        country,
        raw,
        { value: '+4930901820' },
      ])
})

test('a phone number of two people is no third one’s either, in one batch or later', async () => {
  const shared = phone('030 901820')
  const batch = await sight(
    ...['ada', 'bob', 'cyd'].map((name, at) => ({ identifiers: [user(name), shared], at: minute(at) })),
  )
  const later = await sight({ identifiers: [user('dee'), shared], at: minute(9) })
  for (const { person_id } of [...batch, ...later])
    expect((await spans(person_id)).filter(span => span.valid_to === Number.POSITIVE_INFINITY)).toHaveLength(
      1,
    )
})

test.each([
  'null',
  'undefined',
  '0',
  'Unknown',
  'anonymous',
  '[object Object]',
  '00000000-0000-0000-0000-000000000000',
  'shop:null',
])('the worthless id %s makes nobody', async value => {
  const type = value.includes(':') ? 'external_id' : 'user_id'
  expect(
    await sight({ identifiers: [{ type, value }], traits: { name: 'Everybody' }, at: minute(1) }),
  ).toMatchObject([{ person_id: null, reason: 'identifies_nobody' }])
})

test('ids that are too long or hold a NUL are refused with the reason, and the others of the batch are not', async () => {
  const outcomes = await sight(
    { identifiers: [user('x'.repeat(101))], at: minute(1) },
    { identifiers: [user('a\u0000b')], at: minute(1) },
    { identifiers: [user('good')], at: minute(1) },
    { identifiers: [user('when')], at: new Date(Number.NaN) },
  )
  expect(outcomes.map(outcome => outcome.reason)).toEqual([
    'too_long',
    'not_storable',
    undefined,
    'absurd_time',
  ])
  expect(outcomes[2]?.status).toBe('created')
})

test('alias makes the anonymous id a known one, and a new user id the same person', async () => {
  const [made] = await sight({
    identifiers: [user('ada')],
    previous: 'visitor-7',
    rule: 'alias',
    at: minute(1),
  })
  const [again] = await sight({ identifiers: [user('ada-2')], previous: 'ada', rule: 'alias', at: minute(2) })
  expect(again?.person_id).toBe(made?.person_id)
  const [ids] = await inside(ctx => resolveIdentifiers(ctx, [[device('visitor-7')]]))
  expect((await spans(made?.person_id)).map(span => span.identifier_id)).toContain(ids?.[0])
})

test('alias between two known people is for somebody to decide', async () => {
  const [ada] = await sight({ identifiers: [user('ada')], at: minute(1) })
  const [bob] = await sight({ identifiers: [user('bob')], at: minute(1) })
  expect(
    await sight({ identifiers: [user('ada')], previous: 'bob', rule: 'alias', at: minute(2) }),
  ).toMatchObject([{ status: 'conflict' }])
  expect(ada?.person_id).not.toBe(bob?.person_id)
  expect(await reviews()).toHaveLength(1)
})

test('a group call makes the company and its people', async () => {
  const joined = await inside(ctx =>
    identifyCompanies(ctx, [
      {
        group_id: 'acme',
        traits: { name: 'Acme', industry: 'Tools', employees: '120' },
        at: minute(1),
        identifiers: [user('ada')],
      },
      { group_id: 'acme', traits: { website: 'https://www.acme.example/x' }, at: minute(2), identifiers: [] },
    ]),
  )
  expect(joined[0]?.company_id).toBe(joined[1]?.company_id)
  expect(await get(joined[0]?.person_id)).toMatchObject({ company_id: joined[0]?.company_id })
  const company = await inside(ctx => ctx.db.selectFrom('company').selectAll().executeTakeFirstOrThrow())
  expect(company).toMatchObject({ name: 'Acme', industry: 'Tools', employees: 120, domain: 'acme.example' })
})

test('after a deletion the same user id makes a new person, and the old one keeps its history', async () => {
  const [old] = await sight({ identifiers: [user('ada')], at: minute(1) })
  await app.call(people.remove, { key: home.keys.admin, params: { id: old?.person_id ?? '' } })
  const [fresh] = await sight({ identifiers: [user('ada')], at: minute(9) })
  expect(fresh).toMatchObject({ status: 'created' })
  expect(await spans(old?.person_id)).toMatchObject([{ valid_to: minute(9).getTime() }])
  expect(await spans(fresh?.person_id)).toMatchObject([{ valid_from: minute(9).getTime() }])
})

test('batches that arrive at the same time make one person, not two', async () => {
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      sight(
        { identifiers: [user('ada'), device(`d${index}`)], traits: { name: 'Ada' }, at: minute(index) },
        { identifiers: [email('x@example.com')], at: minute(index) },
      ),
    ),
  )
  expect(new Set(results.map(([one]) => one?.person_id)).size).toBe(1)
  expect(new Set(results.map(([, two]) => two?.person_id)).size).toBe(1)
})

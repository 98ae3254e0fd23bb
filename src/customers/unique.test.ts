import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { createField, updateField } from '../records/fields.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { people } from './customers.contract.ts'
import { identifyPeople } from './index.ts'
import { mergePeople, unmergePeople } from './merge.contract.ts'

// A customer number of one's own: two living people never have the same.

let app: TestApp
let home: TestWorkspace
let field_id: string
const key = () => home.keys.admin
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  home = await makeWorkspace(app)
  const made = await app.call(createField, {
    key: key(),
    body: { kind: 'person', type: 'text', key: 'number', label: { en: 'Customer number' }, is_unique: true },
  })
  field_id = made.id
})

const make = async (name: string, number?: string) =>
  (
    await app.call(people.create, {
      key: key(),
      body: { name, ...(number === undefined ? {} : { custom: { number } }) },
    })
  ).id
const tryMake = (name: string, number: string) =>
  app.ask(people.create, { key: key(), body: { name, custom: { number } } })
const give = (id: string, number: string | null) =>
  app.ask(people.update, { key: key(), params: { id }, body: { custom: { number } } })
const numberOf = async (id: string) =>
  (await app.call(people.get, { key: key(), params: { id } })).custom['number']
const upsert = async (items: Record<string, unknown>[]) =>
  (await app.call(people.batch, { key: key(), body: { mode: 'upsert', match: ['custom.number'], items } }))
    .outcomes

test('a value that somebody has is refused by the name of who has it, in any spelling', async () => {
  const ada = await make('Ada', 'K-7 ä')
  const refused = await tryMake('Bob', 'k-7  A')
  expect(refused).toMatchObject({ status: 409, body: { code: 'value_taken' } })
  expect(JSON.stringify(refused.body)).toContain(`belongs to Ada (${ada})`)
  const bob = await make('Bob', 'K-8')
  expect(await give(bob, 'K-7 ä')).toMatchObject({ status: 409, body: { code: 'value_taken' } })
  expect(await give(ada, 'K-7 Ä')).toMatchObject({ status: 200 })
  expect(await give(bob, null)).toMatchObject({ status: 200 })
  expect(await tryMake('Eve', 'K-8')).toMatchObject({ status: 201 })
})

test('of many who ask for one number at once, one gets it', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => tryMake(`P${index}`, 'K-1')))
  expect(answers.map(answer => answer.status).toSorted((a, b) => a - b)).toEqual([
    201, 409, 409, 409, 409, 409,
  ])
})

test('who is deleted gives it up, and comes back only while it is free', async () => {
  const ada = await make('Ada', 'K-1')
  await app.call(people.remove, { key: key(), params: { id: ada } })
  const bob = await make('Bob', 'K-1')
  const restore = () => app.ask(people.restore, { key: key(), params: { id: ada } })
  expect(await restore()).toMatchObject({ status: 409, body: { code: 'value_taken' } })
  await give(bob, 'K-2')
  expect(await restore()).toMatchObject({ status: 200 })
  expect(await give(bob, 'K-1')).toMatchObject({ status: 409 })
})

test('a merge hands it on and un-merging hands it back', async () => {
  const [ada, twin] = [await make('Ada'), await make('A.', 'K-1')]
  await app.call(mergePeople, { key: key(), params: { id: ada }, body: { other_id: twin } })
  expect(await numberOf(ada)).toBe('K-1')
  expect(await tryMake('Bob', 'K-1')).toMatchObject({ status: 409 })
  await app.call(unmergePeople, { key: key(), params: { id: ada }, body: { other_id: twin } })
  expect([await numberOf(ada), await numberOf(twin)]).toEqual([undefined, 'K-1'])
  expect(await give(ada, 'K-1')).toMatchObject({ status: 409 })
})

test('un-merging says beforehand who was given meanwhile what would come back', async () => {
  const [ada, twin] = [await make('Ada', 'K-1'), await make('A.', 'K-2')]
  await app.call(mergePeople, { key: key(), params: { id: ada }, body: { other_id: twin } })
  const eve = await make('Eve', 'K-2')
  const unmerge = (dry_run: boolean) =>
    app.ask(unmergePeople, { key: key(), params: { id: ada }, body: { other_id: twin, dry_run } })
  for (const dry_run of [true, false]) {
    const refused = await unmerge(dry_run)
    expect(refused).toMatchObject({ status: 409, body: { code: 'value_taken' } })
    expect(JSON.stringify(refused.body)).toContain(`belongs to Eve (${eve})`)
  }
  await give(eve, 'K-3')
  expect(await unmerge(true)).toMatchObject({ status: 200 })
  expect(await unmerge(false)).toMatchObject({ status: 200 })
  expect([await numberOf(ada), await numberOf(twin)]).toEqual(['K-1', 'K-2'])
})

test('bulk writers find people by it, and none takes what is another’s', async () => {
  const ada = await make('Ada', 'K-1')
  const outcomes = await upsert([
    { name: 'Ada Lovelace', custom: { number: 'k-1' } },
    { name: 'Bob', custom: { number: 'K-2' } },
    { name: 'Bob Stone', custom: { number: 'K-2' } },
    { id: ada, name: 'Ada', custom: { number: 'K-2' } },
  ])
  expect(outcomes.map(outcome => outcome.status)).toEqual(['updated', 'created', 'updated', 'updated'])
  expect(outcomes[0]?.id).toBe(ada)
  expect(outcomes[2]?.id).toBe(outcomes[1]?.id)
  const { outcomes: refused } = await app.call(people.batch, {
    key: key(),
    body: {
      mode: 'upsert',
      match: ['email'],
      items: [{ name: 'Eve', email: 'eve@example.com', custom: { number: 'K-2' } }],
    },
  })
  expect(refused).toMatchObject([{ status: 'rejected', code: 'value_taken', id: outcomes[1]?.id }])
  const unknown = await app.ask(people.batch, {
    key: key(),
    body: { mode: 'upsert', match: ['custom.nothing'], items: [] },
  })
  expect(unknown.status).toBe(400)
})

test('of one batch, too, any spelling of a number is the same number', async () => {
  const outcomes = await upsert([
    { name: 'Ada', custom: { number: 'Straße 7 Ø' } },
    { name: 'Ada Lovelace', custom: { number: 'STRASSE 7 ø' } },
  ])
  expect(outcomes.map(outcome => outcome.status)).toEqual(['created', 'updated'])
  await app.call(createField, {
    key: key(),
    body: { kind: 'person', type: 'phone', key: 'line', label: { en: 'Own line' }, is_unique: true },
  })
  const { outcomes: lines } = await app.call(people.batch, {
    key: key(),
    body: {
      mode: 'upsert',
      match: ['custom.line'],
      items: [
        { name: 'Bob', custom: { line: '+49 30 123456' } },
        { name: 'Bob Stone', custom: { line: '+49 (30) 123-456' } },
      ],
    },
  })
  expect(lines.map(outcome => outcome.status)).toEqual(['created', 'updated'])
})

test('an event never takes a number: what it says stays a trait', async () => {
  await make('Ada', 'K-1')
  const [seen] = await app.machine.workspaceTransaction(
    { workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } },
    (ctx: Ctx) =>
      identifyPeople(ctx, [
        {
          identifiers: [{ type: 'user_id', value: 'u' }],
          traits: { number: 'K-1' },
          at: ctx.now,
          rule: 'identify',
        },
      ]),
  )
  expect(seen?.status).toBe('created')
  expect(await numberOf(seen?.person_id ?? '')).toBeUndefined()
})

test('a field becomes unique only when its values are, and the reply names those that are not', async () => {
  const change = (is_unique: boolean) =>
    app.ask(updateField, { key: key(), params: { id: field_id }, body: { is_unique } })
  expect(await change(false)).toMatchObject({ status: 200, body: { is_unique: false } })
  const ada = await make('Ada', 'K-1')
  const bob = await make('Bob', 'k-1')
  const refused = await change(true)
  expect(refused).toMatchObject({ status: 409, body: { code: 'values_not_unique' } })
  expect(JSON.stringify(refused.body)).toContain('k-1')
  await app.call(people.remove, { key: key(), params: { id: bob } })
  expect(await change(true)).toMatchObject({ status: 200, body: { is_unique: true } })
  expect(await tryMake('Eve', 'K-1')).toMatchObject({ status: 409 })
  expect(await give(ada, 'K-3')).toMatchObject({ status: 200 })
  expect(await tryMake('Eve', 'K-1')).toMatchObject({ status: 201 })
  const flag = await app.ask(createField, {
    key: key(),
    body: { kind: 'person', type: 'boolean', label: { en: 'Flag' }, is_unique: true },
  })
  expect(flag.status).toBe(400)
})

test('search finds parts of words in a field from the moment it is searched', async () => {
  const found = async (query: { search?: string; filter?: string }) =>
    (await app.call(people.list, { key: key(), query })).items.map(item => item.name)
  await make('Ada', 'Blaue Möwe 77')
  await make('Bob', 'Rote Ente 12')
  expect(await found({ search: 'mowe' })).toEqual([])
  expect(await found({ filter: 'custom.number contains "mowe"' })).toEqual(['Ada'])
  await app.call(updateField, { key: key(), params: { id: field_id }, body: { searchable: true } })
  expect(await found({ search: 'mowe' })).toEqual(['Ada'])
  expect(await found({ filter: 'custom.number contains "mowe"' })).toEqual(['Ada'])
  expect(await found({ filter: 'not custom.number contains "mowe"' })).toEqual(['Bob'])
  await make('Eve', 'Alte Möwe')
  expect(new Set(await found({ search: 'mowe' }))).toEqual(new Set(['Ada', 'Eve']))
})

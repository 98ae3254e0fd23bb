import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { listFields } from '../records/fields.contract.ts'
import { undoChanges } from '../records/records.contract.ts'
import { createTag, deleteTag, listTags, mergeTag, restoreTag, updateTag } from '../records/tags.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { companies, people } from './customers.contract.ts'
import { mergePeople, unmergePeople } from './merge.contract.ts'

// Tags of customers: made while typing, added to many, merged, renamed and deleted in one place.

let app: TestApp
let home: TestWorkspace
let key: string
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
  key = home.keys.admin
}, 120_000)
afterAll(() => app?.close())

const person = async (name: string, tags: string[] = []) => {
  const { id } = await app.call(people.create, { key, body: { name } })
  if (tags.length > 0) await app.call(people.tagMany, { key, body: { ids: [id], add: tags } })
  return id
}
const tagsOf = async (id: string) =>
  ((await app.call(people.get, { key, params: { id } })).custom['tags'] ?? []) as string[]
const found = async (filter: string) =>
  (await app.call(people.list, { key, query: { filter } })).items.map(one => one.id)
const listed = async (as = key) => (await app.call(listTags, { key: as, query: { kind: 'person' } })).items
const inTags = (id: string) => ({ kind: 'person', id })

test('a tag is made while typing, once for one name, and is a choice like any other from then on', async () => {
  expect(await listed()).toEqual([])
  const body = { kind: 'person', name: 'Key account' }
  const made = await app.call(createTag, { key: home.keys.agent, body })
  expect(made).toMatchObject({ id: 'key_account', field: 'custom.tags' })
  const again = { kind: 'person', name: ' KEY ACCOUNT' }
  expect((await app.call(createTag, { key: home.keys.agent, body: again })).id).toBe('key_account')
  expect((await app.ask(createTag, { key: home.keys.viewer, body })).status).toBe(403)
  const id = await person('Ada')
  await app.call(people.update, { key, params: { id }, body: { custom: { tags: ['key_account'] } } })
  expect(await found('custom.tags contains "Key account"')).toEqual([id])
  expect(await listed()).toMatchObject([{ id: 'key_account', name: 'Key account', count: 1 }])
  const { items } = await app.call(people.history, { key, params: { id } })
  expect(items[0]?.changes).toContainEqual({ field: 'custom.tags', before: null, after: ['key_account'] })
})

test('many at once made by ten are one tag', async () => {
  const body = { kind: 'company', name: 'Partner' }
  const made = await Promise.all(Array.from({ length: 10 }, () => app.call(createTag, { key, body })))
  expect(new Set(made.map(one => one.id)).size).toBe(1)
  const named = Array.from({ length: 8 }, (_, index) =>
    app.call(createTag, { key, body: { kind: 'company', name: `Tag ${index}` } }),
  )
  await Promise.all(named)
  const { items } = await app.call(listTags, { key, query: { kind: 'company' } })
  expect(items).toHaveLength(9)
  const { items: fields } = await app.call(listFields, { key, query: { kind: 'company' } })
  expect(fields.filter(one => one.is_tags)).toHaveLength(1)
})

test('tags are added to many beside those that each has, and one undo takes all of it back', async () => {
  const [first, second] = [await person('One', ['vip']), await person('Two')]
  const missing = newId()
  const body = { ids: [first, second, missing], add: ['vip', 'Berlin'], remove: ['key_account'] }
  const { request_id, outcomes } = await app.call(people.tagMany, { key: home.keys.agent, body })
  expect(outcomes.find(one => one.id === missing)).toMatchObject({ status: 'rejected', code: 'not_found' })
  expect(await tagsOf(first)).toEqual(['vip', 'berlin'])
  expect(await tagsOf(second)).toEqual(['vip', 'berlin'])
  await app.call(people.tagMany, { key, body: { ids: [second], remove: ['VIP'] } })
  expect(await tagsOf(second)).toEqual(['berlin'])
  const undone = await app.call(undoChanges, { key, body: { request_id } })
  expect(undone.conflicts).toHaveLength(1)
  expect(await tagsOf(first)).toEqual(['vip'])
})

test('a merged tag is read as the other, a deleted one is gone, and both come back as they were', async () => {
  const [a, b, c] = [
    await person('A', ['hot']),
    await person('B', ['warm']),
    await person('C', ['hot', 'warm']),
  ]
  await app.call(mergeTag, { key, params: inTags('hot'), body: { into: 'warm' } })
  expect(await tagsOf(a)).toEqual(['warm'])
  expect(await tagsOf(c)).toEqual(['warm'])
  for (const filter of ['custom.tags contains "warm"', 'custom.tags contains "hot"'])
    expect((await found(filter)).toSorted()).toEqual([a, b, c].toSorted())
  expect((await listed()).find(one => one.id === 'warm')).toMatchObject({
    count: 3,
    merged: [{ id: 'hot', name: 'hot' }],
  })
  await app.call(restoreTag, { key, params: inTags('hot') })
  expect([await tagsOf(a), await tagsOf(c)]).toEqual([['hot'], ['hot', 'warm']])

  await app.call(deleteTag, { key, params: inTags('hot') })
  expect([await tagsOf(a), await tagsOf(c)]).toEqual([[], ['warm']])
  expect(await found('custom.tags is not empty')).not.toContain(a)
  const refused = await app.ask(people.list, { key, query: { filter: 'custom.tags contains "hot"' } })
  expect(refused.status).toBe(400)
  await app.call(restoreTag, { key, params: inTags('hot') })
  expect(await tagsOf(c)).toEqual(['hot', 'warm'])
})

test('a tag is renamed and coloured everywhere at once, but never to the name of another', async () => {
  await person('Named', ['Prospect'])
  await app.call(updateTag, { key, params: inTags('prospect'), body: { name: 'Lead', colour: 'teal' } })
  expect((await listed()).find(one => one.id === 'prospect')).toMatchObject({ name: 'Lead', colour: 'teal' })
  expect(await found('custom.tags contains "lead"')).toHaveLength(1)
  const taken = await app.ask(updateTag, { key, params: inTags('prospect'), body: { name: 'VIP' } })
  expect(taken).toMatchObject({ status: 409, body: { code: 'tag_exists' } })
  const anew = await app.call(createTag, { key, body: { kind: 'person', name: 'prospect' } })
  expect(anew.id).not.toBe('prospect')
  expect(await tagsOf(await person('Anew', ['prospect']))).toEqual([anew.id])
  const agent = { key: home.keys.agent, params: inTags('prospect') }
  expect((await app.ask(updateTag, { ...agent, body: { name: 'x' } })).status).toBe(403)
})

test('two people who are one have the tags of both, and each its own again when they are two', async () => {
  const [one, other] = [await person('Eva', ['vip']), await person('Ewa', ['berlin'])]
  await app.call(mergePeople, { key, params: { id: one }, body: { other_id: other } })
  expect((await tagsOf(one)).toSorted()).toEqual(['berlin', 'vip'])
  await app.call(unmergePeople, { key, params: { id: one }, body: { other_id: other } })
  expect([await tagsOf(one), await tagsOf(other)]).toEqual([['vip'], ['berlin']])
})

test('bulk writers name tags; those that are new are made, and what a record has stays', async () => {
  const id = await person('Bulk', ['vip'])
  const items = [
    { id, tags: ['From a file', 'vip'] },
    { name: 'New of bulk', tags: ['from a file'] },
    { name: 'Wrong', tags: 'vip' },
  ]
  const { outcomes } = await app.call(people.batch, { key, body: { mode: 'upsert', match: ['id'], items } })
  expect(outcomes.map(one => one.status)).toEqual(['updated', 'created', 'rejected'])
  expect(await tagsOf(id)).toEqual(['vip', 'from_a_file'])
  expect(await tagsOf(outcomes[1]?.id ?? '')).toEqual(['from_a_file'])
  const again = await app.call(people.batch, {
    key,
    body: { mode: 'upsert', match: ['id'], items: items.slice(0, 1) },
  })
  expect(again.outcomes[0]?.status).toBe('unchanged')
  const firm = { name: 'Firm', tags: ['Partner'] }
  const made = await app.call(companies.batch, { key, body: { mode: 'create', items: [firm] } })
  const { items: found } = await app.call(companies.list, {
    key,
    query: { filter: 'custom.tags contains "partner"' },
  })
  expect(found.map(one => one.id)).toEqual([made.outcomes[0]?.id])
})

test('another workspace has tags of its own', async () => {
  const other = await makeWorkspace(app)
  expect(await listed(other.keys.admin)).toEqual([])
  const foreign = { key: other.keys.admin, params: inTags('vip') }
  expect((await app.ask(deleteTag, foreign)).status).toBe(404)
  expect((await app.ask(restoreTag, foreign)).status).toBe(404)
})

test('a tag counts what its reader may see, and who may write nothing makes none', async () => {
  const other = await makeWorkspace(app)
  const { admin } = other.keys
  for (const { id: owner_id } of [other.members.agent, other.members.manager]) {
    const { id } = await app.call(people.create, { key: admin, body: { name: 'Ada', owner_id } })
    await app.call(people.tagMany, { key: admin, body: { ids: [id], add: ['vip'] } })
  }
  const reach = (write: 'own' | 'none') =>
    app.call(setReach, {
      key: admin,
      params: { role: 'agent' },
      body: { kind: 'person', read: 'own', write, delete: 'none' },
    })
  await reach('own')
  const headers = await other.browser('agent')
  const counted = async (as: object) =>
    (await app.call(listTags, { ...as, query: { kind: 'person' } })).items.map(one => one.count)
  expect(await counted({ key: admin })).toEqual([2])
  expect(await counted({ headers })).toEqual([1])
  const making = (name: string) => app.ask(createTag, { headers, body: { kind: 'person', name } })
  expect((await making('New')).status).toBe(201)
  await reach('none')
  expect((await making('Newer')).status).toBe(403)
})

test('an item that would make one tag too many is refused by itself', async () => {
  const many = Array.from({ length: 1000 }, (_, at) => ({ id: `t${at}`, label: { en: `T ${at}` } }))
  await app.machine.system((_db, client) =>
    client.query(
      `update rapport.field set options = $1 where workspace_id = $2 and kind = 'company' and is_tags`,
      [JSON.stringify(many), home.id],
    ),
  )
  const items = [
    { name: 'Full', tags: ['One more'] },
    { name: 'Known', tags: ['T 7'] },
  ]
  const { outcomes } = await app.call(companies.batch, {
    key,
    body: { mode: 'upsert', match: ['name'], items },
  })
  expect(outcomes).toMatchObject([{ status: 'rejected', code: 'too_many_tags' }, { status: 'created' }])
})

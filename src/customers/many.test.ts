import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { undoChanges } from '../records/records.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { people } from './customers.contract.ts'

// The same change of many records in one request.

let app: TestApp
let home: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
}, 120_000)
afterAll(() => app?.close())

const make = async (name: string, owner_id?: string) =>
  (await app.call(people.create, { key: home.keys.owner, body: { name, ...(owner_id ? { owner_id } : {}) } }))
    .id
const cityOf = async (id: string) =>
  (await app.call(people.get, { key: home.keys.owner, params: { id } }))['city']

test('each record has its own outcome, and one undo takes all of it back', async () => {
  const key = home.keys.manager
  const ids = [await make('One'), await make('Two')]
  const missing = newId()
  const body = { ids: [...ids, missing], values: { city: 'Aarhus' } }
  const { request_id, outcomes } = await app.call(people.changeMany, { key, body })
  const outcomeOf = (id: string | undefined) => outcomes.find(one => one.id === id)
  expect(ids.map(id => outcomeOf(id)?.status)).toEqual(['updated', 'updated'])
  expect(outcomeOf(missing)).toMatchObject({ status: 'rejected', code: 'not_found' })
  expect(await cityOf(ids[0] ?? '')).toBe('Aarhus')
  const again = await app.call(people.changeMany, { key, body: { ids, values: { city: 'Aarhus' } } })
  expect(again.outcomes.map(one => one.status)).toEqual(['unchanged', 'unchanged'])
  await app.call(undoChanges, { key, body: { request_id } })
  expect(await Promise.all(ids.map(cityOf))).toEqual([null, null])
})

test('on the page of one record a change of many is taken back for that record alone', async () => {
  const key = home.keys.manager
  const ids = [await make('Three'), await make('Four')]
  const { request_id } = await app.call(people.changeMany, { key, body: { ids, values: { city: 'Odense' } } })
  const [first = ''] = ids
  const undone = await app.call(undoChanges, { key, body: { request_id, record_id: first } })
  expect(undone).toEqual({ undone: 1, conflicts: [] })
  expect(await Promise.all(ids.map(cityOf))).toEqual([null, 'Odense'])
  const other = await app.call(undoChanges, { key, body: { request_id, record_id: newId() } })
  expect(other).toEqual({ undone: 0, conflicts: [] })
})

test('whom one may not delete stays, and is named', async () => {
  // An agent deletes only what is their own.
  const { agent, manager } = home.members
  const own = await make('Own', agent.id)
  const other = await make('Of a colleague', manager.id)
  const headers = await home.browser('agent')
  const reply = await app.app.inject({
    method: 'POST',
    url: people.removeMany.path,
    headers,
    payload: { ids: [own, other] },
  })
  expect(reply.statusCode).toBe(200)
  const { outcomes } = reply.json<{ outcomes: { id: string; status: string }[] }>()
  expect(outcomes.find(one => one.id === own)?.status).toBe('deleted')
  expect(outcomes.find(one => one.id === other)?.status).toBe('rejected')
  await app.call(people.get, { key: home.keys.owner, params: { id: other } })
})

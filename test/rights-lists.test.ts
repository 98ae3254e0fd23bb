import { afterAll, beforeAll, expect, test } from 'vitest'
import { areas } from '../src/areas.ts'
import type { Endpoint } from '../src/core/endpoint.ts'
import { companies, people } from '../src/customers/customers.contract.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'
import { ask, type Matrix, type Principal } from './rights-matrix.ts'
import { allPrincipals } from './rights-principals.ts'
import { recordInputs } from './rights-records.ts'
import { sampleOf } from './samples.ts'

// The side doors: what somebody may not open by its id must not show in a list, a search, a filter or a number either.

let app: TestApp
let principals: Principal[]
let inputs: Matrix['inputs']
let canaries: { id: string; kind: 'person' | 'company'; name: string; workspace: TestWorkspace }[]
beforeAll(async () => {
  app = await startTestApp()
  const home = await makeWorkspace(app, 'Home')
  const away = await makeWorkspace(app, 'Away')
  const all = await allPrincipals(app, home, away)
  principals = all.filter(one => !one.dead && one.access !== 'none')
  inputs = recordInputs(app)
  canaries = []
  for (const workspace of new Set(principals.map(one => one.workspace))) {
    const key = workspace.keys.owner
    for (const [kind, each] of [
      ['person', people],
      ['company', companies],
    ] as const) {
      const body = { name: `Canary ${kind} ${workspace.slug}`, owner_id: workspace.members.manager.id }
      const { id } = await app.call(each.create, { key, body })
      canaries.push({ id, kind, name: body.name, workspace })
    }
  }
})
afterAll(() => app.close())

const mayRead = (principal: Principal, canary: (typeof canaries)[number]) => {
  if (principal.workspace !== canary.workspace) return false
  const scope = (principal.kinds[canary.kind] ?? principal.kinds['*'])?.read
  const { manager } = canary.workspace.members
  return (
    scope === 'all' ||
    (scope === 'own' && principal.member === manager) ||
    (scope === 'team' && principal.team?.includes(manager.id) === true)
  )
}

/** What is asked of an endpoint that lists: as it comes, and in every way that could find the canaries. */
async function questions(one: Endpoint, principal: Principal): Promise<object[]> {
  const world = { workspace: principal.workspace, owner: principal.member }
  const usual = { ...(sampleOf(one.query) as object), ...queryOf(await inputs[one.id]?.(world, {})) }
  const ids = canaries.map(canary => canary.id).join()
  const pointed = [
    { q: 'canary' },
    { search: 'canary' },
    { filter: 'name contains "canary"' },
    { ids },
    { sort: 'name' },
  ]
  return [
    usual,
    ...pointed.map(each => ({ ...usual, ...each })).filter(each => one.query.safeParse(each).success),
  ]
}
const queryOf = (input: object | undefined) => (input && 'query' in input ? (input.query as object) : {})

const lists = areas
  .flatMap(area => area.routes ?? [])
  .map(route => route.endpoint)
  .filter(one => one.method === 'GET' && one.access !== 'public' && !one.path.includes('{'))

test.each(lists.map(one => [one.path, one] as const))('nothing hidden shows in %s', async (_path, one) => {
  for (const principal of principals) {
    const headers = await principal.headers()
    for (const query of await questions(one, principal)) {
      const { status, body } = await ask(app, one, { query }, headers)
      expect([principal.name, query, status < 500]).toEqual([principal.name, query, true])
      const shown = canaries.filter(canary => !mayRead(principal, canary) && body.includes(canary.name))
      expect([principal.name, query, shown.map(canary => canary.name)]).toEqual([principal.name, query, []])
    }
  }
})

test('the canaries show for those who may see them, in the list, by search and by filter', async () => {
  const viewer = principals.find(one => one.name === "viewer's key")
  const headers = (await viewer?.headers()) ?? {}
  for (const query of [{}, { filter: 'name contains "canary"' }]) {
    const reply = await ask(app, people.list, { query }, headers)
    expect([query, reply.body]).toEqual([query, expect.stringContaining('Canary person home')])
  }
  const search = lists.find(one => one.path === '/api/search')
  if (!search) throw new Error('there is no search')
  expect((await ask(app, search, { query: { q: 'canary' } }, headers)).body).toContain('Canary person home')
})

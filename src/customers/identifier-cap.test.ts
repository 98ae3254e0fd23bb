import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { identifiersPerType } from './identity-graph.ts'
import { identifyPeople, type PersonSighting, personIdentifierIds } from './index.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

const inside = { actor: { kind: 'write_key', id: 'shop' } } as const
const identify = (items: PersonSighting['identifiers'][]) =>
  app.machine.workspaceTransaction({ ...inside, workspace_id: home.id }, ctx =>
    identifyPeople(
      ctx,
      items.map((identifiers, index) => ({
        identifiers,
        rule: 'identify',
        at: new Date(Date.UTC(2026, 1, 1) + index * 1000),
      })),
    ),
  )
const countOf = (id: string) =>
  app.machine.workspaceTransaction(
    { ...inside, workspace_id: home.id },
    async ctx => (await personIdentifierIds(ctx, id)).length,
  )
const runaway = { type: 'user_id', value: 'a shop that sends one id for all' }
const address = (n: number) => ({ type: 'email', value: `customer${n}@example.com` })
const browser = (n: number) => ({ type: 'anonymous_id', value: `browser-${n}` })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('a person has at most a thousand identifiers of a kind; the next stays free for whose it is', async () => {
  expect(identifiersPerType).toBe(1000)
  const outcomes = await identify(numbers(0, 1003).map(n => [runaway, address(n)]))
  const [first] = outcomes
  const id = first?.person_id ?? ''
  expect(outcomes.slice(0, 1000).filter(one => one.reason !== undefined)).toEqual([])
  // The event is still that person's; only the address is not.
  expect(outcomes.slice(1000)).toEqual(
    Array.from({ length: 3 }, () => ({
      person_id: id,
      status: 'unchanged',
      reason: 'too_many_identifiers',
    })),
  )
  expect(await countOf(id)).toBe(1001)

  // The same holds for what was stored before, and each kind is counted by itself.
  expect(await identify([[runaway, address(1003)]])).toMatchObject([{ reason: 'too_many_identifiers' }])
  const [known] = await identify([[runaway, address(7), browser(0)]])
  expect(known).toMatchObject({ person_id: id, status: 'updated' })
  expect(known?.reason).toBeUndefined()
  expect(await countOf(id)).toBe(1002)

  const [other] = await identify([[address(1001)]])
  expect(other).toMatchObject({ status: 'created' })
  expect(other?.person_id).not.toBe(id)
})

test('a kiosk that a thousand browsers pass through gets no more of them', async () => {
  const kiosk = { type: 'user_id', value: 'kiosk' }
  const outcomes = await identify(numbers(1, 1003).map(n => [kiosk, browser(n)]))
  expect(outcomes.map(one => one.reason).filter(Boolean)).toEqual([
    'too_many_identifiers',
    'too_many_identifiers',
  ])
  expect(await countOf(outcomes[0]?.person_id ?? '')).toBe(1001)
})

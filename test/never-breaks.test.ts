import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { areas } from '../src/areas.ts'
import type { Endpoint } from '../src/core/endpoint.ts'
import { people } from '../src/customers/customers.contract.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'
import { ask, type Matrix, type RecordMaker, recordFor } from './rights-matrix.ts'
import { recordInputs, recordMakers } from './rights-records.ts'
import { type Schema, sampleOf, schemaOf, valueFor } from './samples.ts'

// Whatever stands at whichever place of a request: it is done or refused with a reason, and never breaks anything.

let app: TestApp
let home: TestWorkspace
let records: RecordMaker[]
let inputs: Matrix['inputs']
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app, 'Home')
  records = recordMakers(app)
  inputs = recordInputs(app)
})
afterAll(() => app.close())

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
const texts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(70_000),
  '\u202e\u0301',
  '%00',
  '{}',
  '[]',
  'null',
  '__proto__',
]
const programs = [
  `'; drop table rapport.person; --`,
  '\\',
  '$1',
  '{{7*7}}',
  'name contains "',
  '(((((',
  'a or '.repeat(400),
]
const times = [
  '0000-00-00',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00Z',
  '-infinity',
  'Mars/Olympus',
  'utc',
]
const digits = [
  'Infinity',
  'NaN',
  '1e999',
  '-0',
  '9223372036854775808',
  '00000000-0000-0000-0000-000000000000',
]
const numbers = [0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53 + 2, 5e-324]
const shapes = [
  true,
  null,
  [],
  {},
  [null],
  { length: 1e9 },
  deep(500),
  Array.from({ length: 5000 }, () => 'x'),
]
const hostile: unknown[] = [texts, programs, times, digits, numbers, shapes].flat()

// Everything everywhere takes a minute; in an ordinary run each place gets a part of it, and all of it comes up somewhere.
const share = process.env.RAPPORT_HOSTILE === 'all' ? hostile.length : 14
let turn = 0
const some = () => Array.from({ length: share }, () => hostile[turn++ % hostile.length])

type Path = (string | number)[]

/** Every place of a schema, also those that need not be filled. */
function placesOf(schema: Schema, path: Path = []): Path[] {
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []
  const inner = [
    ...choices.flatMap(choice => placesOf(choice, path)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, of]) => placesOf(of, [...path, name])),
    ...(schema.items ? placesOf(schema.items, [...path, 0]) : []),
  ]
  return path.length === 0 ? inner : [path, ...inner]
}

function put(value: unknown, [step, ...rest]: Path, to: unknown): unknown {
  if (step === undefined) return to
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? value : []
    return [put(list[0], rest, to), ...list.slice(1)]
  }
  const object = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
  return { ...object, [step]: put((object as Record<string, unknown>)[step], rest, to) }
}

const endpoints = areas
  .flatMap(area => area.routes ?? [])
  .map(route => route.endpoint)
  .filter(one => !one.upload)

async function usualInput(one: Endpoint) {
  const world = { workspace: home, owner: home.members.owner }
  const record = one.path.includes('{') ? recordFor(one, records) : undefined
  const params = record ? await record.make(world) : {}
  const given = await inputs[one.id]?.(world, params)
  return { query: sampleOf(one.query), body: sampleOf(one.body) ?? valueFor({}, ''), ...given, params }
}

/** Places with what was answered where something broke. */
async function broken(one: Endpoint): Promise<string[]> {
  const usual = await usualInput(one)
  const faults: string[] = []
  let headers = await home.browser('owner')
  const send = async (name: string, input: object) => {
    const reply = await ask(app, one, { ...usual, ...input }, headers)
    if (reply.status === 401) headers = await home.browser('owner')
    const isProblem = String(reply.headers['content-type']).startsWith('application/problem+json')
    // Analytics are prepared by a worker, and none is running here.
    const starting = reply.status === 503 && reply.body.includes('"analytics_starting"')
    if ((reply.status >= 500 && !starting) || (reply.status >= 400 && !isProblem))
      faults.push(`${name}: ${reply.status} ${reply.body.slice(0, 200)}`)
  }
  for (const part of ['query', 'body'] as const) {
    const seen = new Set<string>()
    for (const path of placesOf(schemaOf(one[part]))) {
      const name = `${part}.${path.join('.')}`
      if (seen.has(name)) continue
      seen.add(name)
      for (const value of some()) {
        // A lone surrogate cannot stand in an address.
        const fits = part === 'body' || (typeof value !== 'object' && value !== '\ud800')
        if (fits)
          await send(`${name} = ${JSON.stringify(value).slice(0, 60)}`, {
            [part]: put(usual[part], path, value),
          })
      }
    }
  }
  for (const name of Object.keys(usual.params))
    for (const value of ['x', '%00', '..', '0', 'x'.repeat(290), "'", '%c3%28'])
      await send(`${name} = ${value}`, { params: { ...usual.params, [name]: value } })
  return faults
}

describe('no request breaks', () => {
  test.each(endpoints.map(one => [`${one.method} ${one.path}`, one] as const))(
    '%s',
    async (_name, one) => {
      expect(await broken(one)).toEqual([])
    },
    120_000,
  )
})

test('and the customers are still there', async () => {
  const { items } = await app.call(people.list, { key: home.keys.owner, query: {} })
  expect(items.length).toBeGreaterThan(5)
})

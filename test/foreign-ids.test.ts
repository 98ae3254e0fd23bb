import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { areas, authenticate } from '../src/areas.ts'
import { type Area, on } from '../src/core/area.ts'
import { type Endpoint, endpoint } from '../src/core/endpoint.ts'
import { isUuid, newId } from '../src/core/id.ts'
import type { Machine } from '../src/core/machine.ts'
import { createServer } from '../src/core/server.ts'
import { id } from '../src/core/text.ts'
import { companies, people } from '../src/customers/customers.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import type { TestWorkspace } from '../src/testing/workspace.ts'
import { type Input, type Place, placesIn } from './id-places.ts'
import { ask, type Matrix, type RecordMaker, recordFor } from './rights-matrix.ts'
import { sampleOf } from './samples.ts'
import { startTwoWorkspaces, type TwoWorkspaces } from './two-workspaces.ts'
import { fingerprint, mentions } from './whole-database.ts'

// Side doors: an id of another workspace inside a body or a query does what an id that never was does, which is nothing. Every
// place for an id is found in the contracts; each gets an id of every kind of record that the neighbour has.

let two: TwoWorkspaces
let app: TestApp
let admin: TwoWorkspaces['admin']
let home: TestWorkspace
let away: TestWorkspace
let records: RecordMaker[]
let inputs: Matrix['inputs']
/** One record of each kind that the neighbour has, by the address it is made for. */
let foreign: [kind: string, id: string][]
let own: typeof foreign

async function everyRecord(workspace: TestWorkspace): Promise<typeof foreign> {
  const made: typeof foreign = [
    ['workspace', workspace.id],
    ['member', workspace.members.agent.id],
    ['account', workspace.members.agent.account_id],
  ]
  const world = { workspace, owner: workspace.members.owner }
  for (const record of records.filter(one => !one.fixed)) {
    const params = await record.make(world)
    // A tag is known by a word of its workspace, and a kind is everybody's.
    for (const id of Object.values(params).filter(isUuid)) made.push([record.path, id])
    for (const plural of ['people', 'companies'])
      if (record.path === `/api/${plural}/{id}`) await inputs[`${plural}.unmerge`]?.(world, params)
  }
  for (const table of ['survey_question', 'import_file', 'person_merge', 'company_merge']) {
    const { rows } = await admin.query<{ id: string }>(
      `select id from rapport.${table} where workspace_id = $1 limit 1`,
      [workspace.id],
    )
    made.push([table, rows[0]?.id ?? ''])
  }
  return made
}

beforeAll(async () => {
  two = await startTwoWorkspaces()
  ;({ app, admin, home, away, records, inputs } = two)
  own = await everyRecord(home)
  foreign = await everyRecord(away)
})
afterAll(() => two.close())

async function inputFor(endpoint: Endpoint) {
  const world = { workspace: home, owner: home.members.owner }
  const record = endpoint.path.includes('{') ? recordFor(endpoint, records) : undefined
  const params = record ? await record.make(world) : {}
  const given = await inputs[endpoint.id]?.(world, params)
  return { query: sampleOf(endpoint.query), body: sampleOf(endpoint.body), ...given, params }
}

type Call = Awaited<ReturnType<typeof inputFor>>

const fits = ({ query, body }: Endpoint, input: Input) =>
  query.safeParse(input.query ?? {}).success && body.safeParse(input.body).success

/** A reply without what differs between any two of them. */
const told = (reply: { status: number; body: string }) =>
  `${reply.status} ${reply.body.replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>').replaceAll(/sample_?\d+/g, '<sample>')}`

const endpoints = areas
  .flatMap(area => area.routes ?? [])
  .map(route => route.endpoint)
  .filter(one => placesIn(one).length > 0)

test('the contracts have many places for an id, and the neighbour has a record of every kind', () => {
  expect(endpoints.length).toBeGreaterThan(15)
  expect(foreign.length).toBeGreaterThan(8)
  expect(new Set(foreign.map(([, id]) => id)).size).toBe(foreign.length)
})

/** What is wrong with the places for an id in one contract; nothing, usually. */
async function faultsOf(server: TestApp['app'], one: Endpoint): Promise<string[]> {
  const faults: string[] = []
  const before = await fingerprint(admin, away.id)
  const headers = await home.browser('owner')
  const send = async ({ params, ...input }: Call, place?: Place, id = '') => {
    const given = place ? place.put(input, id) : input
    const reply = await ask({ app: server }, one, { ...given, params }, headers)
    return { fits: fits(one, given), told: told(reply) }
  }
  const usual = await send(await inputFor(one))
  for (const place of placesIn(one)) {
    const refused = await inputFor(one)
    const missing = await send(refused, place, newId())
    for (const [kind, id] of foreign) {
      const reply = await send(refused, place, id)
      if (reply.told !== missing.told)
        faults.push(`${place.name}: tells ${kind} from missing: ${reply.told} ${missing.told}`)
    }
    if (missing.told.startsWith('5')) faults.push(`${place.name}: breaks: ${missing.told}`)
    if (!missing.fits) faults.push(`${place.name}: the contract does not take it`)
    if (usual.told !== missing.told) continue
    const mine = []
    for (const [, id] of own) mine.push((await send(await inputFor(one), place, id)).told)
    if (mine.every(each => each === missing.told))
      faults.push(`${place.name}: looks the same whatever stands there, so this proves nothing`)
  }
  const ids = foreign.map(([, id]) => id)
  for (const row of await mentions(admin, home.id, ids)) faults.push(`keeps an id of the neighbour: ${row}`)
  const changed = (await fingerprint(admin, away.id)).filter(line => !before.includes(line))
  if (changed.length > 0) faults.push(`changes what the neighbour has: ${changed.join()}`)
  return faults
}

describe("the neighbour's ids", () => {
  test.each(endpoints.map(one => [`${one.method} ${one.path}`, one] as const))('%s', async (_name, one) => {
    expect(await faultsOf(app.app, one)).toEqual([])
  })
})

// The check must be able to fail: each of these does what its name says.
const faulty = (name: string) =>
  endpoint({
    id: `faulty.${name}`,
    method: 'POST',
    path: `/api/faulty/${name}`,
    summary: name,
    tag: 'Faulty',
    permission: 'workspace.read',
    body: z.strictObject({ about: z.strictObject({ field_id: id() }).optional() }),
    ok: z.object({ found: z.boolean() }),
  })
const deaf = faulty('looks-at-nothing')
const telling = faulty('tells')
const keeping = faulty('keeps')
const reaching = faulty('reaches-over')
const anywhere = (machine: Machine, field_id = '') =>
  machine.system(db => db.selectFrom('field').select('id').where('id', '=', field_id).executeTakeFirst())
const faultyArea: Area = {
  name: 'faulty',
  routes: [
    on(deaf, async () => ({ found: false })),
    on(telling, async ({ machine }, { body }) => ({
      found: (await anywhere(machine, body.about?.field_id)) !== undefined,
    })),
    on(keeping, async (ctx, { body }) => {
      const values = { workspace_id: ctx.workspace_id, actor: 'of this test', key: newId() }
      const request_hash = body.about?.field_id ?? ''
      await ctx.db
        .insertInto('idempotency')
        .values({ ...values, request_hash })
        .execute()
      return { found: true }
    }),
    on(reaching, async ({ machine }, { body }) => {
      const field_id = body.about?.field_id ?? ''
      await machine.system(db =>
        db.updateTable('field').set({ position: 99 }).where('id', '=', field_id).execute(),
      )
      return { found: true }
    }),
  ],
}

describe('a planted fault is found', () => {
  test.each([
    [deaf, 'proves nothing'],
    [telling, 'tells /api/fields/{id} from missing'],
    [keeping, 'keeps an id of the neighbour'],
    [reaching, 'changes what the neighbour has'],
  ])('$id', async (one, fault) => {
    const server = await createServer({ machine: app.machine, areas: [faultyArea], authenticate })
    try {
      expect((await faultsOf(server, one)).join('\n')).toContain(fault)
    } finally {
      await server.close()
      await admin.query(`delete from rapport.idempotency where actor = 'of this test'`)
    }
  })
})

test('a batch that matches by id finds none of them', async () => {
  const headers = await home.browser('owner')
  const before = await fingerprint(admin, away.id)
  for (const kind of [people, companies]) {
    const replies = []
    for (const [, id] of [...foreign, ['missing', newId()] as const]) {
      const body = { mode: 'upsert' as const, match: ['id'], items: [{ id, name: 'Of this test' }] }
      replies.push(told(await ask(app, kind.batch, { body }, headers)))
    }
    expect(new Set(replies)).toHaveLength(1)
  }
  expect(await fingerprint(admin, away.id)).toEqual(before)
})

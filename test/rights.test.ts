import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { areas, authenticate } from '../src/areas.ts'
import { type Area, on } from '../src/core/area.ts'
import { type Endpoint, endpoint } from '../src/core/endpoint.ts'
import { fail } from '../src/core/errors.ts'
import { createServer } from '../src/core/server.ts'
import { id } from '../src/core/text.ts'
import { getWorkspace } from '../src/identity/workspaces.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import { checkEndpoint, type Matrix, type World } from './rights-matrix.ts'
import { allPrincipals } from './rights-principals.ts'
import { aboutRecords } from './rights-records.ts'
import { startTwoWorkspaces, type TwoWorkspaces } from './two-workspaces.ts'

// Nobody reaches a record that he may not: every operation × every principal × every kind of record.

let app: TestApp
let two: TwoWorkspaces
let matrix: Matrix
beforeAll(async () => {
  two = await startTwoWorkspaces()
  app = two.app
  matrix = {
    ...two,
    app: app.app,
    endpoints: [],
    principals: await allPrincipals(app, two.home, two.away),
    about: aboutRecords,
  }
  // The first use of a key is noted; that is no change by the call that is looked at.
  for (const principal of matrix.principals) {
    await app.ask(getWorkspace, { headers: await principal.headers() })
  }
})
afterAll(() => two.close())

const endpoints = areas
  .flatMap(area => area.routes ?? [])
  .map(route => route.endpoint)
  .filter(one => one.access !== 'public')

describe('every principal × every record', () => {
  test.each(endpoints.map(one => [`${one.method} ${one.path}`, one] as const))(
    '%s',
    async (_name, one) => {
      const { cells, faults } = await checkEndpoint(matrix, one)
      expect(faults).toEqual([])
      expect(cells).toBeGreaterThanOrEqual(matrix.principals.length)
    },
    120_000,
  )
})

// The matrix must be able to fail: each of these forgets what its name says.
const named = (name: string, method: 'GET' | 'PATCH') =>
  endpoint({
    id: `faulty.${name}`,
    method,
    path: `/api/faulty/${name}/{id}`,
    summary: name,
    tag: 'Faulty',
    permission: 'workspace.read',
    params: z.strictObject({ id: id() }),
    ok: z.object({ id: z.string() }),
  })
const wide = named('reads-across-workspaces', 'GET')
const late = named('writes-before-it-refuses', 'PATCH')
const telling = named('tells-foreign-from-missing', 'GET')
const right = named('is-right', 'GET')
const rename = (name: string) => ({ id: `faulty.${name}`, permission: 'workspace.manage' })

const faulty: Area = {
  name: 'faulty',
  routes: [
    on(wide, async (ctx, { params }) => {
      const found = await ctx.machine.system(db =>
        db.selectFrom('api_key').select('id').where('id', '=', params.id).executeTakeFirst(),
      )
      if (!found) throw fail('not_found')
      return found
    }),
    on(late, async (ctx, { params }) => {
      await ctx.machine.system(db =>
        db.updateTable('api_key').set({ name: 'changed' }).where('id', '=', params.id).execute(),
      )
      const found = await ctx.db
        .selectFrom('api_key')
        .select('id')
        .where('id', '=', params.id)
        .executeTakeFirst()
      if (!found) throw fail('not_found')
      return found
    }),
    on(telling, async (ctx, { params }) => {
      const anywhere = await ctx.machine.system(db =>
        db.selectFrom('api_key').select('id').where('id', '=', params.id).executeTakeFirst(),
      )
      const found = await ctx.db
        .selectFrom('api_key')
        .select('id')
        .where('id', '=', params.id)
        .executeTakeFirst()
      if (!found) throw fail('not_found', anywhere ? { detail: 'This key belongs to somebody else.' } : {})
      return found
    }),
    on(right, async (ctx, { params }) => {
      const found = await ctx.db
        .selectFrom('api_key')
        .select('id')
        .where('id', '=', params.id)
        .executeTakeFirst()
      if (!found) throw fail('not_found')
      return found
    }),
  ],
}

describe('a planted fault is found', () => {
  const checkFaulty = async (one: Endpoint) => {
    const server = await createServer({ machine: app.machine, areas: [faulty], authenticate })
    try {
      const key = matrix.records.find(record => record.path === '/api/keys/{id}')
      const record = { path: one.path, make: async (world: World) => (await key?.make(world)) ?? {} }
      return (await checkEndpoint({ ...matrix, app: server, records: [record] }, one)).faults.join('\n')
    } finally {
      await server.close()
    }
  }
  test('none where there is none', async () => expect(await checkFaulty(right)).toBe(''))
  test('a record of another workspace is read', async () =>
    expect(await checkFaulty(wide)).toMatch(/on foreign: 200 instead of 404/))
  test('the change is made before it is refused', async () =>
    expect(await checkFaulty(late)).toMatch(/a refused call has changed the database/))
  test('the answer tells a foreign record from none', async () =>
    expect(await checkFaulty(telling)).toMatch(/tells apart from missing/))
  test('the permission is not the one the contract names', async () => {
    const unlike = { ...right, ...rename('is-right') }
    expect(await checkFaulty(unlike)).toMatch(/viewer's key on own: 200 instead of 403/)
  })
  test('an address for which nobody says how to make a record', async () => {
    const { faults } = await checkEndpoint({ ...matrix, records: [] }, right)
    expect(faults.join()).toMatch(/nothing says how to make a record/)
  })
})

import type { FastifyInstance } from 'fastify'
import type { Client } from 'pg'
import { addressOf, type Call, type Endpoint } from '../src/core/endpoint.ts'
import { newId } from '../src/core/id.ts'
import type { Reach } from '../src/identity/rights.contract.ts'
import type { TestMember, TestWorkspace } from '../src/testing/workspace.ts'
import { sampleOf } from './samples.ts'
import { changesSince, fingerprint } from './whole-database.ts'

// Every operation × every principal × every kind of record that may be named, against the table of rights.

export interface Principal {
  name: string
  access: 'none' | 'session' | 'key'
  /** Whose membership it is, or the member of the same role for a key. */
  member: TestMember
  workspace: TestWorkspace
  /** Members whose records a reach of the team covers. */
  team?: readonly string[]
  /** Signed out, disabled or revoked: nothing at all is allowed. */
  dead?: boolean
  permissions: ReadonlySet<string>
  kinds: Readonly<Record<string, Reach>>
  /** New headers each time: what is allowed may end the session it is done with. */
  headers(): Promise<Record<string, string>>
}

export interface World {
  workspace: TestWorkspace
  owner: TestMember
}

/** How the records behind an address are made, and whom they belong to. */
export interface RecordMaker {
  /** Addresses that begin like this name such a record. */
  path: string
  make(world: World): Promise<Record<string, string>>
  remove?(world: World, params: Record<string, string>): Promise<void>
  /** Kind of record, where roles reach all, own or none of them. */
  kind?: string
  /** Belongs to the person: nobody else in the workspace may know of it. */
  personal?: boolean
  /** The parameters are words of the contract, not records. */
  fixed?: boolean
}

export interface Matrix {
  app: FastifyInstance
  admin: Client
  endpoints: readonly Endpoint[]
  principals: readonly Principal[]
  records: readonly RecordMaker[]
  /** Inputs that cannot be made from the contract, by the endpoint's id. */
  inputs: Record<string, (world: World, params: Record<string, string>) => Promise<object> | object>
  /** Endpoints without a record that are about records all the same. */
  about: Readonly<Record<string, { kind: string; as: 'a new record' | 'a number over all' }>>
  home: TestWorkspace
  away: TestWorkspace
}

const states = ['none', 'own', 'colleague', 'foreign', 'deleted', 'missing'] as const
type State = (typeof states)[number]

interface Cell {
  endpoint: Endpoint
  principal: Principal
  state: State
  params: Record<string, string>
  world: World
}

export type Verdict = 'allowed' | 401 | 403 | 404

interface Denied {
  cell: Cell
  verdict: Verdict
  /** Those of one place name the same record, so they can send the same about it. */
  place: string
}

/** What the table of rights says. */
export function verdictOf(
  { endpoint, principal, state, world }: Cell,
  record: RecordMaker | undefined,
  about: Matrix['about'],
): Verdict {
  if (principal.dead || principal.access === 'none') return 401
  if (endpoint.access === 'session' && principal.access !== 'session') return 401
  if (endpoint.permission === undefined || !principal.permissions.has(endpoint.permission)) return 403
  if (state === 'none') return verdictWithoutRecord(principal, about[endpoint.id])
  if (state === 'foreign' || state === 'missing' || state === 'deleted') return 404
  // A key is nobody's: what belongs to a person is not there for it.
  if (record?.personal && (state === 'colleague' || principal.access === 'key')) return 404
  const reach =
    record?.kind === undefined ? undefined : (principal.kinds[record.kind] ?? principal.kinds['*'])
  if (!reach) return 'allowed'
  const own = state === 'own' && principal.access === 'session'
  const ofTeam = own || (principal.access === 'session' && principal.team?.includes(world.owner.id) === true)
  const reaches = (scope: Reach['read']) =>
    scope === 'all' || (scope === 'own' && own) || (scope === 'team' && ofTeam)
  if (!reaches(reach.read)) return 404
  if (endpoint.readOnly) return 'allowed'
  return reaches(endpoint.method === 'DELETE' ? reach.delete : reach.write) ? 'allowed' : 403
}

const reachOf = (principal: Principal, kind: string): Reach | undefined =>
  principal.kinds[kind] ?? principal.kinds['*']

/** Who reaches some of the records makes none for others, and is not shown a number that counts them all. */
function verdictWithoutRecord(principal: Principal, about: Matrix['about'][string] | undefined): Verdict {
  const reach = about && reachOf(principal, about.kind)
  if (!about || !reach) return 'allowed'
  if (about.as === 'a number over all') return reach.read === 'all' ? 'allowed' : 403
  const makes =
    reach.write === 'all' ||
    ((reach.write === 'own' || reach.write === 'team') && principal.access === 'session')
  return makes ? 'allowed' : 403
}

/** Of these the parameter is a word of the contract: there is no such thing as another workspace's. */
export const namesAWord = ({ path }: Endpoint): boolean => /^\/api\/(?:roles|measures)\//.test(path)

export const recordFor = (endpoint: Endpoint, records: readonly RecordMaker[]): RecordMaker | undefined =>
  records
    .filter(record => endpoint.path.startsWith(record.path))
    .sort((left, right) => right.path.length - left.path.length)[0]

async function inputOf(matrix: Matrix, cell: Cell): Promise<Call<Endpoint> & { headers?: object }> {
  const { endpoint, params, world } = cell
  const given = await matrix.inputs[endpoint.id]?.(world, params)
  const sampled = { query: sampleOf(endpoint.query), body: sampleOf(endpoint.body) }
  return { ...sampled, ...given, params }
}

export async function ask(
  matrix: Pick<Matrix, 'app'>,
  endpoint: Endpoint,
  input: Call<Endpoint>,
  headers: object,
) {
  const upload = endpoint.upload?.types[0]
  const payload = upload === undefined ? input.body : Buffer.from('name\nAda\n')
  const reply = await matrix.app.inject({
    method: endpoint.method,
    url: addressOf(endpoint, input),
    headers: { ...(upload === undefined ? {} : { 'content-type': upload }), ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  return { status: reply.statusCode, body: reply.body, headers: reply.headers }
}

const volatile = new Set(['x-request-id', 'date', 'content-length', 'ratelimit-remaining', 'ratelimit-reset'])
/** A reply without what differs between any two: two replies that tell nothing apart are equal in this. */
const told = (reply: { status: number; body: string; headers: object }) =>
  JSON.stringify([
    reply.status,
    reply.body.replaceAll(/"request_id":"[^"]+"/g, ''),
    Object.entries(reply.headers).filter(([name]) => !volatile.has(name)),
  ])

async function paramsFor(
  { path }: Endpoint,
  record: RecordMaker | undefined,
  { state, world }: { state: State; world: World },
): Promise<Record<string, string>> {
  if (!record) return {}
  if (state === 'missing')
    return Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, newId()]))
  const params = await record.make(world)
  if (state === 'deleted') await record.remove?.(world, params)
  return params
}

function statesFor(record: RecordMaker | undefined): State[] {
  if (!record || record.fixed) return ['none']
  return states.filter(state => state !== 'none' && (state !== 'deleted' || record.remove !== undefined))
}

function worldFor({ home, away }: Matrix, principal: Principal, state: State): World {
  const elsewhere = principal.workspace === home ? away : home
  if (state === 'foreign') return { workspace: elsewhere, owner: elsewhere.members.owner }
  // Who was sent away tries it with the records of those who stayed.
  const { workspace, member } = principal.dead ? { workspace: home, member: home.members.agent } : principal
  if (state !== 'colleague') return { workspace, owner: member }
  return { workspace, owner: member.role === 'manager' ? workspace.members.agent : workspace.members.manager }
}

/** What was refused must have changed nothing and must not tell a foreign record from none at all. */
async function checkDenied(matrix: Matrix, cells: Denied[], faults: string[]) {
  const inputs = new Map<string, Awaited<ReturnType<typeof inputOf>>>()
  const headers = new Map<Principal, object>()
  for (const { cell, place } of cells) {
    const { principal } = cell
    if (!inputs.has(place)) inputs.set(place, await inputOf(matrix, cell))
    if (!headers.has(principal)) headers.set(principal, await principal.headers())
  }
  const before = await fingerprint(matrix.admin)
  const answers = new Map<string, string>()
  for (const { cell, verdict, place } of cells) {
    const input = inputs.get(place) ?? {}
    const reply = await ask(matrix, cell.endpoint, input, headers.get(cell.principal) ?? {})
    if (reply.status !== verdict)
      faults.push(`${nameOf(cell)}: ${reply.status} instead of ${verdict} ${reply.body}`)
    if (cell.state === 'foreign' || cell.state === 'missing')
      answers.set(`${cell.principal.name} ${cell.state}`, told(reply))
  }
  const endpoint = cells[0]?.cell.endpoint.id ?? ''
  const changed = await changesSince(matrix.admin, before)
  if (changed.length > 0)
    faults.push(`${endpoint}: a refused call has changed the database: ${changed.join()}`)
  for (const [name, answer] of answers) {
    if (!name.endsWith(' foreign')) continue
    const missing = answers.get(name.replace(/foreign$/, 'missing'))
    if (missing !== undefined && missing !== answer)
      faults.push(`${endpoint} by ${name}: tells apart from missing\n${answer}\n${missing}`)
  }
}

const nameOf = ({ endpoint, principal, state }: Cell) => `${endpoint.id} by ${principal.name} on ${state}`

async function checkAllowed(matrix: Matrix, cell: Cell, faults: string[]): Promise<void> {
  const reply = await ask(matrix, cell.endpoint, await inputOf(matrix, cell), await cell.principal.headers())
  const refused = reply.status === 401 || reply.status === 403 || reply.status === 404
  if (refused || reply.status >= 500)
    faults.push(`${nameOf(cell)}: ${reply.status} although it is allowed ${reply.body}`)
}

/** Goes through every cell of one endpoint. */
export async function checkEndpoint(matrix: Matrix, endpoint: Endpoint) {
  const faults: string[] = []
  const denied: Denied[] = []
  let cells = 0
  const record = endpoint.path.includes('{') ? recordFor(endpoint, matrix.records) : undefined
  if (endpoint.path.includes('{') && !record)
    return { cells, faults: [`${endpoint.id}: nothing says how to make a record for ${endpoint.path}`] }
  // What is refused changes nothing, so those who are refused may share a record.
  const shared = new Map<string, Promise<Record<string, string>>>()
  for (const principal of matrix.principals) {
    for (const state of statesFor(record)) {
      cells++
      const world = worldFor(matrix, principal, state)
      const cell: Cell = { endpoint, principal, state, params: {}, world }
      const verdict = verdictOf(cell, record, matrix.about)
      if (verdict === 'allowed') {
        const params = await paramsFor(endpoint, record, cell)
        await checkAllowed(matrix, { ...cell, params }, faults)
        continue
      }
      const place = [state, world.workspace.id, world.owner.id].join()
      const making = shared.get(place) ?? paramsFor(endpoint, record, cell)
      shared.set(place, making)
      denied.push({ cell: { ...cell, params: await making }, verdict, place })
    }
  }
  await checkDenied(matrix, denied, faults)
  return { cells, faults }
}

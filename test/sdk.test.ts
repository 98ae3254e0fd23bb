import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../src/core/clock.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'

// The real SDKs against the real server, through a line that fails: refusals and resets, before and after the events
// were stored. What an SDK does then is the contract; that each message is there exactly once is the promise.

const run = promisify(execFile)
const client = fileURLToPath(new URL('sdk-client.ts', import.meta.url))

let app: TestApp
let home: TestWorkspace
let target: number

beforeAll(async () => {
  const clock = { ...systemClock, set: () => undefined, advance: () => undefined }
  app = await startTestApp({ clock })
  home = await makeWorkspace(app)
  await app.app.listen({ port: 0, host: '127.0.0.1' })
  target = (app.app.server.address() as AddressInfo).port
})
afterAll(() => app.close())

type Fault = '503 before' | '503 after' | 'reset before' | 'reset after'
const faults: Fault[] = ['503 before', '503 after', 'reset before', 'reset after']

interface Line {
  server: Server
  url: string
  struck: Record<Fault, number>
}

/** Forwards requests and lets some fail, but no batch more than twice: after a few failures an SDK gives up for good. */
async function badLine(failing: number, seed: number): Promise<Line> {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  const struck = { '503 before': 0, '503 after': 0, 'reset before': 0, 'reset after': 0 }
  const failed = new Map<string, number>()
  const faultFor = (body: Buffer): Fault | undefined => {
    const batch = firstMessageId(body)
    const times = failed.get(batch) ?? 0
    if (times >= 2 || random() > failing) return undefined
    failed.set(batch, times + 1)
    const fault = faults[Math.floor(random() * faults.length)] ?? '503 before'
    struck[fault]++
    return fault
  }
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing, faultFor))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, struck }
}

function firstMessageId(body: Buffer): string {
  const text = (body[0] === 0x1f ? gunzipSync(body) : body).toString('utf8')
  return /"messageId":"([^"]+)"/.exec(text)?.[1] ?? ''
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  faultFor: (body: Buffer) => Fault | undefined,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const fault = faultFor(body)
  if (fault === '503 before') return void outgoing.writeHead(503).end('later')
  if (fault === 'reset before') return void incoming.socket.resetAndDestroy()
  const onward = request(
    {
      port: target,
      host: '127.0.0.1',
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    },
    answer => {
      answer.resume()
      answer.on('end', () => {
        if (fault === 'reset after') incoming.socket.resetAndDestroy()
        else outgoing.writeHead(fault === '503 after' ? 503 : (answer.statusCode ?? 500)).end('{}')
      })
    },
  )
  onward.on('error', () => incoming.socket.resetAndDestroy())
  onward.end(body)
}

const send = async (sdk: string, line: Line, name: string, count: number) => {
  const { stdout } = await run(
    process.execPath,
    [client, sdk, line.url, home.write_key, name, String(count)],
    {
      timeout: 80_000,
    },
  )
  return JSON.parse(stdout) as { failures: string[] }
}

const stored = async (prefix: string) => {
  const { rows } = await app.machine.postgres.systemPool.query<{ message_id: string }>(
    'select message_id from rapport.interaction where workspace_id = $1 and message_id like $2',
    [home.id, `${prefix}-%`],
  )
  return rows.map(row => row.message_id).sort()
}

const expected = (names: string[], count: number) =>
  names.flatMap(name => Array.from({ length: count }, (_, index) => `${name}-${index}`)).sort()

describe.each([
  ['segment', 300],
  ['rudderstack', 300],
])('the %s SDK', (sdk, count) => {
  it('delivers every message exactly once from two processes over a failing line', {
    timeout: 90_000,
  }, async () => {
    const line = await badLine(0.3, sdk.length)
    const names = [`${sdk}-one`, `${sdk}-two`]
    const results = await Promise.all(names.map(name => send(sdk, line, name, count)))
    line.server.closeAllConnections()
    line.server.close()
    expect(results.flatMap(result => result.failures)).toEqual([])
    expect(await stored(sdk)).toEqual(expected(names, count))
    // A line that never failed would prove nothing.
    expect(Object.values(line.struck).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(5)
    expect(line.struck['503 after'] + line.struck['reset after']).toBeGreaterThan(0)
  })
})

it('keeps what the SDKs say: kinds, money, people and both clocks', async () => {
  const { rows } = await app.machine.postgres.systemPool.query(
    `select kind, channel, amount_minor, currency, source, sent_at is not null and original_at is not null as clocks
     from rapport.interaction where message_id = any($1) order by message_id`,
    [['rudderstack-one-5', 'segment-one-11', 'segment-one-13', 'segment-one-5']],
  )
  expect(rows).toEqual([
    {
      kind: 'purchase',
      channel: 'shop',
      amount_minor: 500,
      currency: 'EUR',
      source: 'shop',
      clocks: true,
    },
    {
      kind: 'identify',
      channel: 'api',
      amount_minor: null,
      currency: null,
      source: 'shop',
      clocks: true,
    },
    {
      kind: 'page_view',
      channel: 'web',
      amount_minor: null,
      currency: null,
      source: 'shop',
      clocks: true,
    },
    {
      kind: 'purchase',
      channel: 'shop',
      amount_minor: 500,
      currency: 'EUR',
      source: 'shop',
      clocks: true,
    },
  ])
})

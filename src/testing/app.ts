import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { areas, authenticate, migrationFolders } from '../areas.ts'
import type { Clock } from '../core/clock.ts'
import { readConfig } from '../core/config.ts'
import { addressOf, type Call, type Endpoint, type Reply } from '../core/endpoint.ts'
import { type JobWorker, startJobs } from '../core/jobs.ts'
import { createLog } from '../core/log.ts'
import { createMachine, type Machine } from '../core/machine.ts'
import { createMetrics } from '../core/metrics.ts'
import { secretsFrom } from '../core/secrets.ts'
import { createServer, type ServerParts } from '../core/server.ts'
import { createTestDatabases, testSecret } from './database.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  set(now: Date | string): void
  advance(ms: number): void
}

export function testClock(start = '2026-03-02T09:00:00.000Z'): TestClock {
  let now = new Date(start)
  return {
    now: () => new Date(now),
    set: value => {
      now = new Date(value)
    },
    advance: ms => {
      now = new Date(now.getTime() + ms)
    },
  }
}

export interface TestApp {
  app: FastifyInstance
  machine: Machine
  clock: TestClock
  admin_url: string
  /** Calls an endpoint over HTTP (in process) with an API key; throws with the problem's code when it is refused. */
  call<E extends Endpoint>(
    endpoint: E,
    input: Call<E> & { key?: string; headers?: Record<string, string> },
  ): Promise<Reply<E>>
  /** The same, answering status and body whatever they are. */
  ask<E extends Endpoint>(
    endpoint: E,
    input: Call<E> & { key?: string; headers?: Record<string, string> },
  ): Promise<{ status: number; body: unknown; headers: Record<string, unknown> }>
  /** Starts background jobs and loops; they stop with the app. */
  work(): Promise<void>
  close(): Promise<void>
}

/** The whole product on databases of its own, without a port: every test file starts one. */
export async function startTestApp(
  options: {
    clock?: TestClock
    settings?: Record<string, string>
    data?: string
    web?: ServerParts['web']
    url?: () => string
  } = {},
): Promise<TestApp> {
  const databases = await createTestDatabases(migrationFolders)
  const clock = options.clock ?? testClock()
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'rapport test data '))
  const config = readConfig([], {
    RAPPORT_API_RATE: '1000000',
    RAPPORT_DATA: data,
    ...options.settings,
  })
  const machine = createMachine({
    config,
    log: createLog({ level: process.env.TEST_LOG ?? 'silent', format: 'text' }),
    clock,
    postgres: databases.postgres,
    clickhouse: databases.clickhouse,
    secrets: secretsFrom(testSecret),
    metrics: createMetrics(),
    publicUrl: options.url ?? (() => 'http://127.0.0.1:3000'),
  })
  const app = await createServer({
    machine,
    areas,
    authenticate,
    ...(options.web ? { web: options.web } : {}),
  })
  await app.ready()
  const running: { stop(): Promise<void> }[] = []
  const ask: TestApp['ask'] = async (endpoint, { key, headers = {}, ...input }) => {
    const reply = await app.inject({
      method: endpoint.method,
      url: addressOf(endpoint, input),
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
      ...(input.body === undefined ? {} : { payload: input.body as object }),
    })
    const isJson = /json/.test(String(reply.headers['content-type']))
    return {
      status: reply.statusCode,
      body: isJson ? reply.json<unknown>() : reply.body,
      headers: reply.headers,
    }
  }
  return {
    app,
    machine,
    clock,
    admin_url: databases.admin_url,
    ask,
    async call(endpoint, input) {
      const { status, body } = await ask(endpoint, input)
      if (status >= 400) throw new Error(`${endpoint.id} answered ${status}: ${JSON.stringify(body)}`)
      return body as Reply<typeof endpoint>
    },
    async work() {
      const worker: JobWorker = await startJobs(machine, areas)
      running.push(worker)
      for (const loop of areas.flatMap(area => area.loops ?? [])) running.push(await loop.start(machine))
    },
    async close() {
      for (const each of running.toReversed()) await each.stop()
      await app.close()
      await databases.close()
      if (options.data === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}

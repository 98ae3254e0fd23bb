import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isAlive, processesIn, signal, waitForExit } from '../src/core/runtime/processes.ts'
import { type Program, rapport, startProgram, stopPrograms } from '../src/testing/program.ts'

const base = mkdtempSync(join(tmpdir(), 'rapport start '))
let count = 0
const place = () => join(base, `data ${++count}`)

// The web application may have to be built first, which is not what is measured here.
beforeAll(() => startProgram(['--port', 'many']).exited, 120_000)
afterEach(stopPrograms)
afterAll(() => rmSync(base, { recursive: true, force: true }))

const get = async (url: string) => {
  const answer = await fetch(url)
  return { status: answer.status, body: (await answer.json()) as { status: string } }
}

/** The server process below the launcher. */
function serverOf(program: Program): number {
  const found = program
    .family()
    .find(pid => /src\/main\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')))
  if (!found) throw new Error('there is no server process')
  return found
}

async function endsAlone(program: Program, family: number[]): Promise<void> {
  await program.exited
  expect(await waitForExit(family, 15_000)).toBe(true)
}

/** What a refused start looks like: one line that says why, exit code 1, and nothing that still runs. */
async function refused(args: string[], env: Record<string, string> = {}): Promise<string> {
  const program = startProgram(args, { env })
  const family = new Set<number>()
  const looking = setInterval(() => {
    for (const pid of program.family()) family.add(pid)
  }, 20)
  const code = await program.exited
  clearInterval(looking)
  expect(await waitForExit([...family], 5000)).toBe(true)
  expect(code).toBe(1)
  expect(program.output()).toBe('')
  const lines = program.errors().trim().split('\n')
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

describe('npm start', { timeout: 120_000 }, () => {
  // How long it may take is a row of the bench, on a machine that does nothing else.
  it('becomes ready from an empty folder, and Ctrl-C leaves no process', async () => {
    const data = place()
    const program = startProgram(['--port', '0', '--data', data])
    const address = await program.ready()
    expect((await get(`${address}/health`)).status).toBe(200)
    expect((await get(`${address}/ready`)).status).toBe(200)

    const family = program.family()
    expect(family.length).toBeGreaterThan(4)
    program.signal('SIGINT')
    await endsAlone(program, family)
    expect(await program.exited).toBe(0)
    expect(program.errors()).toBe('')
    expect(processesIn(join(data, 'postgres'))).toEqual([])
    expect(existsSync(join(data, 'rapport.lock'))).toBe(false)
  })

  it('finds what was there the second time, and takes no longer than the first', async () => {
    const data = place()
    const from = performance.now()
    const first = startProgram(['--port', '0', '--data', data])
    await first.ready()
    const took = performance.now() - from
    const made = await rapport(['workspace', 'create', '--name', 'Shop', '--data', data])
    expect(made.errors).toBe('')
    const family = first.family()
    first.signal('SIGTERM')
    await endsAlone(first, family)

    const started = performance.now()
    const second = startProgram(['--port', '0', '--data', data])
    await second.ready()
    // Nothing is made anew; the factor is for what else the machine does meanwhile.
    expect(performance.now() - started).toBeLessThan(2 * took)
    expect((await rapport(['workspace', 'list', '--data', data])).output).toMatch(/Shop/)
  })

  it('stopped while it still starts, it stops everything', async () => {
    for (const delay of [300, 700, 1100]) {
      const data = place()
      const program = startProgram(['--port', '0', '--data', data])
      await new Promise(resolve => setTimeout(resolve, delay))
      const family = program.family()
      program.signal('SIGINT')
      await endsAlone(program, family)
      await expect.poll(() => processesIn(join(data, 'postgres')), { timeout: 10_000 }).toEqual([])
    }
  })

  it('a taken port is one line', async () => {
    const server: Server = createServer()
    const port = await new Promise<number>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
    const data = place()
    expect(await refused(['--port', String(port), '--data', data])).toBe(
      `Port ${port} is taken by another program. Choose another one: npm start -- --port 4000`,
    )
    expect(existsSync(data)).toBe(false)
    server.close()
  })

  it('a folder that cannot be written is one line', async () => {
    expect(await refused(['--port', '0', '--data', '/proc/rapport'])).toMatch(
      /^The data folder \/proc\/rapport cannot be used: .* Choose another with --data or RAPPORT_DATA\.$/,
    )
    if (process.getuid?.() === 0) return
    const closed = place()
    mkdirSync(closed)
    chmodSync(closed, 0o500)
    expect(await refused(['--port', '0', '--data', closed])).toMatch(/permission denied/)
  })

  it('a database that cannot be reached is one line', async () => {
    const DATABASE_URL = 'postgres://crm:secret@127.0.0.1:1/crm'
    expect(await refused(['--port', '0', '--data', place()], { DATABASE_URL })).toBe(
      'PostgreSQL at 127.0.0.1:1/crm (DATABASE_URL) cannot be used: nothing answers there.',
    )
    const CLICKHOUSE_URL = 'http://127.0.0.1:1'
    expect(await refused(['--port', '0', '--data', place()], { CLICKHOUSE_URL })).toBe(
      'ClickHouse at 127.0.0.1:1 (CLICKHOUSE_URL) cannot be used: nothing answers there.',
    )
  })

  it('a wrong setting is one line that names it', async () => {
    expect(await refused(['--port', 'many'])).toMatch(/^The setting PORT cannot be used: /)
    expect(await refused([], { RAPPORT_ROLE: 'boss' })).toMatch(/^The setting RAPPORT_ROLE cannot be used: /)
    expect(await refused(['--colour', 'red'])).toMatch(/--colour/)
  })

  it('a second start in the same folder is one line, and the first one does not notice', async () => {
    const data = place()
    const first = startProgram(['--port', '0', '--data', data])
    const address = await first.ready()
    expect(await refused(['--port', '0', '--data', data])).toBe(
      `The data folder ${data} is in use by Rapport, process ${serverOf(first)}.`,
    )
    expect((await get(`${address}/ready`)).status).toBe(200)
  })

  it('after kill -9 of the server, or of the launcher, nothing stays and the next start recovers', async () => {
    const data = place()
    const killed = startProgram(['--port', '0', '--data', data])
    await killed.ready()
    const first = killed.family()
    signal(serverOf(killed), 'SIGKILL')
    await endsAlone(killed, first)

    const launched = startProgram(['--port', '0', '--data', data])
    await launched.ready()
    const second = launched.family()
    signal(launched.pid, 'SIGKILL')
    await endsAlone(launched, second)

    const again = startProgram(['--port', '0', '--data', data])
    expect((await get(`${await again.ready()}/ready`)).status).toBe(200)
  })

  it('under npm, a signal to npm alone stops everything, and so does kill -9 of npm', async () => {
    const data = place()
    for (const name of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const program = startProgram(['--port', '0', '--data', data], { npm: true })
      await program.ready()
      const family = program.family()
      signal(program.pid, name)
      await endsAlone(program, family)
    }
  })

  it('serves on while a killed database is started again, and says so', async () => {
    const data = place()
    const program = startProgram(['--port', '0', '--data', data], { env: { RAPPORT_LOG_LEVEL: 'silent' } })
    const address = await program.ready()
    signal(Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
    await expect
      .poll(async () => (await get(`${address}/ready`)).status, { timeout: 5000, interval: 10 })
      .toBe(503)
    expect((await get(`${address}/health`)).status).toBe(200)
    await expect.poll(async () => (await get(`${address}/ready`)).status, { timeout: 30_000 }).toBe(200)

    signal(Number(readFileSync(join(data, 'clickhouse.pid'), 'utf8')), 'SIGKILL')
    await expect
      .poll(async () => (await get(`${address}/ready`)).body.status, { timeout: 30_000 })
      .toBe('ready')
    expect(isAlive(program.pid)).toBe(true)
  })
})

describe('npm run rapport', { timeout: 120_000 }, () => {
  it('works while the server runs and while it does not, and prints the key alone', async () => {
    const data = place()
    const made = await rapport(['workspace', 'create', '--name', 'Shop', '--data', data])
    expect(made).toMatchObject({ code: 0, errors: '' })
    const alone = await rapport(['key', 'create', '--role', 'admin', '--name', 'checks', '--data', data])
    expect(alone).toMatchObject({ code: 0, errors: '' })
    expect(alone.output).toMatch(/^\S{20,}\n$/)
    expect(processesIn(join(data, 'postgres'))).toEqual([])

    const server = startProgram(['--port', '0', '--data', data])
    const address = await server.ready()
    const beside = await rapport(['key', 'create', '--role', 'admin', '--name', 'beside', '--data', data])
    expect(beside).toMatchObject({ code: 0, errors: '' })
    for (const key of [alone.output.trim(), beside.output.trim()]) {
      const answer = await fetch(`${address}/api/workspace`, { headers: { authorization: `Bearer ${key}` } })
      expect(answer.status).toBe(200)
    }
  })

  it('an unknown command is one line', async () => {
    const { code, output, errors } = await rapport(['make', 'tea'])
    expect(code).not.toBe(0)
    expect(output).toBe('')
    expect(errors.trim().split('\n')).toHaveLength(1)
  })
})

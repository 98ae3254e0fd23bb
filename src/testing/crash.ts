import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { connectClickHouse } from '../core/clickhouse.ts'
import { findRuntime } from '../core/runtime/data-folder.ts'
import { processesIn, signal, sleep } from '../core/runtime/processes.ts'
import { type Program, rapport, startProgram } from './program.ts'

// Crashes on purpose, in the middle of work, and the account of what must be there afterwards.

export type Victim = 'server' | 'postgres' | 'clickhouse'

export interface Ledger {
  sent: Set<string>
  acknowledged: Set<string>
  complaints: string[]
}

/** Each client's account, read from its file; a batch stands for its twenty messages. */
export function readLedgers(files: string[]): Ledger {
  const ledger: Ledger = { sent: new Set(), acknowledged: new Set(), complaints: [] }
  for (const [index, file] of files.entries()) {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    for (const line of lines) {
      const [mark, batch] = line.split(' ')
      const messages = Array.from({ length: 20 }, (_, n) => `client${index}-${batch}-${n}`)
      if (mark === 'S') for (const message of messages) ledger.sent.add(message)
      else if (mark === 'A') for (const message of messages) ledger.acknowledged.add(message)
      else if (mark === 'X') ledger.complaints.push(line)
    }
  }
  return ledger
}

/** The same in numbers of batches, cheap enough to be asked all the time. */
export function tally(files: string[]): { sent: number; acknowledged: number } {
  const text = files.map(file => readFileSync(file, 'utf8')).join('')
  return { sent: text.split('\nS ').length, acknowledged: text.split('\nA ').length - 1 }
}

export interface Installation {
  data: string
  address: string
  write_key: string
  program(): Program
  start(): Promise<void>
}

/** Rapport with a workspace and a write key, on a port that it keeps over restarts. */
export async function install(data: string, port: number): Promise<Installation> {
  const options = { env: { RAPPORT_LOG_LEVEL: 'silent' } }
  const launch = () => startProgram(['--port', String(port), '--data', data], options)
  let program = launch()
  const address = await program.ready()
  await expectDone(rapport(['workspace', 'create', '--name', 'Shop', '--data', data]))
  const key = await expectDone(rapport(['key', 'create', '--write', '--name', 'shop', '--data', data]))
  return {
    data,
    address,
    write_key: key.trim(),
    program: () => program,
    async start() {
      program = launch()
      await program.ready()
    },
  }
}

async function expectDone(run: ReturnType<typeof rapport>): Promise<string> {
  const { code, output, errors } = await run
  if (code !== 0) throw new Error(errors)
  return output
}

const clientFile = fileURLToPath(new URL('../../test/crash-client.ts', import.meta.url))

const clients = new Set<ChildProcess>()

/** For afterEach: a client whose test has failed would try for ever. */
export function killClients(): void {
  for (const child of clients) child.kill('SIGKILL')
  clients.clear()
}

export function startClients(
  { address, write_key, data }: Installation,
  count: number,
): { files: string[]; stop(): Promise<void> } {
  const files = Array.from({ length: count }, (_, index) => join(data, `client ${index}.ledger`))
  const children: ChildProcess[] = files.map((file, index) =>
    spawn(process.execPath, [clientFile, address, write_key, `client${index}`, file, '600'], {
      stdio: 'ignore',
    }),
  )
  for (const child of children) clients.add(child)
  const ended = children.map(child => new Promise(resolve => child.once('exit', resolve)))
  return {
    files,
    async stop() {
      for (const child of children) child.kill('SIGTERM')
      const late = sleep(90_000, 'late', { ref: false })
      if ((await Promise.race([Promise.all(ended), late])) === 'late') {
        for (const child of children) child.kill('SIGKILL')
      }
    },
  }
}

const serverPid = (data: string) =>
  (JSON.parse(readFileSync(join(data, 'rapport.lock'), 'utf8')) as { pid: number }).pid

/**
 * Finds whom to kill; what it returns does it, at once. The server is started again by us, the databases by the server.
 * PostgreSQL's processes die in one instant, so that none can still write what another has left in memory.
 */
export function aim(installation: Installation, victim: Victim): () => Promise<void> {
  const { data } = installation
  const pids = {
    server: () => [serverPid(data)],
    postgres: () => processesIn(join(data, 'postgres')),
    clickhouse: () => [Number(readFileSync(join(data, 'clickhouse.pid'), 'utf8'))],
  }[victim]()
  return async () => {
    for (const pid of pids) signal(pid, 'SIGKILL')
    if (victim !== 'server') return
    await installation.program().exited
    await installation.start()
  }
}

export interface Stored {
  /** Message ids in PostgreSQL, each as often as it is there. */
  messages: string[]
  /** Row ids in PostgreSQL and in ClickHouse, each as often as a plain query sees it. */
  postgres_ids: string[]
  clickhouse_ids: string[]
}

export async function readStored(data: string): Promise<Stored> {
  const found = findRuntime(data)
  if (!found?.admin_url || !found.clickhouse) throw new Error('Rapport does not run')
  const client = new Client({ connectionString: found.admin_url })
  const clickhouse = connectClickHouse(found.clickhouse)
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ message_id: string; id: string }>(
      'select message_id, id from rapport.interaction',
    )
    const copied = await clickhouse.query<{ id: string }>({ sql: 'select id from interaction' })
    return {
      messages: rows.map(row => row.message_id),
      postgres_ids: rows.map(row => row.id).sort(byText),
      clickhouse_ids: copied.map(row => row.id).sort(byText),
    }
  } finally {
    await client.end()
    await clickhouse.close()
  }
}

/** Rows that a plain query would count twice at this moment, before anything has cleaned up behind it. */
export async function visibleDoubles(data: string): Promise<number> {
  const found = findRuntime(data)
  if (!found?.clickhouse) throw new Error('Rapport does not run')
  const clickhouse = connectClickHouse(found.clickhouse)
  try {
    const [row] = await clickhouse.query<{ n: number }>({
      sql: 'select count() - uniqExact(id) as n from interaction',
    })
    return row?.n ?? 0
  } finally {
    await clickhouse.close()
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export interface Verdict {
  lost: string[]
  doubled: string[]
  /** Stored, but never sent by anyone. */
  invented: string[]
  /** In one database and not, or not as often, in the other. */
  different: string[]
}

/** The oracle: the clients' account on one side, what plain queries see on the other. */
export function judge(ledger: Ledger, stored: Stored): Verdict {
  const there = new Set(stored.messages)
  const copied = new Set(stored.clickhouse_ids)
  return {
    lost: [...ledger.acknowledged].filter(message => !there.has(message)),
    doubled: [...repeated(stored.messages), ...repeated(stored.clickhouse_ids)],
    invented: [...there].filter(message => !ledger.sent.has(message)),
    different: [
      ...stored.postgres_ids.filter(id => !copied.has(id)),
      ...(stored.clickhouse_ids.length === stored.postgres_ids.length ? [] : ['another number of rows']),
    ],
  }
}

function repeated(values: string[]): string[] {
  const seen = new Set<string>()
  return values.filter(value => seen.size === seen.add(value).size)
}

// The embedded PostgreSQL: made in the data folder at the first start, then started, watched and stopped with us.
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { postgresConf, postgresHba } from './postgres-settings.ts'
import { type PostgresUser, postgresUser } from './postgres-user.ts'
import { commandLine, freePort, isAlive, processesIn, signal, sleep, waitForExit } from './processes.ts'
import { type Child, type RuntimeLog, type Supervised, supervise } from './supervise.ts'

export interface PostgresServer extends Supervised {
  admin_url: string
}

interface Site {
  folder: string
  log_file: string
  binaries: PostgresBinaries
  user: PostgresUser
  password: string
  memory_bytes: number
}

const superuser = 'postgres'
const database = 'rapport'
const readyWithinMs = 60_000
const stopWithinMs = 30_000

export async function startPostgres(
  input: { data_folder: string; password: string; memory_bytes: number },
  log: RuntimeLog,
): Promise<PostgresServer> {
  const folder = join(input.data_folder, 'postgres')
  const binaries = postgresBinaries()
  const user = postgresUser(input.data_folder, binaries.postgres)
  const log_file = join(input.data_folder, 'postgres.log')
  const site: Site = { ...input, folder, log_file, binaries, user }
  create(site)
  await stopOrphans(folder, log)

  const { child, port } = await startOnFreePort(site)
  try {
    const admin_url = await createDatabase(site, port)
    const restart = async () => {
      await stopOrphans(folder, log)
      return startProcess(site, port)
    }
    return { admin_url, ...supervise('PostgreSQL', child, restart, log) }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** A cluster is made aside and renamed when complete: a start that was killed half-way leaves nothing to trip over. */
function create(site: Site): void {
  if (existsSync(join(site.folder, 'PG_VERSION'))) return requireOurVersion(site)
  const unfinished = `${site.folder}.unfinished`
  const passwordFile = `${site.folder}.password`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  site.user.own(unfinished)
  writeFileSync(passwordFile, `${site.password}\n`, { mode: 0o600 })
  site.user.own(passwordFile)
  const { file, args } = site.user.command(site.binaries.initdb, [
    '-D',
    unfinished,
    '-U',
    superuser,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ])
  const result = spawnSync(file, args, { encoding: 'utf8', cwd: '/', env: cleanEnvironment })
  rmSync(passwordFile, { force: true })
  if (result.status !== 0)
    throw new Error(
      `The embedded PostgreSQL could not be set up in ${site.folder}: ${lastWords(result.stderr)}`,
    )
  renameSync(unfinished, site.folder)
}

function requireOurVersion({ folder }: Site): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== '18')
    throw new Error(
      `The data in ${folder} belongs to PostgreSQL ${version}; this Rapport brings PostgreSQL 18. Move the data over with a dump first.`,
    )
}

/**
 * A server of this very folder that outlived its parent (killed, or a crash of the machine's memory) is stopped before a
 * new one starts. A number in postmaster.pid that meanwhile belongs to another program is only a stale file.
 */
async function stopOrphans(folder: string, log: RuntimeLog): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid')
  const pid = Number(readIfThere(pidFile)?.split('\n')[0])
  const ours = pid > 0 && isAlive(pid) && isPostgresOf(pid, folder)
  if (ours) {
    log.warn({ pid }, 'A PostgreSQL of an earlier run is still there, stopping it')
    signal(pid, 'SIGINT')
    if (!(await waitForExit([pid], stopWithinMs))) signal(pid, 'SIGQUIT')
    if (!(await waitForExit([pid], 5000))) signal(pid, 'SIGKILL')
    await waitForExit([pid], 5000)
  }
  // Sessions of a killed server end by themselves within moments; one that computes may need to be told.
  if (!(await waitForExit(processesIn(folder), 2000))) {
    for (const left of processesIn(folder)) signal(left, 'SIGKILL')
    await waitForExit(processesIn(folder), 5000)
  }
  rmSync(pidFile, { force: true })
}

function isPostgresOf(pid: number, folder: string): boolean {
  const command = commandLine(pid)
  return command !== undefined && /postgres/.test(command) && command.includes(folder)
}

async function startOnFreePort(site: Site): Promise<{ child: Child; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    try {
      return { child: await startProcess(site, port), port }
    } catch (error) {
      // Another program may have taken the port between our look and PostgreSQL's.
      if (attempt === 3 || !/could not bind|Address already in use/i.test(String(error))) throw error
    }
  }
}

async function startProcess(site: Site, port: number): Promise<Child> {
  writeOwned(site, 'postgresql.conf', postgresConf({ port, memory_bytes: site.memory_bytes }))
  writeOwned(site, 'pg_hba.conf', postgresHba)
  const logStart = prepareLog(site.log_file)
  const output = openSync(site.log_file, 'a', 0o600)
  const { file, args } = site.user.command(site.binaries.postgres, ['-D', site.folder])
  // Its own session: Ctrl-C in the terminal reaches only us, and we stop PostgreSQL in order.
  const spawned = spawn(file, args, {
    detached: true,
    cwd: '/',
    env: cleanEnvironment,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const exited = new Promise<string>(resolve => {
    spawned.once('error', error => resolve(error.message))
    spawned.once('exit', (code, signalName) =>
      resolve(signalName ? `killed by ${signalName}` : `exit code ${code}`),
    )
  })
  const pid = spawned.pid
  const gone = exited.then(() => true as const)
  const whyItFailed = async () =>
    new Error(
      `The embedded PostgreSQL did not start (${await exited}): ${lastWords(logSince(site.log_file, logStart))}`,
    )
  if (pid === undefined) throw await whyItFailed()

  const child: Child = { pid, exited, stop: () => stopProcess(pid, gone) }
  if (!(await becomesReady(site.folder, pid, gone))) {
    await child.stop()
    throw await whyItFailed()
  }
  return child
}

/** Fast shutdown: sessions are ended, everything is written, no recovery is needed at the next start. */
async function stopProcess(pid: number, gone: Promise<true>): Promise<void> {
  for (const [name, patienceMs] of [
    ['SIGINT', stopWithinMs],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    signal(pid, name)
    if (await Promise.race([gone, sleep(patienceMs, false, { ref: false })])) return
  }
}

/** postmaster.pid's eighth line is how PostgreSQL itself says that it takes connections. */
async function becomesReady(folder: string, pid: number, gone: Promise<true>): Promise<boolean> {
  const deadline = Date.now() + readyWithinMs
  while (Date.now() < deadline) {
    const lines = readIfThere(join(folder, 'postmaster.pid'))?.split('\n') ?? []
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return true
    if (await Promise.race([gone, sleep(10, false)])) return false
  }
  return false
}

async function createDatabase({ password }: Site, port: number): Promise<string> {
  const address = (name: string) => `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}`
  const client = new Client({ connectionString: address('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (!rowCount) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
  return address(database)
}

function writeOwned(site: Site, name: string, text: string): void {
  const path = join(site.folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  site.user.own(path)
}

const cleanEnvironment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' }
const logMostBytes = 10 * 1024 * 1024

/** Returns where in the log this run begins; one earlier log is kept. */
function prepareLog(file: string): number {
  if (!existsSync(file)) return 0
  const { size } = statSync(file)
  if (size < logMostBytes) return size
  renameSync(file, `${file}.1`)
  return 0
}

const logSince = (file: string, start: number) => readFileSync(file).subarray(start).toString()

function lastWords(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter(line => !/LOG: {2}(?:starting|database system is shut down)/.test(line))
  const fatal = lines.findLast(line => /FATAL|PANIC|error|denied/i.test(line))
  return (fatal ?? lines.at(-1) ?? 'no reason given').replace(/^.*?\] /, '')
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

// Supervises the embedded ClickHouse: a child process, because the library may take its whole process down with it.
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChildOrder } from './clickhouse-child.ts'
import { commandLine, isAlive, signal, sleep, waitForExit } from './processes.ts'
import { type Child, type RuntimeLog, type Supervised, supervise } from './supervise.ts'

export interface ClickHouseServer extends Supervised {
  address: { url: string; user: string; password: string; database: string }
}

const database = 'rapport'
const readyWithinMs = 60_000
const stopWithinMs = 10_000
const checkEveryMs = 10_000
const checksMissed = 3
const childFile = fileURLToPath(new URL('./clickhouse-child.ts', import.meta.url))

export async function startClickHouse(
  input: { data_folder: string; memory_bytes: number },
  log: RuntimeLog,
): Promise<ClickHouseServer> {
  const folder = join(input.data_folder, 'clickhouse')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const site = { folder, pid_file: `${folder}.pid`, log_file: `${folder}.log` }
  const order: ChildOrder = {
    folder,
    password: randomBytes(24).toString('base64url'),
    memory_bytes: Math.round(Math.max(700 * 1024 * 1024, input.memory_bytes * 0.35)),
    database,
    port: 0,
  }
  await stopOrphan(site.pid_file)
  const first = await startProcess(site, order)
  order.port = first.port
  const address = {
    url: `http://127.0.0.1:${first.port}`,
    user: 'default',
    password: order.password,
    database,
  }
  return { address, ...supervise('ClickHouse', first, () => startProcess(site, order), log) }
}

/** Two processes must never write one folder. A child ends with its parent, but perhaps not at the same instant. */
async function stopOrphan(pidFile: string): Promise<void> {
  let pid: number
  try {
    pid = Number(readFileSync(pidFile, 'utf8'))
  } catch {
    return
  }
  if (pid > 0 && isAlive(pid) && commandLine(pid)?.includes('clickhouse-child')) {
    signal(pid, 'SIGKILL')
    if (!(await waitForExit([pid], 10_000)))
      throw new Error(
        `A ClickHouse process of an earlier run (${pid}) does not end. Stop it and start again.`,
      )
  }
  rmSync(pidFile, { force: true })
}

async function startProcess(
  site: { pid_file: string; log_file: string },
  order: ChildOrder,
): Promise<Child & { port: number }> {
  // What a crash had to say stays until the next start of the whole.
  const output = openSync(site.log_file, order.port === 0 ? 'w' : 'a', 0o600)
  const child = fork(childFile, [], {
    detached: true,
    execArgv: [],
    // Threads: one for each connection, and some for files.
    env: {
      UV_THREADPOOL_SIZE: '16',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      PATH: '/usr/bin:/bin',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const exited = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, name) => resolve(name ? `killed by ${name}` : `exit code ${code}`))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`The embedded ClickHouse did not start: ${await exited}`)
  writeFileSync(site.pid_file, String(pid))
  try {
    const port = await becomesReady(child, order, exited)
    const checking = checkNowAndThen(child, `http://127.0.0.1:${port}/ping`)
    return { pid, port, exited, stop: () => stopProcess(child, exited, checking, site.pid_file) }
  } catch (error) {
    child.kill('SIGKILL')
    await exited
    rmSync(site.pid_file, { force: true })
    throw error
  }
}

async function becomesReady(
  child: ChildProcess,
  order: ChildOrder,
  exited: Promise<string>,
): Promise<number> {
  const reply = new Promise<{ port: number } | { failed: string }>(resolve => {
    child.once('message', message => resolve(message as { port: number } | { failed: string }))
  })
  child.send(order)
  const giveUp = new AbortController()
  const answer = await Promise.race([
    reply,
    exited.then(failed => ({ failed })),
    sleep(readyWithinMs, { failed: 'no answer' }, { signal: giveUp.signal }).catch(() => ({
      failed: 'no answer',
    })),
  ])
  giveUp.abort()
  if ('failed' in answer) throw new Error(`The embedded ClickHouse did not start: ${answer.failed}`)
  return answer.port
}

/** An engine that no longer answers is as dead as one that has gone: it is killed, and so started again. */
function checkNowAndThen(child: ChildProcess, url: string): NodeJS.Timeout {
  let missed = 0
  const timer = setInterval(() => {
    const request = get(url, { timeout: checkEveryMs }, response => {
      response.resume()
      missed = response.statusCode === 200 ? 0 : missed + 1
      if (missed >= checksMissed) child.kill('SIGKILL')
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => {
      missed++
      if (missed >= checksMissed) child.kill('SIGKILL')
    })
  }, checkEveryMs)
  child.once('exit', () => clearInterval(timer))
  return timer.unref()
}

async function stopProcess(
  child: ChildProcess,
  exited: Promise<string>,
  checking: NodeJS.Timeout,
  pidFile: string,
): Promise<void> {
  clearInterval(checking)
  const gone = exited.then(() => true)
  if (child.connected) child.send('stop')
  else child.kill('SIGKILL')
  if (!(await Promise.race([gone, sleep(stopWithinMs, false, { ref: false })]))) child.kill('SIGKILL')
  await gone
  rmSync(pidFile, { force: true })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { ownFolder, prepareFolder } from './data-folder.ts'
import { isAlive, processesIn, signal, sleep, startMark, waitForExit } from './processes.ts'
import { attachRuntime, type Runtime, startRuntime } from './runtime.ts'

const said: string[] = []
const say = (_: object, message: string) => void said.push(message)
const log = { info: say, warn: say, error: say }
const base = mkdtempSync(join(tmpdir(), 'rapport runtime '))
const places: string[] = []
const place = () => {
  const folder = join(base, `data folder ${places.length + 1}`)
  places.push(folder)
  return folder
}
const children = new Set<ChildProcess>()

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of places) await waitForExit(processesIn(join(folder, 'postgres')), 20_000)
  rmSync(base, { recursive: true, force: true })
})

const postmaster = (folder: string) =>
  Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
const clickhouse = (folder: string) => Number(readFileSync(join(folder, 'clickhouse.pid'), 'utf8'))

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'not refused',
    (error: Error) => error.message,
  )
}

/** Another Rapport process that holds the folder until it is killed. */
async function holdElsewhere(folder: string): Promise<{ pid: number; child: ChildProcess }> {
  const program = `
    import { startRuntime } from ${JSON.stringify(new URL('./runtime.ts', import.meta.url).href)}
    const log = { info() {}, warn() {}, error() {} }
    await startRuntime({ data: ${JSON.stringify(folder)} }, log)
    console.log('ready')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', code => reject(new Error(`it ended with ${code}`)))
  })
  return { pid: child.pid ?? 0, child }
}

describe('the runtime', { timeout: 120_000 }, () => {
  it('an empty folder with spaces in its path becomes two databases, quickly, and stops without a trace', async () => {
    const folder = place()
    const started = performance.now()
    const runtime = await startRuntime({ data: folder }, log)
    expect(performance.now() - started).toBeLessThan(15_000)
    const [facts] = await query<Record<string, string>>(
      runtime.admin_url,
      `select current_database() as database, current_setting('server_version_num')::int / 10000 as version,
              current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums,
              current_setting('listen_addresses') as listen, current_setting('log_parameter_max_length') as logged,
              (select datlocale from pg_database where datname = current_database()) as locale`,
    )
    expect(facts).toEqual({
      database: 'rapport',
      version: 18,
      commit: 'on',
      checksums: 'on',
      listen: '127.0.0.1',
      logged: '0',
      locale: 'C.UTF-8',
    })
    expect(runtime.status().map(item => item.ok)).toEqual([true, true])
    for (const secret of ['secrets.json', 'runtime.json'])
      expect(statSync(join(folder, secret)).mode & 0o777).toBe(0o600)

    const pids = [postmaster(folder), clickhouse(folder)]
    await runtime.stop()
    expect(pids.map(isAlive)).toEqual([false, false])
    expect(processesIn(join(folder, 'postgres'))).toEqual([])
  })

  it('without the password nobody comes in', async () => {
    const runtime = await startRuntime({ data: place() }, log)
    const url = new URL(runtime.admin_url)
    url.password = ''
    expect(await refusal(query(url.href, 'select 1'))).toMatch(/password/)
    url.password = 'guess'
    expect(await refusal(query(url.href, 'select 1'))).toMatch(/password authentication failed/)
    await runtime.stop()
  })

  it('a killed PostgreSQL is running again at the same address within seconds, with everything committed', async () => {
    const folder = place()
    const runtime = await startRuntime({ data: folder }, log)
    await query(runtime.admin_url, 'create table kept (n int)')
    for (let round = 1; round <= 3; round++) {
      await query(runtime.admin_url, `insert into kept values (${round})`)
      const killed = postmaster(folder)
      signal(killed, 'SIGKILL')
      await expect.poll(() => runtime.status()[0]?.value, { timeout: 30_000 }).toBe(round)
      expect(postmaster(folder)).not.toBe(killed)
    }
    expect(await query(runtime.admin_url, 'select count(*)::int as n from kept')).toEqual([{ n: 3 }])
    await runtime.stop()
  })

  it('after kill -9 of its process the next start recovers by itself and finds everything', async () => {
    const folder = place()
    const { pid } = await holdElsewhere(folder)
    const attached = await attachRuntime({ data: folder }, log)
    await query(attached.admin_url, 'create table kept as select 1 as n')
    await attached.stop()
    signal(pid, 'SIGKILL')
    const runtime = await startRuntime({ data: folder }, log)
    expect(await query(runtime.admin_url, 'select * from kept')).toEqual([{ n: 1 }])
    await runtime.stop()
  })

  it('an orphaned PostgreSQL of this folder is stopped before a new one starts', async () => {
    const folder = place()
    const runtime = await startRuntime({ data: folder }, log)
    await runtime.stop()
    const { postgresBinaries } = await import('./postgres-binaries.ts')
    const { postgresUser } = await import('./postgres-user.ts')
    const path = prepareFolder(folder)
    const binaries = postgresBinaries()
    const { file, args } = postgresUser(path, binaries.postgres).command(binaries.postgres, [
      '-D',
      join(path, 'postgres'),
    ])
    const orphan = spawn(file, args, { cwd: '/', detached: true, stdio: 'ignore' })
    await expect
      .poll(() => query(runtime.admin_url, 'select 1 as n').catch(() => []), { timeout: 20_000 })
      .toHaveLength(1)
    const again = await startRuntime({ data: folder }, log)
    expect(isAlive(orphan.pid ?? 0)).toBe(false)
    expect(said).toContain('A PostgreSQL of an earlier run is still there, stopping it')
    await again.stop()
  })

  it('a postmaster.pid whose number now belongs to another program hinders nothing', async () => {
    const folder = place()
    const runtime = await startRuntime({ data: folder }, log)
    await runtime.stop()
    const bystander = spawn('sleep', ['60'])
    children.add(bystander)
    writeFileSync(
      join(folder, 'postgres/postmaster.pid'),
      `${bystander.pid}\n${folder}/postgres\n1\n5432\n\n127.0.0.1\n1 1\nready\n`,
    )
    writeFileSync(join(folder, 'clickhouse.pid'), String(bystander.pid))
    const again = await startRuntime({ data: folder }, log)
    expect(isAlive(bystander.pid ?? 0)).toBe(true)
    await again.stop()
  })

  it('a set-up that was killed half-way is done anew', async () => {
    const folder = place()
    mkdirSync(join(folder, 'postgres.unfinished/base'), { recursive: true })
    writeFileSync(join(folder, 'postgres.unfinished/PG_VERSION'), '18\n')
    const runtime = await startRuntime({ data: folder }, log)
    expect(await query(runtime.admin_url, 'select 1 as n')).toEqual([{ n: 1 }])
    await runtime.stop()
  })

  it('a folder belongs to one Rapport; commands work beside it', async () => {
    const folder = place()
    const { pid, child } = await holdElsewhere(folder)
    expect(await refusal(startRuntime({ data: folder }, log))).toBe(
      `The data folder ${folder} is in use by Rapport, process ${pid}.`,
    )
    const attached = await attachRuntime({ data: folder }, log)
    expect(await query(attached.admin_url, 'select 1 as n')).toEqual([{ n: 1 }])
    const answer = await fetch(`${attached.clickhouse.url}/?query=select+1`, {
      headers: {
        'X-ClickHouse-User': attached.clickhouse.user,
        'X-ClickHouse-Key': attached.clickhouse.password,
      },
    })
    expect(await answer.text()).toBe('1\n')
    await attached.stop()
    expect(isAlive(pid)).toBe(true)
    child.kill('SIGKILL')
  })

  it('a command starts the databases itself when nothing runs, and stops them', async () => {
    const folder = place()
    const runtime: Runtime = await attachRuntime({ data: folder }, log)
    expect(await query(runtime.admin_url, 'select 1 as n')).toEqual([{ n: 1 }])
    await runtime.stop()
    expect(processesIn(join(folder, 'postgres'))).toEqual([])
  })

  it('with both addresses given nothing is started and several processes share the folder', async () => {
    const servers = inject('clickhouse')
    const clickhouse = new URL(servers.url)
    clickhouse.username = servers.user
    clickhouse.password = servers.password
    clickhouse.pathname = '/crm'
    const config = { data: place(), database_url: inject('postgresUrl'), clickhouse_url: clickhouse.href }
    const [one, two] = await Promise.all([startRuntime(config, log), startRuntime(config, log)])
    expect(one.admin_url).toBe(config.database_url)
    expect(one.clickhouse).toEqual({ ...servers, database: 'crm' })
    expect(one.secret).toBe(two.secret)
    expect(one.secret.length).toBeGreaterThanOrEqual(32)
  })

  it('a database elsewhere that cannot be used is one sentence, and nothing is started', async () => {
    const data = place()
    const password = new URL(inject('postgresUrl'))
    password.password = 'guess'
    const host = new URL(inject('postgresUrl')).host
    const asked = (config: object) => refusal(startRuntime({ data, ...config }, log))
    expect(await asked({ database_url: 'postgres://u:p@127.0.0.1:1/crm' })).toBe(
      'PostgreSQL at 127.0.0.1:1/crm (DATABASE_URL) cannot be used: nothing answers there.',
    )
    expect(await asked({ database_url: password.href })).toMatch(
      new RegExp(
        `^PostgreSQL at ${host}/\\w+ \\(DATABASE_URL\\) cannot be used: password authentication failed`,
      ),
    )
    expect(await asked({ clickhouse_url: 'http://127.0.0.1:1' })).toBe(
      'ClickHouse at 127.0.0.1:1 (CLICKHOUSE_URL) cannot be used: nothing answers there.',
    )
    expect(await asked({ clickhouse_url: inject('clickhouse').url })).toMatch(
      /^ClickHouse at .* cannot be used: /,
    )
    expect(existsSync(join(data, 'postgres'))).toBe(false)
    expect(existsSync(join(data, 'rapport.lock'))).toBe(false)
  })
})

describe('the data folder', () => {
  it('a lock of a process that is gone, or of a reused number, is taken over', async () => {
    const path = prepareFolder(place())
    const dead = { pid: 999_999_999, mark: null, host: hostname(), role: 'server' }
    const reused = { pid: process.ppid, mark: 'another boot:1', host: hostname(), role: 'server' }
    const moved = {
      pid: process.ppid,
      mark: startMark(process.ppid),
      host: 'a container that is gone',
      role: 'server',
    }
    for (const stale of [dead, reused, moved]) {
      writeFileSync(join(path, 'rapport.lock'), JSON.stringify(stale))
      const folder = await ownFolder(path, 'server')
      folder.release()
    }
  })

  it('of many who take a stale lock at once, one gets it', async () => {
    const path = prepareFolder(place())
    writeFileSync(
      join(path, 'rapport.lock'),
      JSON.stringify({ pid: 999_999_999, mark: null, host: hostname(), role: 'server' }),
    )
    const program = `
      import { ownFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)}
      await ownFolder(${JSON.stringify(path)}, 'server').then(() => console.log('mine'), e => console.log(e.name))
      setTimeout(() => {}, 3000)`
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', program])
        let text = ''
        child.stdout.on('data', chunk => (text += chunk))
        await new Promise(resolve => child.once('close', resolve))
        return text.trim()
      }),
    )
    expect(outcomes.sort()).toEqual([
      'FolderInUse',
      'FolderInUse',
      'FolderInUse',
      'FolderInUse',
      'FolderInUse',
      'mine',
    ])
  }, 30_000)

  it('a short command that has the folder is waited for', async () => {
    const path = prepareFolder(place())
    const other = spawn('sleep', ['60'])
    children.add(other)
    const owner = { pid: other.pid, mark: startMark(other.pid ?? 0), host: hostname(), role: 'command' }
    writeFileSync(join(path, 'rapport.lock'), JSON.stringify(owner))
    const waiting = ownFolder(path, 'server')
    await sleep(300)
    other.kill('SIGKILL')
    ;(await waiting).release()
  })

  it('a folder that cannot be used is one sentence', async () => {
    const file = join(base, 'a file')
    writeFileSync(file, '')
    expect(await refusal(startRuntime({ data: file }, log))).toBe(
      `The data folder ${file} cannot be used: it is not a folder. Choose another with --data or RAPPORT_DATA.`,
    )
    expect(await refusal(startRuntime({ data: join(file, 'below') }, log))).toMatch(
      /a part of its path is not a folder/,
    )
    expect(await refusal(startRuntime({ data: '/proc/nowhere' }, log))).toMatch(
      /^The data folder \/proc\/nowhere cannot be used: /,
    )
  })
})

// A real PostgreSQL server, Debian's package, in a temporary folder: installed or unpacked if it is not there, stopped after use.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const packaged = '/usr/lib/postgresql/15/bin'

/** A second server beside another one uses its programs, and has to be stopped first. */
export function startPostgres15(other) {
  const { bin, env, forget } = other ? { bin: other.bin, env: other.env, forget: () => undefined } : program()
  const user = unprivileged()
  const as = (name, args) =>
    execFileSync(join(bin, name), args, { ...user, env, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] })

  const base = mkdtempSync(join(tmpdir(), 'rapport-postgres-15-'))
  if (user.uid !== undefined) chownSync(base, user.uid, user.gid)
  const data = join(base, 'data')
  const password = join(base, 'password')
  writeFileSync(password, 'only for tests\n', { mode: 0o644 })
  as('initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${password}`,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ])
  const port = freePort()
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=200',
    '-c fsync=off',
    '-c jit=off',
  ]
  as('pg_ctl', ['-D', data, '-w', '-l', join(base, 'log'), '-o', options.join(' '), 'start'])
  return {
    bin,
    env,
    url: `postgres://postgres:${encodeURIComponent('only for tests')}@127.0.0.1:${port}/postgres`,
    stop() {
      as('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop'])
      rmSync(base, { recursive: true, force: true })
      forget()
    },
  }
}

/** The server takes no port 0; another program could take this one first, but hardly in the second that it needs. */
function freePort() {
  const ask = `const server = require('net').createServer().listen(0, '127.0.0.1', () => {
    console.log(server.address().port)
    server.close()
  })`
  return Number(execFileSync(process.execPath, ['-e', ask], { encoding: 'utf8' }))
}

function program() {
  const installed = { bin: packaged, env: process.env, forget: () => undefined }
  if (existsSync(join(packaged, 'postgres'))) return installed
  if (process.getuid() !== 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0)
    return unpack()
  install()
  return installed
}

/** Without the right to install, the packages are only downloaded and unpacked; the server finds its files beside itself. */
function unpack() {
  console.log('Unpacking PostgreSQL 15…')
  const folder = mkdtempSync(join(tmpdir(), 'rapport-postgres-15-packages-'))
  for (const name of ['lists/partial', 'cache/archives/partial', 'packages', 'root'])
    mkdirSync(join(folder, name), { recursive: true })
  const apt = (...args) =>
    execFileSync(
      '/usr/bin/apt-get',
      ['-q', '-o', `Dir::State::lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/cache`, ...args],
      {
        cwd: join(folder, 'packages'),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
  try {
    apt('update')
    const plan = apt('install', '--simulate', '--no-install-recommends', 'postgresql-15')
    // Compiling queries is switched off; its compiler is larger than all the rest.
    const names = [...plan.matchAll(/^Inst (\S+)/gm)]
      .map(match => match[1])
      .filter(name => !name.startsWith('libllvm'))
    apt('download', ...names)
    for (const file of readdirSync(join(folder, 'packages')))
      execFileSync('/usr/bin/dpkg-deb', ['--extract', join(folder, 'packages', file), join(folder, 'root')])
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error('the package postgresql-15 is not installed and could not be unpacked', { cause: error })
  }
  const libraries = ['usr/lib', 'lib'].flatMap(place =>
    existsSync(join(folder, 'root', place))
      ? readdirSync(join(folder, 'root', place))
          .filter(name => name.endsWith('-linux-gnu'))
          .map(name => join(folder, 'root', place, name))
      : [],
  )
  return {
    bin: join(folder, 'root', packaged),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
    forget: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function install() {
  console.log('Installing PostgreSQL 15…')
  const root = process.getuid() === 0 ? [] : ['sudo', '-n']
  // The package would start a server of its own.
  if (!root.length && !existsSync('/etc/postgresql-common')) {
    mkdirSync('/etc/postgresql-common')
    writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n')
  }
  const run = (...command) => {
    const [file, ...args] = [...root, ...command]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return spawnSync(file, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  }
  const wanted = ['/usr/bin/apt-get', 'install', '-y', '-q', '--no-install-recommends', 'postgresql-15']
  if (!run(...wanted) && !(run('/usr/bin/apt-get', 'update', '-q') && run(...wanted)))
    throw new Error('the package postgresql-15 is not installed and could not be installed')
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (process.getuid() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(line => line.startsWith('postgres:'))
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

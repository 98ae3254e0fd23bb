// A real PostgreSQL server, Debian's package, in a temporary folder: installed if it is not there, stopped after use.
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = '/usr/lib/postgresql/15/bin'

export function startPostgres15() {
  if (!existsSync(join(bin, 'postgres'))) install()
  const user = unprivileged()
  const as = (program, args) =>
    execFileSync(join(bin, program), args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] })

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
  const port = 20_000 + (process.pid % 20_000)
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=200',
    '-c fsync=off',
  ]
  as('pg_ctl', ['-D', data, '-w', '-l', join(base, 'log'), '-o', options.join(' '), 'start'])
  return {
    url: `postgres://postgres:${encodeURIComponent('only for tests')}@127.0.0.1:${port}/postgres`,
    stop() {
      as('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop'])
      rmSync(base, { recursive: true, force: true })
    },
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
  const wanted = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'postgresql-15']
  if (!run(...wanted) && !(run('apt-get', 'update', '-q') && run(...wanted)))
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

// PostgreSQL refuses to run as root. Started by root, it runs as another user of this machine instead.
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, statSync } from 'node:fs'

/** How a PostgreSQL program is started here: under which user, and behind which wrapper. */
export interface PostgresUser {
  /** Undefined when we are not root: PostgreSQL then simply runs as we do. */
  ids: { uid: number; gid: number } | undefined
  command(program: string, args: string[]): { file: string; args: string[] }
  /** Makes what root has just written readable to the one who runs PostgreSQL. */
  own(path: string): void
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync)

export function postgresUser(dataFolder: string, program: string): PostgresUser {
  if (process.getuid?.() !== 0) return plainUser()
  const ids = unprivilegedUser(dataFolder)
  if (!setpriv)
    throw new Error(
      'PostgreSQL cannot run as root, and the program setpriv (package util-linux) that would run it as another user is missing. Start Rapport as an ordinary user, or set DATABASE_URL.',
    )
  const reaches = canReach(ids, dataFolder, program)
  const wrapper = [
    '--pdeathsig',
    'INT',
    '--reuid',
    String(ids.uid),
    '--regid',
    String(ids.gid),
    '--clear-groups',
    // A folder such as /root is closed to that user. The one right to pass folders anyway, and no other, goes with it;
    // access(2) would forget it on a change of user, hence no_setuid_fixup.
    ...(reaches
      ? ['--inh-caps', '-all']
      : [
          '--inh-caps',
          '-all,+dac_override',
          '--ambient-caps',
          '-all,+dac_override',
          '--securebits',
          '+no_setuid_fixup',
        ]),
    '--',
  ]
  const user: PostgresUser = {
    ids,
    command: (file, args) => ({ file: setpriv, args: [...wrapper, file, ...args] }),
    own: path => chownSync(path, ids.uid, ids.gid),
  }
  const probe = user.command(program, ['--version'])
  const result = spawnSync(probe.file, probe.args, { encoding: 'utf8', cwd: '/', env: {} })
  if (result.status !== 0)
    throw new Error(
      `PostgreSQL cannot run as root, and running it as another user failed (${lastLine(result.stderr) || 'not permitted'}). Start Rapport as an ordinary user, or set DATABASE_URL.`,
    )
  return user
}

/** On Linux the kernel is asked to stop PostgreSQL when we die, so that even a kill -9 leaves nothing running. */
function plainUser(): PostgresUser {
  return {
    ids: undefined,
    command: (file, args) =>
      setpriv ? { file: setpriv, args: ['--pdeathsig', 'INT', '--', file, ...args] } : { file, args },
    own: () => undefined,
  }
}

function unprivilegedUser(dataFolder: string): { uid: number; gid: number } {
  const owner = statSync(dataFolder)
  if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(fields => fields[0] === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new Error(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor "nobody". Start Rapport as an ordinary user, or set DATABASE_URL.',
  )
}

function canReach(ids: { uid: number; gid: number }, ...paths: string[]): boolean {
  try {
    const tests = paths.map((_, index) => `test -x "$${index + 1}"`).join(' && ')
    execFileSync('/bin/sh', ['-c', tests, 'sh', ...paths], { ...ids, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const lastLine = (text: string | null) => (text ?? '').trim().split('\n').at(-1) ?? ''

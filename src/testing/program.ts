import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isAlive, signal, sleep, waitForExit } from '../core/runtime/processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Program {
  /** The launcher's process; the server is below it. */
  pid: number
  output(): string
  errors(): string
  exited: Promise<number | null>
  /** The address it says it is ready at. */
  ready(): Promise<string>
  /** Launcher, server, databases: everything that came out of this start. */
  family(): number[]
  signal(name: NodeJS.Signals): void
}

const programs = new Set<Program>()

/** Rapport as people start it, in processes of its own: `scripts/start.mjs` unless another script is named. */
export function startProgram(
  args: string[],
  options: { script?: string; npm?: boolean; env?: Record<string, string> } = {},
): Program {
  const { script = 'scripts/start.mjs', npm = false, env = {} } = options
  const command: [string, string[]] = npm
    ? ['npm', ['start', '--', ...args]]
    : [process.execPath, [script, ...args]]
  // Its own session, as in a terminal: a signal to the group is what Ctrl-C is.
  const child = spawn(...command, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, RAPPORT_LOG_LEVEL: 'warn', ...env },
  })
  const program = watch(child)
  programs.add(program)
  return program
}

function watch(child: ChildProcess): Program {
  const text = { out: '', err: '' }
  child.stdout?.on('data', chunk => {
    text.out += chunk
  })
  child.stderr?.on('data', chunk => {
    text.err += chunk
  })
  const exited = new Promise<number | null>(resolve => {
    child.once('close', code => resolve(code))
  })
  const pid = child.pid ?? 0
  return {
    pid,
    output: () => text.out,
    errors: () => text.err,
    exited,
    family: () => [pid, ...descendants(pid)],
    signal: name => signal(-pid, name),
    async ready() {
      const gone = exited.then(code => `it ended with exit code ${code}`)
      const deadline = Date.now() + 60_000
      while (Date.now() < deadline) {
        const address = /Rapport is ready at (\S+)/.exec(text.out)?.[1]
        if (address) return address
        const end = await Promise.race([gone, sleep(20)])
        if (typeof end === 'string') throw new Error(`Not ready, ${end}: ${text.out}${text.err}`)
      }
      throw new Error(`Not ready within a minute: ${text.out}${text.err}`)
    },
  }
}

/** Runs a command to its end, e.g. `rapport('key', 'list')`. */
export async function rapport(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const program = startProgram(['src/main.ts', ...args], { script: 'scripts/run.mjs', env })
  const code = await program.exited
  return { code, output: program.output(), errors: program.errors() }
}

/** For afterEach or afterAll: nothing that a failed test has started stays behind. */
export async function stopPrograms(): Promise<void> {
  for (const program of programs) {
    const family = program.family().filter(isAlive)
    for (const pid of family) signal(pid, 'SIGKILL')
    await waitForExit(family, 10_000)
    programs.delete(program)
  }
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>()
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)])
    } catch {
      // It ended while we looked.
    }
  }
  const below = (from: number): number[] =>
    (parents.get(from) ?? []).flatMap(child => [child, ...below(child)])
  return below(pid)
}

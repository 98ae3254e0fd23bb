// The data folder: who owns it, the installation's secrets, and how other commands find the running databases.
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { isAlive, sleep, startMark } from './processes.ts'

export interface Secrets {
  /** Everything this installation signs or derives keys from. Lost, all links and keys in the field are void. */
  installation: string
  postgres_password: string
}

/** What this process has started itself, and how a command started beside it gets there. */
export interface RuntimeAddresses {
  admin_url: string | null
  clickhouse: { url: string; user: string; password: string; database: string } | null
}

interface RuntimeFile extends RuntimeAddresses {
  pid: number
}

export interface DataFolder {
  path: string
  secrets: Secrets
  announce(addresses: RuntimeAddresses): void
  release(): void
}

interface Owner {
  pid: number
  mark: string | null
  host: string
  role: 'server' | 'command'
}

export class FolderInUse extends Error {
  readonly owner: Owner
  constructor(path: string, owner: Owner) {
    super(`The data folder ${path} is in use by Rapport, process ${owner.pid}.`)
    this.name = 'FolderInUse'
    this.owner = owner
  }
}

/** Makes the folder if need be; any reason why we cannot work in it is one sentence. */
export function prepareFolder(folder: string): string {
  const path = resolve(folder)
  try {
    // Passable when root owns it: PostgreSQL then runs as another user and must get through to its own folder.
    makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700)
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder')
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    // Access rights say nothing about a read-only or full disk.
    const probe = join(path, `.write-${process.pid}`)
    writeFileSync(probe, 'x')
    rmSync(probe)
    return realpathSync(path)
  } catch (error) {
    throw new Error(
      `The data folder ${path} cannot be used: ${reasonOf(error)}. Choose another with --data or RAPPORT_DATA.`,
      {
        cause: error,
      },
    )
  }
}

/** Node's own recursive mkdir never returns where the system denies a folder with "not found", as /proc does. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path), mode)
    mkdirSync(path, mode)
  }
}

/** A short command that has the folder is waited for; a server only as long as a killed one takes to be gone. */
export async function ownFolder(path: string, role: Owner['role']): Promise<DataFolder> {
  const started = Date.now()
  for (;;) {
    try {
      return await takeFolder(path, role)
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error
      if (Date.now() - started > (error.owner.role === 'command' ? 20_000 : 1000)) throw error
      await sleep(100)
    }
  }
}

async function takeFolder(path: string, role: Owner['role']): Promise<DataFolder> {
  const lock = join(path, 'rapport.lock')
  const mine: Owner = { pid: process.pid, mark: startMark(process.pid) ?? null, host: hostname(), role }
  while (!placeLock(lock, mine)) {
    const owner = readOwner(lock)
    if (owner && isRunning(owner)) throw new FolderInUse(path, owner)
    await removeStaleLock(lock)
  }
  const runtimeFile = join(path, 'runtime.json')
  rmSync(runtimeFile, { force: true })
  return {
    path,
    secrets: readSecrets(path),
    announce: addresses => writeWhole(runtimeFile, { pid: process.pid, ...addresses }),
    release() {
      rmSync(runtimeFile, { force: true })
      rmSync(lock, { force: true })
    },
  }
}

function placeLock(lock: string, owner: Owner): boolean {
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 })
  return placeOnce(draft, lock)
}

/** Linking a complete file into place is atomic: nobody ever reads half of it, and only one comes first. */
function placeOnce(draft: string, place: string): boolean {
  try {
    linkSync(draft, place)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Two starts may find the same stale lock; only the one that makes this folder may remove it. */
async function removeStaleLock(lock: string): Promise<void> {
  const turn = `${lock}.turn`
  try {
    mkdirSync(turn)
  } catch {
    if (Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000)
      rmdirSync(turn)
    await sleep(50)
    return
  }
  try {
    const owner = readOwner(lock)
    if (!owner || !isRunning(owner)) rmSync(lock, { force: true })
  } finally {
    rmdirSync(turn)
  }
}

/** A number may be another program's by now, and in a container ours again: the instant it started tells. */
function isRunning(owner: Owner): boolean {
  if (owner.host !== hostname() || owner.pid === process.pid || !isAlive(owner.pid)) return false
  return owner.mark === null || owner.mark === startMark(owner.pid)
}

function readOwner(lock: string): Owner | undefined {
  return readJson(lock) as Owner | undefined
}

/** The running server's databases, once it has announced them. */
export function findRuntime(path: string): RuntimeAddresses | undefined {
  const owner = readOwner(join(path, 'rapport.lock'))
  if (!owner || !isRunning(owner)) return undefined
  const runtime = readJson(join(path, 'runtime.json')) as RuntimeFile | undefined
  return runtime?.pid === owner.pid ? runtime : undefined
}

export function readSecrets(path: string): Secrets {
  const file = join(path, 'secrets.json')
  const draft = `${file}.${process.pid}`
  const stored = readJson(file) as Secrets | undefined
  if (stored) return stored
  const fresh: Secrets = { installation: random(32), postgres_password: random(24) }
  // Several processes may share the folder when both databases are elsewhere: the first one's secrets are everybody's.
  writeFileSync(draft, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flush: true })
  placeOnce(draft, file)
  return (readJson(file) as Secrets | undefined) ?? fresh
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url')

function writeWhole(file: string, value: object): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(draft, file)
}

function readJson(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is damaged. Restore it from a backup.`, { cause: error })
  }
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOENT: 'it cannot be made there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'it is not a folder',
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  return (code && reasons[code]) || (error instanceof Error ? error.message : String(error))
}

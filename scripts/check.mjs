// npm run check: every gate that needs no database, in parallel, first failure's output shown. All are errors.
import { spawn } from 'node:child_process'

const gates = {
  types: ['tsc', '-p', 'tsconfig.json'],
  'types of the web': ['tsc', '-p', 'tsconfig.web.json'],
  format: ['biome', 'check', '--error-on-warnings', '.'],
  lint: ['npm', 'run', '-s', 'lint'],
  ranks: ['depcruise', '--config', '.dependency-cruiser.mjs', 'src'],
  'dead code': ['knip', '--no-progress'],
  duplicates: ['npm', 'run', '-s', 'duplicates'],
  tidy: ['node', 'scripts/tidy.mjs'],
}

function run(command) {
  return new Promise(resolve => {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', error => resolve({ code: 1, output: String(error) }))
    child.on('close', code => resolve({ code, output }))
  })
}

// dependency-cruiser says "no violations (0 modules)" when it understood nothing: that is a failure too.
const emptySuccess = (name, output) => name === 'ranks' && /\(0 modules/.test(output)

const queue = Object.entries(gates)
let failed = 0
async function worker() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [name, command] = next
    const started = Date.now()
    const { code, output } = await run(command)
    const ok = code === 0 && !emptySuccess(name, output)
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    if (!ok) {
      failed++
      console.log(output)
    }
  }
}
await Promise.all([worker(), worker()])
if (failed) process.exit(1)

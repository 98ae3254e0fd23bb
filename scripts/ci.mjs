// .ci/run: the gates, `npm test` as the README has it, and the database tests once more on a real PostgreSQL 15 server.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { startPostgres15 } from './postgres-15.mjs'

const totals = { passed: 0, failed: 0 }
// Said once more at the end: whoever has only the last lines of a run sees what failed.
const failures = []
const results = 'coverage/results.json'

function step(title, args, env = {}) {
  console.log(`\n== ${title}`)
  const started = Date.now()
  rmSync(results, { force: true })
  const { status } = spawnSync('npm', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, CI: 'true' },
  })
  console.log(
    `== ${title}: ${status === 0 ? 'ok' : `exit code ${status}`} after ${Math.round((Date.now() - started) / 1000)} s`,
  )
  return status === 0
}

/** Adds up what vitest has written, and names what was not run: tests of data sets that are not on this machine. */
function count(title, ok) {
  const before = totals.failed
  const report = readReport()
  if (report) {
    totals.passed += report.numPassedTests
    totals.failed += report.numFailedTests
    const skipped = report.testResults.flatMap(file =>
      file.assertionResults
        .filter(test => test.status === 'skipped' || test.status === 'pending')
        .map(test => `${relative(process.cwd(), file.name)}: ${test.fullName}`),
    )
    failures.push(...failuresOf(title, report))
    console.log(
      skipped.length ? `Not run in ${title} (${skipped.length}):` : `Nothing was skipped in ${title}.`,
    )
    for (const line of skipped) console.log(`  ${line}`)
  }
  // A file that does not even load, or a run that ends early, has no failed test to count.
  const isWhole = ok && report?.success && report.numPassedTests > 0
  if (!isWhole && totals.failed === before) {
    totals.failed++
    failures.push(`${title}: did not come to its end`)
  }
}

/** Each test that failed with the beginning of its reason, and each file that could not be read. */
function failuresOf(title, report) {
  return report.testResults.flatMap(file => {
    const name = `${title}: ${relative(process.cwd(), file.name)}`
    const tests = file.assertionResults.filter(test => test.status === 'failed')
    if (file.status === 'failed' && !tests.length) return [`${name}\n${beginningOf(file.message)}`]
    return tests.map(test => `${name}: ${test.fullName}\n${beginningOf(test.failureMessages?.join('\n'))}`)
  })
}

const beginningOf = text =>
  stripVTControlCharacters(text ?? '')
    .split('\n')
    .slice(0, 25)
    .join('\n')

function readReport() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    console.log('The tests have left no report that can be read.')
    return undefined
  }
}

/** What has a database of its own in the server under test; whole files of data and whole programs have had their turn. */
function testsThatSendSql() {
  const inAreas = readdirSync('src', { recursive: true })
    .map(file => join('src', file))
    .filter(file => file.endsWith('.test.ts') && !/core\/runtime\/|\/real-/.test(file))
    .filter(file => /startTestApp|createTestDatabases|makeWorkspace/.test(readFileSync(file, 'utf8')))
  return [...inAreas, 'test/schema.test.ts', 'test/row-security.test.ts']
}

count('npm test', step('npm test', ['test']))

const gates = step('npm run check', ['run', 'check'])
totals[gates ? 'passed' : 'failed']++
if (!gates) failures.push('npm run check')

try {
  const server = startPostgres15()
  // Where a backup of the first is brought back.
  const spare = startPostgres15(server)
  try {
    const args = ['test', '--', ...testsThatSendSql(), 'test/backup.test.ts']
    const env = {
      TEST_DATABASE_URL: server.url,
      TEST_RESTORE_URL: spare.url,
      TEST_POSTGRES_TOOLS: server.bin,
      TEST_POSTGRES_LIBRARIES: server.env.LD_LIBRARY_PATH ?? '',
    }
    count('PostgreSQL 15', step('database tests on PostgreSQL 15', args, env))
  } finally {
    spare.stop()
    server.stop()
  }
} catch (error) {
  failures.push(`PostgreSQL 15: ${error.message}`)
  totals.failed++
}

if (failures.length) console.log(`\nWhat failed:\n\n${failures.join('\n\n')}\n`)

console.log(`${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed ? 1 : 0)

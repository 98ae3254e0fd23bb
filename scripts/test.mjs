// npm test: sets up what is missing and runs every test; npm test -- src/core/id.test.ts runs one file.
import { setUpAndRun } from './setup.mjs'

await setUpAndRun({ web: true, browser: true }, [
  'node_modules/vitest/vitest.mjs',
  'run',
  ...process.argv.slice(2),
])

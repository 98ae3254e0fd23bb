// npm start: sets up what is missing and runs Rapport. Options go to src/core/config.ts: npm start -- --port 4000
import { setUpAndRun } from './setup.mjs'

await setUpAndRun({ web: true }, ['src/main.ts', ...process.argv.slice(2)])

// npm run rapport, npm run bench: any entry with everything set up. Prints nothing of its own on standard output.
import { setUpAndRun } from './setup.mjs'

await setUpAndRun({ web: false }, process.argv.slice(2))

// npm run rapport, npm run bench: any entry with everything set up, with --web also the web application.
// Prints nothing of its own on standard output.
import { setUpAndRun } from './setup.mjs'

const [first, ...rest] = process.argv.slice(2)
const web = first === '--web'
await setUpAndRun({ web }, web ? rest : [first, ...rest])

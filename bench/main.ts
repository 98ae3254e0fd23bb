// npm run bench: the rows of the design's table of speeds, each beside its floor in the same run.
// At one hundredth of the size; --full for all of it, --only <name> for one row, --data <folder> to keep the databases.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findAll } from './findings.ts'
import { importPeople } from './import.ts'
import { caughtUp, ingest } from './ingest.ts'
import { listPage } from './list-page.ts'
import { measureAnswers } from './measures.ts'
import { projectionRebuild } from './projection.ts'
import { readCustomer } from './read-customer.ts'
import { searchAsYouType } from './search.ts'
import { startUp } from './start.ts'
import { weights } from './weights.ts'
import { createWorld, type Measured, say, type World } from './world.ts'

const rows: Record<string, (world: World) => Promise<Measured[]>> = {
  weights,
  read: readCustomer,
  list: listPage,
  search: searchAsYouType,
  measures: measureAnswers,
  findings: findAll,
  ingest,
  projection: projectionRebuild,
  import: importPeople,
}

/** Rows that look at what happened; the others need people only, which are made in a tenth of the time. */
const needEvents = ['read', 'findings', 'projection']

const { values } = parseArgs({
  options: {
    full: { type: 'boolean' },
    scale: { type: 'string' },
    only: { type: 'string' },
    data: { type: 'string' },
  },
})
const scale = values.full ? 1 : Number(values.scale ?? 0.01)

function table(measured: Measured[]): string {
  const lines = [
    ['what', 'goal', 'ours', 'floor', 'ratio', ''],
    ...measured.map(({ what, goal, ours, floor, ratio, met, note }) => [
      what,
      goal,
      ours,
      floor,
      ratio === null ? '' : String(ratio),
      `${met === null ? '' : met ? 'met' : 'MISSED'}${note ? ` (${note})` : ''}`,
    ]),
  ]
  const widths = [0, 1, 2, 3, 4].map(at => Math.max(...lines.map(line => line[at]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const measured: Measured[] = []
const wanted = (name: string) => values.only === undefined || values.only.split(',').includes(name)

if (wanted('start')) measured.push(...(await startUp()))
if (Object.keys(rows).some(wanted)) {
  const world = await createWorld(scale, { folder: values.data, events: needEvents.some(wanted) })
  try {
    await caughtUp(world)
    for (const [name, run] of Object.entries(rows)) {
      if (!wanted(name)) continue
      say(`measuring ${name}`)
      measured.push(...(await run(world)))
    }
  } finally {
    await world.close()
  }
}
console.log(table(measured))
const folder = fileURLToPath(new URL('results/', import.meta.url))
mkdirSync(folder, { recursive: true })
const at = new Date().toISOString()
const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version }
writeFileSync(
  `${folder}${at.replaceAll(':', '-')}.json`,
  `${JSON.stringify({ at, scale, machine, measured }, null, 2)}\n`,
)

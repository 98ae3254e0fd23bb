import type { Area } from '../core/area.ts'
import { nameActors } from '../records/index.ts'
import { docsRoutes } from './docs.routes.ts'
import { findingRoutes } from './findings.routes.ts'
import { importJobs } from './imports.jobs.ts'
import { importRoutes } from './imports.routes.ts'
import { namesOfImports } from './imports.ts'
import { sampleCommands } from './sample/sample.commands.ts'
import { sampleJobs } from './sample/sample.jobs.ts'
import { sampleRoutes } from './sample/sample.routes.ts'
import { namesOfSamples } from './sample/sample.ts'

nameActors('import', namesOfImports)
nameActors('sample', namesOfSamples)

export const dataArea: Area = {
  name: 'data',
  migrations: new URL('./migrations/', import.meta.url),
  routes: [...importRoutes, ...findingRoutes, ...sampleRoutes],
  rawRoutes: docsRoutes,
  jobs: [...importJobs, ...sampleJobs],
  commands: sampleCommands,
}

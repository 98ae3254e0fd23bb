import type { Area } from '../core/area.ts'
import { nameActors } from '../records/index.ts'
import { docsRoutes } from './docs.routes.ts'
import { findingRoutes } from './findings.routes.ts'
import { importJobs } from './imports.jobs.ts'
import { importRoutes } from './imports.routes.ts'
import { namesOfImports } from './imports.ts'

nameActors('import', namesOfImports)

export const dataArea: Area = {
  name: 'data',
  migrations: new URL('./migrations/', import.meta.url),
  routes: [...importRoutes, ...findingRoutes],
  rawRoutes: docsRoutes,
  jobs: importJobs,
}

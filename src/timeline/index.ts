import type { Area } from '../core/area.ts'
import { foldHealth, foldLoop } from './fold.loop.ts'
import { ingestRoutes } from './ingest.routes.ts'
import { liveRoutes } from './live.routes.ts'
import { liveLoop } from './live-feed.ts'
import { projectionCommands, projectionHealth, projectorLoop } from './projection.loop.ts'
import { timelineRoutes } from './timeline.routes.ts'

export { companiesHeardFrom, eraseInteractions, peopleHeardFrom } from './erase.ts'
export { eraseOwners } from './erase-owners.ts'
export { recordInteractions } from './record.ts'

export const timelineArea: Area = {
  name: 'timeline',
  migrations: new URL('migrations/', import.meta.url),
  routes: timelineRoutes,
  eventRoutes: ingestRoutes,
  rawRoutes: liveRoutes,
  loops: [foldLoop, projectorLoop, liveLoop],
  commands: projectionCommands,
  health: async machine => [await projectionHealth(machine), await foldHealth(machine)],
}

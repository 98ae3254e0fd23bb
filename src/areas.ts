import type { Area } from './core/area.ts'
import { coreArea } from './core/core-area.ts'
import { customersArea } from './customers/index.ts'
import { dataArea } from './data/index.ts'
import { feedbackArea } from './feedback/index.ts'
import { identityArea } from './identity/index.ts'
import { recordsArea } from './records/index.ts'
import { timelineArea } from './timeline/index.ts'

export { authenticate } from './identity/index.ts'

/** Every area, lowest rank first: the order of migrations, routes and start. */
export const areas: Area[] = [
  coreArea,
  identityArea,
  recordsArea,
  customersArea,
  timelineArea,
  feedbackArea,
  dataArea,
]

export const migrationFolders: URL[] = areas.flatMap(area => area.migrations ?? [])

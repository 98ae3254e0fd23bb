import type { Area } from './core/area.ts'
import { coreArea } from './core/core-area.ts'
import type { Authenticate } from './core/server.ts'

/** Every area, lowest rank first: the order of migrations, routes and start. */
export const areas: Area[] = [coreArea]

export const migrationFolders: URL[] = areas.flatMap(area => area.migrations ?? [])

export const authenticate: Authenticate = async () => undefined

import type { Area } from './area.ts'

export const coreArea: Area = { name: 'core', migrations: new URL('migrations/', import.meta.url) }

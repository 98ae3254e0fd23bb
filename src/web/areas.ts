import type { AreaWeb } from '../core/web/area-web.ts'

/** Every area's part of the web application, from the lowest rank up. */
export const areas: readonly AreaWeb[] = []

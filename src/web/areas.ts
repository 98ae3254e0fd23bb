import type { AreaWeb } from '../core/web/area-web.ts'
import { customersWeb } from '../customers/web/index.ts'
import { dataWeb } from '../data/web/index.ts'
import { feedbackWeb } from '../feedback/web/index.ts'
import { identityWeb } from '../identity/web/index.ts'
import { recordsWeb } from '../records/web/index.ts'
import { timelineWeb } from '../timeline/web/index.ts'

/** Every area's part of the web application, from the lowest rank up. */
export const areas: readonly AreaWeb[] = [
  identityWeb,
  recordsWeb,
  customersWeb,
  timelineWeb,
  feedbackWeb,
  dataWeb,
]

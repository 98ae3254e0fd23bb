import { on, type Route } from '../core/area.ts'
import { forgetRecent, listRecent, noteRecent } from './recent.contract.ts'
import { forgetViewed, listViewed, noteViewed } from './recent.ts'

export const recentRoutes: Route[] = [
  on(listRecent, ctx => listViewed(ctx)),
  on(noteRecent, (ctx, { body }) => noteViewed(ctx, body)),
  on(forgetRecent, ctx => forgetViewed(ctx)),
]

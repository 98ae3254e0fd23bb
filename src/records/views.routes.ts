import { on, type Route } from '../core/area.ts'
import {
  createView,
  deleteView,
  getView,
  listViews,
  restoreView,
  setMyDefaultView,
  setRoleDefaultView,
  updateView,
} from './views.contract.ts'
import {
  bringBackView,
  changeView,
  getSavedView,
  listSavedViews,
  removeView,
  saveView,
  setDefaultView,
} from './views.ts'

export const viewRoutes: Route[] = [
  on(listViews, (ctx, { query }) => listSavedViews(ctx, query)),
  on(getView, (ctx, { params }) => getSavedView(ctx, params.id)),
  on(createView, (ctx, { body }) => saveView(ctx, body)),
  on(updateView, (ctx, { params, body }) => changeView(ctx, params.id, body)),
  on(deleteView, (ctx, { params }) => removeView(ctx, params.id)),
  on(restoreView, (ctx, { params }) => bringBackView(ctx, params.id)),
  on(setMyDefaultView, async (ctx, { body }) => {
    await setDefaultView(ctx, body)
    return body
  }),
  on(setRoleDefaultView, async (ctx, { body }) => {
    await setDefaultView(ctx, body)
    return body
  }),
]

import { on, type Route } from '../core/area.ts'
import * as api from './findings.contract.ts'
import { getFinding, listFindingRows } from './findings.ts'

export const findingRoutes: Route[] = [
  on(api.getFinding, (ctx, { query }) => getFinding(ctx, query)),
  on(api.listFindingRows, (ctx, { query }) => listFindingRows(ctx, query)),
]

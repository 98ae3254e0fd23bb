import { on, type Route } from '../core/area.ts'
import * as api from './findings.contract.ts'
import { getFinding, listFindingRows } from './findings.ts'

export const findingRoutes: Route[] = [
  on(api.getFinding, (ctx, { params, query }) => getFinding(ctx, { ...params, ...query })),
  on(api.listFindingRows, (ctx, { params, query }) => listFindingRows(ctx, { ...params, ...query })),
]

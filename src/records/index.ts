import type { Area } from '../core/area.ts'
import { fieldRoutes } from './fields.routes.ts'
import { changeRoutes } from './records.routes.ts'

export { type CustomField, findFields, getKind } from './catalogue.ts'
export { type CheckedCustom, type Coerced, coerceCustom, mergeCustom, validateCustom } from './custom.ts'
export { createCustomField } from './fields.ts'
export { type ChangeRow, listChanges } from './history.ts'
export type { RecordHooks, TableRow, WriteEvent, WriteItem } from './hooks.ts'
export { countRecords, listRecords } from './list.ts'
export { filterCondition } from './query.ts'
export { recordRoutes } from './records.routes.ts'
export { createRecord, getRecord, updateRecord } from './records.ts'

export const recordsArea: Area = {
  name: 'records',
  migrations: new URL('./migrations/', import.meta.url),
  routes: [...fieldRoutes, ...changeRoutes],
}

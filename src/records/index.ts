import type { Area } from '../core/area.ts'
import { fieldRoutes } from './fields.routes.ts'
import { recentRoutes } from './recent.routes.ts'
import { changeRoutes } from './records.routes.ts'
import { tagRoutes } from './tags.routes.ts'
import { viewRoutes } from './views.routes.ts'

export { actorNames, nameActors, readActor } from './actors.ts'
export { orRejected } from './batch.ts'
export { findFields, getKind } from './catalogue.ts'
export { fieldsChangedByOthers, firstChangeOf } from './changed-fields.ts'
export { coerceCustom, validateCustom } from './custom.ts'
export { eraseFields, eraseHistory, eraseViews } from './erase.ts'
export { createCustomField, getCustomField } from './fields.ts'
export { listChanges, toldTie } from './history.ts'
export type { RecordHooks, WriteEvent, WriteItem } from './hooks.ts'
export { countRecords, listRecords } from './list.ts'
export { filterCondition } from './query.ts'
export { recordRoutes } from './records.routes.ts'
export { createRecord, createRecords, getRecord, updateRecord } from './records.ts'
export { listRows } from './rows.ts'
export { ensureTags } from './tags.ts'
export { timeZoneOf } from './time-zone.ts'
export { countChanges, recordsMadeBy, summariseRequest, undoStep } from './undo-steps.ts'
export { findHolders, refuseTaken, uniqueForms } from './unique.ts'
export { saveView } from './views.ts'
export { setValues } from './write-many.ts'

export const recordsArea: Area = {
  name: 'records',
  migrations: new URL('./migrations/', import.meta.url),
  routes: [...fieldRoutes, ...changeRoutes, ...viewRoutes, ...tagRoutes, ...recentRoutes],
}

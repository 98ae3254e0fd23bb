import { on, type Route } from '../core/area.ts'
import { writeBatch } from './batch.ts'
import { listHistory } from './history.ts'
import { type RecordHooks, setHooks } from './hooks.ts'
import type { Kind } from './kind.contract.ts'
import { countRecords, listRecords } from './list.ts'
import { changeMany, removeMany, tagMany } from './many.ts'
import { listTitles, type RecordEndpoints, searchRecords, undoChanges } from './records.contract.ts'
import { createRecord, getRecord, type Input, removeRecord, restoreRecord, updateRecord } from './records.ts'
import { searchAll } from './search.ts'
import { findTitles } from './titles.ts'
import { undoRequest } from './undo.ts'

/** The routes of a kind, all from its description; `hooks` are where it behaves in its own way. */
export function recordRoutes<K extends Kind>(
  kind: K,
  endpoints: RecordEndpoints<K>,
  hooks: RecordHooks = {},
): Route[] {
  setHooks(kind, hooks)
  // What a record holds is known at run time; the reply is checked against the contract like any other.
  const plain = endpoints as unknown as RecordEndpoints
  return [
    on(plain.list, (ctx, { query }) => listRecords(ctx, kind, query)),
    on(plain.count, (ctx, { query }) => countRecords(ctx, kind, query)),
    on(plain.get, (ctx, { params }) => getRecord(ctx, kind, params.id)),
    on(plain.history, (ctx, { params, query }) => listHistory(ctx, kind, params.id, query)),
    on(plain.create, (ctx, { body }) => createRecord(ctx, kind, body as Input)),
    on(plain.update, (ctx, { params, body }) => updateRecord(ctx, kind, params.id, body as Input)),
    on(plain.remove, (ctx, { params }) => removeRecord(ctx, kind, params.id)),
    on(plain.restore, (ctx, { params }) => restoreRecord(ctx, kind, params.id)),
    on(plain.batch, (ctx, { body }) => writeBatch(ctx, kind, body)),
    on(plain.changeMany, (ctx, { body }) => changeMany(ctx, kind, body)),
    on(plain.tagMany, (ctx, { body }) => tagMany(ctx, kind, body)),
    on(plain.removeMany, (ctx, { body }) => removeMany(ctx, kind, body)),
  ]
}

export const changeRoutes: Route[] = [
  on(undoChanges, (ctx, { body }) => undoRequest(ctx, body)),
  on(listTitles, async (ctx, { query }) => ({ items: await findTitles(ctx, query) })),
  on(searchRecords, async (ctx, { query }) => ({ items: await searchAll(ctx, query) })),
]

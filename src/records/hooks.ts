import type { Ctx } from '../core/ctx.ts'
import type { Failure } from '../core/errors.ts'
import type { Kind } from './kind.contract.ts'
import type { BatchBody, Outcome } from './records.contract.ts'

// Where a kind behaves in its own way: before and after its rows are written.

export type TableRow = Record<string, unknown> & { id: string }

export interface WriteItem {
  op: 'create' | 'update'
  id: string
  /** By field key; may be changed, completed or refused (by throwing). Only what is to be written. */
  values: Record<string, unknown>
  before: TableRow | null
  /** Why this one alone is not written; set in place of throwing, which refuses all of them. */
  refused?: Failure
}
export interface WriteEvent {
  op: 'create' | 'update' | 'delete' | 'restore'
  rows: { before: TableRow | null; after: TableRow }[]
}
export interface RecordHooks {
  beforeWrite?(ctx: Ctx, items: WriteItem[]): Promise<void>
  /** In the same transaction, after the rows were written. */
  onWrite?(ctx: Ctx, event: WriteEvent): Promise<void>
  /** Takes a merge back, or an un-merge: `other_id` was or is no longer read through `id`. */
  undoMerge?(ctx: Ctx, merge: { id: string; other_id: string; merged: boolean }): Promise<void>
  /** In place of one by one: a kind with its own matching. */
  batch?(ctx: Ctx, body: BatchBody): Promise<{ outcomes: Outcome[] }>
}

const registered = new Map<string, RecordHooks>()
export const setHooks = (kind: Kind, hooks: RecordHooks): Map<string, RecordHooks> =>
  registered.set(kind.name, hooks)
export const hooksOf = (kind: Kind): RecordHooks => registered.get(kind.name) ?? {}

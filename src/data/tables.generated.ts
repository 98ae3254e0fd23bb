// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json = ColumnType<unknown, string, string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

export interface ImportChunkTable {
  workspace_id: string
  import_id: string
  last_row: number
  ids: string[]
  times: Instant
  response_ids: Generated<string[]>
}

export interface ImportConflictTable {
  workspace_id: string
  id: Generated<number>
  import_id: string
  row_number: number
  kind: string
  record_id: string | null
  name: string | null
  field: string | null
  here: string | null
  there: string | null
  taken: boolean
}

export interface ImportFileTable {
  workspace_id: string
  id: string
  name: string
  sha256: string
  size_bytes: number
  encoding: string
  lines: number
  created_by: string
  created_at: InstantOrDefault
  deleted_at: InstantOrNull
  format: Generated<string>
  tables: JsonOrNull
  sent_sha256: string | null
}

export interface ImportGoneTable {
  workspace_id: string
  import_id: string
  record_id: string
  kind: string
  row_number: number
}

export interface ImportJobTable {
  workspace_id: string
  id: string
  file_id: string
  kind: string
  mode: string
  status: string
  dry_run: boolean
  plan: Json
  header: Json
  cursor_row: Generated<number>
  rows: Generated<number>
  created: Generated<number>
  updated: Generated<number>
  unchanged: Generated<number>
  rejected: Generated<number>
  failure: string | null
  created_by: string
  created_at: InstantOrDefault
  started_at: InstantOrNull
  finished_at: InstantOrNull
  undo_id: string | null
  undo_by: string | null
  undo_started_at: InstantOrNull
  undone_at: InstantOrNull
  undo_before: number | null
  undo_total: Generated<number>
  undo_done: Generated<number>
  undo_deleted: Generated<number>
  undo_reverted: Generated<number>
  undo_interactions: Generated<number>
  undo_kept: Generated<number>
  since_id: string | null
  series_id: string | null
  conflicts: Generated<number>
  gone: Generated<number>
  failure_sentence: JsonOrNull
}

export interface ImportKeptTable {
  workspace_id: string
  id: Generated<number>
  import_id: string
  kind: string
  record_id: string
  field: string | null
  reason: string
  sentence: JsonOrNull
}

export interface ImportRejectTable {
  workspace_id: string
  import_id: string
  row_number: number
  cells: Json
  reason: string
  sentence: JsonOrNull
}

export interface ImportRowTable {
  workspace_id: string
  digest: Buffer
  record_id: string
}

export interface SampleLoadTable {
  workspace_id: string
  id: string
  status: string
  seed: string
  today: string
  step: Generated<number>
  steps: Generated<number>
  failure: string | null
  created_by: string
  created_at: InstantOrDefault
  finished_at: InstantOrNull
  failure_sentence: JsonOrNull
}

export interface SampleRecordTable {
  workspace_id: string
  kind: string
  key: string
  record_id: string
}

declare module '../core/tables.ts' {
  interface Tables {
    import_chunk: ImportChunkTable
    import_conflict: ImportConflictTable
    import_file: ImportFileTable
    import_gone: ImportGoneTable
    import_job: ImportJobTable
    import_kept: ImportKeptTable
    import_reject: ImportRejectTable
    import_row: ImportRowTable
    sample_load: SampleLoadTable
    sample_record: SampleRecordTable
  }
}

// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json = ColumnType<unknown, string, string>
type JsonOrDefault = ColumnType<unknown, string | undefined, string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

export interface ChangeTable {
  workspace_id: string
  id: Generated<number>
  at: InstantOrDefault
  kind: string
  record_id: string
  op: string
  before: JsonOrNull
  after: JsonOrNull
  actor: string | null
  request_id: string | null
  xid: Generated<string>
}

export interface FieldTable {
  workspace_id: string
  id: string
  kind: string
  key: string
  type: string
  label: Json
  options: JsonOrDefault
  unit: string | null
  privacy_class: string
  searchable: Generated<boolean>
  is_unique: Generated<boolean>
  analytic: Generated<boolean>
  position: Generated<number>
  archived_at: InstantOrNull
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  is_tags: Generated<boolean>
}

export interface FieldValueTable {
  workspace_id: string
  field_id: string
  record_id: string
  position: Generated<number>
  text_value: string | null
  number_value: number | null
  time_value: InstantOrNull
  searchable: Generated<boolean>
  live: Generated<boolean>
  taken: string | null
}

export interface ListViewTable {
  workspace_id: string
  id: string
  kind: string
  name: string
  filter: Generated<string>
  search: Generated<string>
  sort: Generated<string>
  columns: JsonOrNull
  owner_id: string | null
  shared: string
  role: string | null
  pinned: Generated<boolean>
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  deleted_at: InstantOrNull
}

export interface ListViewDefaultTable {
  workspace_id: string
  kind: string
  holder: string
  view_id: string
}

export interface RecentRecordTable {
  workspace_id: string
  member_id: string
  kind: string
  record_id: string
  viewed_at: Instant
}

declare module '../core/tables.ts' {
  interface Tables {
    change: ChangeTable
    field: FieldTable
    field_value: FieldValueTable
    list_view: ListViewTable
    list_view_default: ListViewDefaultTable
    recent_record: RecentRecordTable
  }
}

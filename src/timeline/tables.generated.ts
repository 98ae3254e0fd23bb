// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type JsonOrDefault = ColumnType<unknown, string | undefined, string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

export interface FoldCursorTable {
  workspace_id: string
  position: string
  updated_at: InstantOrDefault
}

export interface InteractionTable {
  workspace_id: string
  id: string
  occurred_at: Instant
  received_at: Instant
  sent_at: InstantOrNull
  original_at: InstantOrNull
  identifier_id: number
  identifier_ids: number[]
  channel: string
  kind: string
  name: string | null
  source: string | null
  direction: string | null
  amount_minor: number | null
  currency: string | null
  feeling: number | null
  score: number | null
  ref_kind: string | null
  ref_id: string | null
  member_id: string | null
  text: string | null
  properties: JsonOrDefault
  context: JsonOrDefault
  message_id: string
  group_id: string | null
  folds: Generated<boolean>
  xid: Generated<string>
}

export interface InteractionErasureTable {
  workspace_id: string
  id: Generated<string>
  at: InstantOrDefault
  ids: string[]
  first_at: Instant
  last_at: Instant
  xid: Generated<string>
}

export interface MessageDigestTable {
  workspace_id: string
  digest: string
}

export interface ProjectionTable {
  name: string
  epoch: Generated<number>
  cluster: string | null
  position: Generated<string>
  batch: Generated<number>
  pending_position: string | null
  sent_rows: Generated<number>
  rebuilt_at: InstantOrNull
  updated_at: InstantOrDefault
}

export interface RejectedEventTable {
  workspace_id: string
  slot: number
  received_at: Instant
  code: string
  detail: string
  message_id: string | null
  source: string | null
  sample: string
  sentence: JsonOrNull
}

declare module '../core/tables.ts' {
  interface Tables {
    fold_cursor: FoldCursorTable
    interaction: InteractionTable
    interaction_erasure: InteractionErasureTable
    message_digest: MessageDigestTable
    projection: ProjectionTable
    rejected_event: RejectedEventTable
  }
}

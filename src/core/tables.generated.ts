// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

export interface IdempotencyTable {
  workspace_id: string
  actor: string
  key: string
  request_hash: string
  status: number | null
  response: JsonOrNull
  created_at: InstantOrDefault
}

export interface RequestLimitTable {
  key: string
  full_at: Instant
}

export interface WorkerHeartbeatTable {
  worker: string
  seen_at: InstantOrDefault
}

declare module '../core/tables.ts' {
  interface Tables {
    idempotency: IdempotencyTable
    request_limit: RequestLimitTable
    worker_heartbeat: WorkerHeartbeatTable
  }
}

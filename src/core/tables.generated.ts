// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType } from 'kysely'

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

export interface WorkerHeartbeatTable {
  worker: string
  seen_at: InstantOrDefault
}

declare module '../core/tables.ts' {
  interface Tables {
    idempotency: IdempotencyTable
    worker_heartbeat: WorkerHeartbeatTable
  }
}

import { Readable } from 'node:stream'
import {
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client'
import { fail } from './errors.ts'
import { says } from './text-words.ts'

export interface ClickHouse {
  /** Values go in as `{name:Type}` parameters; 64-bit integers come back as numbers. */
  query<T>(input: {
    sql: string
    params?: Record<string, unknown>
    settings?: ClickHouseSettings
    timeout_ms?: number
  }): Promise<T[]>
  command(sql: string, params?: Record<string, unknown>): Promise<void>
  /** Rows as one block. The same token again is the same block: it is not stored twice. */
  insert(input: { table: string; rows: readonly object[]; token?: string }): Promise<void>
  /** Lines as PostgreSQL's COPY writes them, which ClickHouse reads as TabSeparated: carried over without being parsed here. */
  insertLines(input: {
    table: string
    columns: [string, ...string[]]
    lines: Buffer
    token?: string
  }): Promise<void>
  /** Whether the last contact succeeded. */
  ready(): boolean
  ping(): Promise<boolean>
  close(): Promise<void>
}

export interface ClickHouseAddress {
  url: string
  user: string
  password: string
  database: string
}

const common: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: 'iso',
}

const tokenSettings = (token: string | undefined): ClickHouseSettings =>
  token === undefined ? {} : { insert_deduplicate: 1, insert_deduplication_token: token }

/** One block, so that a batch is stored whole or not at all, whatever years its rows lie in. */
const wholeBlock: ClickHouseSettings = {
  // COPY writes times in one way only.
  date_time_input_format: 'basic',
  max_insert_block_size: '4000000',
  max_partitions_per_insert_block: '0',
  input_format_parallel_parsing: 0,
}

export function connectClickHouse(address: ClickHouseAddress): ClickHouse {
  const client = createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    database: address.database,
    request_timeout: 60_000,
    max_open_connections: 8,
    keep_alive: { enabled: true, idle_socket_ttl: 1500 },
    clickhouse_settings: common,
    // Its log lines carry statements and values; what fails is said by whoever asked.
    log: { level: ClickHouseLogLevel.OFF },
  })
  let answering = true
  const reach = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      const value = await run()
      answering = true
      return value
    } catch (error) {
      // An error with a code came from a ClickHouse that lives; anything else means it could not be reached.
      if (error instanceof ClickHouseError) throw error
      answering = false
      throw fail('unavailable', {
        code: 'analytics_unavailable',
        detail: says.analytics_away(),
        retry_after_s: 5,
        cause: error,
      })
    }
  }
  return {
    query<T>({ sql, params = {}, settings = {}, timeout_ms = 30_000 }: Parameters<ClickHouse['query']>[0]) {
      return reach(async () => {
        const answer = await client.query({
          query: sql,
          query_params: params,
          format: 'JSONEachRow',
          clickhouse_settings: settings,
          abort_signal: AbortSignal.timeout(timeout_ms),
        })
        return answer.json<T>()
      })
    },
    command: (sql, params = {}) =>
      reach(async () => void (await client.command({ query: sql, query_params: params }))),
    insert: ({ table, rows, token }) =>
      reach(async () => {
        if (rows.length === 0) return
        const clickhouse_settings = {
          ...tokenSettings(token),
          date_time_input_format: 'best_effort' as const,
        }
        await client.insert({ table, values: rows, format: 'JSONEachRow', clickhouse_settings })
      }),
    insertLines: ({ table, columns, lines, token }) =>
      reach(async () => {
        if (lines.length === 0) return
        const values = Readable.from([lines], { objectMode: false })
        const clickhouse_settings = { ...wholeBlock, ...tokenSettings(token) }
        await client.insert({ table, columns, values, format: 'TabSeparated', clickhouse_settings })
      }),
    ready: () => answering,
    async ping() {
      answering = (await client.ping()).success
      return answering
    },
    close: () => client.close(),
  }
}

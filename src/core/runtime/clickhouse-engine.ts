// ClickHouse as a library: a few connections to one data folder, each running one statement at a time.
import type { Readable } from 'node:stream'
import { Session } from 'chdb'

export interface EngineOptions {
  folder: string
  memory_bytes: number
}

export interface Statement {
  sql: string
  /** What the answer looks like when the statement has no FORMAT of its own. */
  format: string
  settings: ReadonlyMap<string, string>
  database: string
}

/** An insert whose rows are a stream of lines, too large to hold as one piece. */
export interface LineInsert extends Omit<Statement, 'sql'> {
  table: string
  columns: string[] | undefined
  lines: Readable | Buffer
}

export class TooBusy extends Error {
  constructor() {
    super('Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)')
    this.name = 'TooBusy'
  }
}

export const connectionCount = 8
const mostWaiting = 1000
const MB = 1024 * 1024

interface Connection {
  session: Session
  database: string
}

export interface Engine {
  run(statement: Statement): Promise<Uint8Array>
  insertLines(insert: LineInsert): Promise<{ rows: number; bytes: number }>
  /** Answers whether the engine still works, past any queue. */
  check(): Promise<void>
  close(): void
}

export async function openEngine({ folder, memory_bytes }: EngineOptions): Promise<Engine> {
  const args = [
    `--max_server_memory_usage=${memory_bytes}`,
    `--mark_cache_size=${128 * MB}`,
    `--index_mark_cache_size=${32 * MB}`,
    `--uncompressed_cache_size=${32 * MB}`,
  ]
  const connect = () => new Session(folder, { connectionArgs: args })
  const control = connect()
  const all: Connection[] = []
  const idle: Connection[] = []
  const waiting: ((connection: Connection) => void)[] = []

  async function lease(): Promise<Connection> {
    const free = idle.pop()
    if (free) return free
    if (all.length < connectionCount) {
      const connection = { session: connect(), database: 'default' }
      all.push(connection)
      await connection.session.queryAsync(`SET ${queryLimits(memory_bytes)}`)
      return connection
    }
    if (waiting.length >= mostWaiting) throw new TooBusy()
    return new Promise(resolve => waiting.push(resolve))
  }

  function giveBack(connection: Connection): void {
    const next = waiting.shift()
    if (next) next(connection)
    else idle.push(connection)
  }

  async function withConnection<T>(
    { database, settings }: Pick<Statement, 'database' | 'settings'>,
    use: (session: Session) => Promise<T>,
  ): Promise<T> {
    const connection = await lease()
    const { session } = connection
    try {
      if (connection.database !== database) {
        await session.queryAsync(`USE ${nameOf(database)}`)
        connection.database = database
      }
      if (!settings.size) return await use(session)
      const names = [...settings.keys()].map(nameOf)
      try {
        await session.queryAsync(
          `SET ${[...settings].map(([key, value]) => `${nameOf(key)} = ${textOf(value)}`).join(', ')}`,
        )
        return await use(session)
      } finally {
        await session.queryAsync(
          `SET ${names.map(name => `${name} = DEFAULT`).join(', ')}; SET ${queryLimits(memory_bytes)}`,
        )
      }
    } finally {
      giveBack(connection)
    }
  }

  return {
    run: statement =>
      withConnection(statement, async session =>
        (await session.queryAsync(statement.sql, { format: statement.format })).bytes(),
      ),
    insertLines: insert =>
      withConnection(insert, async session => {
        const { table, columns, lines, format } = insert
        const target = { table, format: format as 'JSONEachRow', ...(columns ? { columns } : {}) }
        const done = Buffer.isBuffer(lines)
          ? await session.insert({ ...target, values: lines })
          : await session.insert({ ...target, values: lines, maxChunkBytes: 32 * MB })
        return { rows: done.rowsWritten, bytes: done.bytesWritten }
      }),
    async check() {
      await control.queryAsync('SELECT 1')
    },
    close() {
      for (const { session } of all) session.close()
      control.close()
    },
  }
}

/** One statement may not take the whole engine: past a part of the memory it spills to disk, past most of it it fails. */
function queryLimits(memory: number): string {
  return [
    `max_memory_usage = ${Math.round(memory * 0.6)}`,
    `max_bytes_before_external_group_by = ${Math.round(memory * 0.25)}`,
    `max_bytes_before_external_sort = ${Math.round(memory * 0.25)}`,
    `max_result_bytes = ${Math.min(512 * MB, Math.round(memory * 0.25))}`,
    "date_time_input_format = 'best_effort'",
  ].join(', ')
}

const nameOf = (name: string) => `\`${name.replaceAll(/[^\w.]/g, '')}\``
const textOf = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

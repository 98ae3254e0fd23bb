// ClickHouse as a library: a few connections to one data folder, each running one statement at a time.
import type { Readable } from 'node:stream'
import { Session } from 'chdb'

export interface EngineOptions {
  folder: string
  memory_bytes: number
}

interface Circumstances {
  settings: ReadonlyMap<string, string>
  database: string
}

export interface Statement extends Circumstances {
  sql: string
  /** What the answer looks like when the statement has no FORMAT of its own. */
  format: string
}

/** An insert whose rows are a stream of lines, too large to hold as one piece. */
export interface LineInsert extends Omit<Statement, 'sql'> {
  table: string
  columns: string[] | undefined
  lines: Readable | Buffer
}

/** An insert whose rows stand in a file, as lines of tab-separated values. */
export interface FileInsert extends Circumstances {
  table: string
  columns: string[]
  path: string
}

export class TooBusy extends Error {
  constructor() {
    super('Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)')
    this.name = 'TooBusy'
  }
}

const connectionCount = 8
const mostWaiting = 1000
const MB = 1024 * 1024
const blockRows = 4_000_000

interface Connection {
  session: Session
  database: string
}

export interface Engine {
  run(statement: Statement): Promise<Uint8Array>
  insertLines(insert: LineInsert): Promise<{ rows: number; bytes: number }>
  insertFile(insert: FileInsert): Promise<void>
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
  const limits = queryLimits(memory_bytes)
  const pool = createPool(connect, limits)
  const withConnection = <T>(how: Circumstances, use: (session: Session) => Promise<T>) =>
    pool.use(connection => inCircumstances(connection, how, limits, use))

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
    insertFile: insert => withConnection(insert, session => insertFromFile(session, insert)),
    async check() {
      await control.queryAsync('SELECT 1')
    },
    close() {
      pool.close()
      control.close()
    },
  }
}

/**
 * A file is read four times as quickly as rows that are part of a statement, and text three times as quickly as values
 * of a column that keeps each only once: those are made from the text in one go. One thread makes one block.
 */
async function insertFromFile(
  session: Session,
  { database, table, columns, path }: FileInsert,
): Promise<void> {
  const described = await session.queryAsync(
    `SELECT name, type FROM system.columns WHERE database = ${textOf(database)} AND table = ${textOf(table)}`,
    { format: 'JSONEachRow' },
  )
  const types = new Map(
    described
      .text()
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as { name: string; type: string })
      .map(({ name, type }) => [name, type.replace(/^LowCardinality\((.+)\)$/, '$1')]),
  )
  if (types.size === 0)
    throw new Error(`Code: 60. DB::Exception: Table ${table} does not exist. (UNKNOWN_TABLE)`)
  const missing = columns.find(column => !types.has(column))
  if (missing !== undefined)
    throw new Error(
      `Code: 16. DB::Exception: No such column ${missing} in table ${table}. (NO_SUCH_COLUMN_IN_TABLE)`,
    )
  const names = columns.map(nameOf).join(', ')
  const structure = columns.map(column => `${nameOf(column)} ${types.get(column) ?? ''}`).join(', ')
  await session.queryAsync(
    `INSERT INTO ${nameOf(table)} (${names}) SELECT ${names} FROM file(${textOf(path)}, TabSeparated, ${textOf(structure)})
     SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = ${blockRows}, min_insert_block_size_rows = ${blockRows}, min_insert_block_size_bytes = 0`,
  )
}

/** Connections are made when first needed, and lent to one statement at a time. */
function createPool(connect: () => Session, limits: string) {
  const all: Connection[] = []
  const idle: Connection[] = []
  const waiting: ((connection: Connection) => void)[] = []

  async function lease(): Promise<Connection> {
    const free = idle.pop()
    if (free) return free
    if (all.length < connectionCount) {
      const connection = { session: connect(), database: 'default' }
      all.push(connection)
      await connection.session.queryAsync(`SET ${limits}`)
      return connection
    }
    if (waiting.length >= mostWaiting) throw new TooBusy()
    return new Promise(resolve => waiting.push(resolve))
  }

  return {
    async use<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
      const connection = await lease()
      try {
        return await run(connection)
      } finally {
        const next = waiting.shift()
        if (next) next(connection)
        else idle.push(connection)
      }
    },
    close() {
      for (const { session } of all) session.close()
    },
  }
}

/** A statement's database and settings hold for it alone: the connection is lent to another one afterwards. */
async function inCircumstances<T>(
  connection: Connection,
  { database, settings }: Circumstances,
  limits: string,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { session } = connection
  if (connection.database !== database) {
    await session.queryAsync(`USE ${nameOf(database)}`)
    connection.database = database
  }
  if (!settings.size) return use(session)
  const given = [...settings].map(([name, value]) => `${nameOf(name)} = ${textOf(value)}`)
  const undone = [...settings.keys()].map(name => `${nameOf(name)} = DEFAULT`)
  try {
    await session.queryAsync(`SET ${given.join(', ')}`)
    return await use(session)
  } finally {
    await session.queryAsync(`SET ${undone.join(', ')}; SET ${limits}`)
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

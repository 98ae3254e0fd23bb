import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type RawBuilder,
} from 'kysely'
import { Pool, type PoolClient, type PoolConfig, type QueryResultRow, types } from 'pg'
import { fail } from './errors.ts'
import { isUuid } from './id.ts'
import type { Log } from './log.ts'
import { preparedName, release } from './prepared.ts'
import type { Tables } from './tables.ts'

// bigint as a number: money in minor units and counters stay far below 2^53; anything beyond is an error, never a wrong digit.
types.setTypeParser(20, text => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error('a bigint beyond 2^53 was read')
  return value
})
types.setTypeParser(1700, Number)
// bigint[] (the ids of pg_type are not all in the library's list).
const bigintArray = 1016 as Parameters<typeof types.setTypeParser>[0]
types.setTypeParser(bigintArray, text => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)))
// All times are told in UTC, and the engine's own reading of ISO 8601 is twice as quick as the library's.
const timestamptz = types.builtins.TIMESTAMPTZ
const anyTime = types.getTypeParser(timestamptz)
const timestamptzOid: number = timestamptz
const inUtc = (text: string) => text.endsWith('+00') && text[4] === '-'
types.setTypeParser(timestamptz, text =>
  inUtc(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : anyTime(text),
)

/** `2026-01-31 10:00:00.5+00` as the API writes it, always with milliseconds. */
function timeText(text: string): string {
  const digits = text.length - '2026-01-31 10:00:00.+00'.length
  if (!inUtc(text) || digits > 3) {
    const time: unknown = anyTime(text)
    return time instanceof Date ? time.toISOString() : text
  }
  const fraction = digits < 0 ? '.000' : text.slice(19, -3).padEnd(4, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction}Z`
}
const textTypes = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === timestamptzOid ? timeText : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}
const pages = new WeakSet<CompiledQuery>()

/**
 * The rows of a page: their times are ISO text (a page holds hundreds, each would be made a Date only to be written
 * again), and a statement that comes again is kept by the database (see prepared.ts).
 */
export async function readPage<Row>(db: Kysely<Tables>, query: RawBuilder<Row>): Promise<Row[]> {
  const compiled = query.compile(db)
  pages.add(compiled)
  return (await db.executeQuery<Row>(compiled)).rows
}

// A day is a day: a Date would move it between time zones.
types.setTypeParser(1082, text => text)

/** What the runtime login may become for one transaction. */
export type DatabaseRole = 'app' | 'find' | 'auth'

export interface Setting {
  workspace_id?: string
  actor?: string
  request_id?: string
}

export interface Transaction {
  readonly db: Kysely<Tables>
  readonly client: PoolClient
  /** Changes the role for what follows in this transaction. */
  become(role: DatabaseRole): Promise<void>
}

export interface Postgres {
  /** One transaction as `role`. The opening is one round trip; a read-only transaction's commit is not waited for. */
  transaction<T>(
    options: { role: DatabaseRole; setting?: Setting; readOnly?: boolean },
    run: (tx: Transaction) => Promise<T>,
  ): Promise<T>
  /** One transaction of the system login, which sees every workspace: projector, notifier, job plumbing. */
  system<T>(run: (tx: { db: Kysely<Tables>; client: PoolClient }) => Promise<T>): Promise<T>
  readonly systemPool: Pool
  waiting(): { total: number; idle: number; waiting: number }
  ping(): Promise<void>
  close(): Promise<void>
}

class ClientDriver implements Driver {
  readonly #connection: DatabaseConnection
  constructor(client: PoolClient) {
    this.#connection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        const result = await client.query<R & QueryResultRow>({
          text: query.sql,
          values: [...query.parameters],
          ...(pages.has(query) ? { types: textTypes, ...preparedName(client, query.sql) } : {}),
        })
        return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) }
      },
      // Streaming is done with COPY where it matters; a generator that refuses satisfies the interface.
      streamQuery() {
        throw new Error('streaming is not used: read by COPY or keyset pages')
      },
    }
  }
  init = async () => undefined
  acquireConnection = async () => this.#connection
  beginTransaction = () => Promise.reject(new Error('the transaction is already open'))
  commitTransaction = () => Promise.reject(new Error('the transaction is closed by whoever opened it'))
  rollbackTransaction = () => Promise.reject(new Error('the transaction is closed by whoever opened it'))
  releaseConnection = async () => undefined
  destroy = async () => undefined
}

const bound = new WeakMap<PoolClient, Kysely<Tables>>()

/** A query builder whose queries run on this very connection. */
export function kyselyOn(client: PoolClient): Kysely<Tables> {
  const known = bound.get(client)
  if (known) return known
  const made = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new ClientDriver(client),
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  bound.set(client, made)
  return made
}

function opening(role: string, setting: Setting, readOnly: boolean): string {
  const { workspace_id = '', actor = '', request_id = '' } = setting
  // These three are literals in a simple query, so they are checked against closed patterns first.
  if (workspace_id && !isUuid(workspace_id)) throw fail('internal')
  if (!/^[\w:.-]{0,120}$/.test(actor) || !/^[\w:.-]{0,80}$/.test(request_id)) throw fail('internal')
  return `begin${readOnly ? ' read only' : ''}; set local role ${role}; select set_config('rapport.workspace','${workspace_id}',true), set_config('rapport.actor','${actor}',true), set_config('rapport.request','${request_id}',true)`
}

interface Options {
  runtime_url: string
  system_url: string
  role_prefix: string
  pool_size: number
  log: Log
}

const rolePattern = /^[a-z_][a-z0-9_]*$/

export function connectPostgres(options: Options): Postgres {
  if (!rolePattern.test(options.role_prefix)) throw fail('internal')
  const runtimePool = makePool(options.runtime_url, options.pool_size, options.log, true)
  // COPY and cursors do not go with pipelining, and the job queue brings its own client code.
  const systemPool = makePool(options.system_url, 8, options.log, false)
  return {
    systemPool,
    transaction: ({ role, setting = {}, readOnly = false }, run) =>
      inTransaction(runtimePool, { prefix: options.role_prefix, role, setting, readOnly }, run),
    system: run => asSystem(systemPool, run),
    waiting: () => ({
      total: runtimePool.totalCount,
      idle: runtimePool.idleCount,
      waiting: runtimePool.waitingCount,
    }),
    async ping() {
      await systemPool.query('select 1')
    },
    async close() {
      await Promise.all([runtimePool.end(), systemPool.end()])
    },
  }
}

function makePool(connectionString: string, max: number, log: Log, pipeline: boolean): Pool {
  const settings: PoolConfig = {
    pipeline,
    connectionString,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: 'rapport',
  }
  const pool = new Pool(settings)
  // A connection that breaks while idle must not end the process; the next request gets a new one.
  const broke = (error: Error) => log.warn({ component: 'postgres', error }, 'a database connection broke')
  pool.on('error', broke)
  pool.on('connect', client => client.on('error', broke))
  return pool
}

async function inTransaction<T>(
  pool: Pool,
  {
    prefix,
    role,
    setting,
    readOnly,
  }: { prefix: string; role: DatabaseRole; setting: Setting; readOnly: boolean },
  run: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const open = opening(`${prefix}_${role}`, setting, readOnly)
  const client = await pool.connect()
  // Connections are pipelined: what opens the transaction or changes its role is sent together with the first query behind it.
  // When it fails, PostgreSQL refuses that query too (an aborted transaction, or a login that has no rights of its own).
  const opened = ahead(client, open)
  try {
    let current = role
    const result = await run({
      db: kyselyOn(client),
      client,
      async become(next) {
        if (next === current) return
        current = next
        void ahead(client, `set local role ${prefix}_${next}`)
      },
    })
    const failure = await opened
    if (failure) throw failure
    if (readOnly) {
      client.query('commit').then(
        () => release(client),
        () => release(client, true),
      )
    } else {
      await commit(client)
      release(client)
    }
    return result
  } catch (error) {
    await abandon(client)
    throw (await opened) ?? error
  }
}

/** Sends without waiting; answers the failure, if any, to whoever asks. */
const ahead = (client: PoolClient, sql: string): Promise<Error | undefined> =>
  client.query(sql).then(
    () => undefined,
    (error: Error) => error,
  )

async function asSystem<T>(
  pool: Pool,
  run: (tx: { db: Kysely<Tables>; client: PoolClient }) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await run({ db: kyselyOn(client), client })
    await commit(client)
    release(client)
    return result
  } catch (error) {
    await abandon(client)
    throw error
  }
}

/** A transaction that failed inside answers COMMIT with ROLLBACK: that must not pass for success. */
async function commit(client: PoolClient): Promise<void> {
  const done = await client.query('commit')
  if (done.command !== 'COMMIT')
    throw fail('internal', { cause: new Error('the transaction was rolled back') })
}

async function abandon(client: PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    release(client)
  } catch {
    release(client, true)
  }
}

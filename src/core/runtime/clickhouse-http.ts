// The ClickHouse HTTP protocol, as far as the ordinary client speaks it, in front of the embedded engine.
import { randomUUID, timingSafeEqual } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Engine } from './clickhouse-engine.ts'
import { fillParameters } from './clickhouse-parameters.ts'

/** Rows up to here are one insert, all or nothing; more than that goes in pieces. */
const wholeBodyBytes = 128 * 1024 * 1024

/** Parameters of the protocol; every other one is a setting of ClickHouse. */
const ownParameters = new Set(
  `query query_id database default_format user password quota_key session_id session_timeout session_check role compress
   decompress buffer_size wait_end_of_query enable_http_compression send_progress_in_http_headers
   http_headers_progress_interval_ms close_session stacktrace`.split(/\s+/),
)

const insertIntoTable =
  /^\s*insert\s+into\s+(?:table\s+)?([\w.`"]+)\s*(?:\(([\w\s,`"]+)\))?\s*format\s+(\w+)\s*$/i
const lineFormats = new Set(['JSONEachRow', 'JSONCompactEachRow', 'TabSeparated', 'TSV'])

/** `spool` is a folder for the rows of inserts that are under way. */
export function clickHouseHttp(engine: Engine, password: string, spool: string): Server {
  const server = createServer((request, response) => {
    answer({ engine, password, spool }, request, response).catch((error: unknown) => refuse(response, error))
  })
  server.keepAliveTimeout = 30_000
  server.requestTimeout = 0
  return server
}

async function answer(
  { engine, password, spool }: { engine: Engine; password: string; spool: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') {
    await engine.check()
    response.end('Ok.\n')
    return
  }
  if (!mayEnter(request, password)) {
    request.resume()
    throw new Error('Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)')
  }
  const query = url.searchParams.get('query') ?? ''
  const facts = {
    settings: settingsOf(url),
    database: url.searchParams.get('database') ?? 'default',
    format: url.searchParams.get('default_format') ?? 'TabSeparated',
  }
  const queryId = url.searchParams.get('query_id')
  if (queryId) response.setHeader('X-ClickHouse-Query-Id', queryId.replaceAll(/[^\w.:-]/g, ''))

  const target = insertIntoTable.exec(query)
  if (target?.[1] && target[2] && target[3] === 'TabSeparated') {
    const columns = target[2].split(',').map(plainName)
    const path = join(spool, randomUUID())
    try {
      await writeBody(request, path)
      await engine.insertFile({ ...facts, table: plainName(target[1]), columns, path })
    } finally {
      await rm(path, { force: true })
    }
    response.end()
    return
  }
  const body = await readBody(request)
  if (target?.[1] && target[3] && lineFormats.has(target[3])) {
    const lines = body.rest ?? body.start
    const columns = target[2]?.split(',').map(plainName)
    const done = await engine.insertLines({
      ...facts,
      table: plainName(target[1]),
      columns,
      format: target[3],
      lines,
    })
    const summary = { written_rows: String(done.rows), written_bytes: String(done.bytes) }
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary))
    response.end()
    return
  }
  if (body.rest) throw new Error('Code: 290. DB::Exception: The statement is too large. (LIMIT_EXCEEDED)')
  // As on the server: the statement may be in the address, in the body, or begin in one and go on in the other.
  const values = parametersOf(url)
  const inBody = body.start.toString()
  const sql = query ? `${fillParameters(query, values)}\n${inBody}` : fillParameters(inBody, values)
  const bytes = await engine.run({ ...facts, sql })
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  response.end(bytes)
}

function mayEnter(request: IncomingMessage, password: string): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const given = basic
    ? Buffer.from(basic, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : String(request.headers['x-clickhouse-key'] ?? '')
  const [a, b] = [Buffer.from(given), Buffer.from(password)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const settingsOf = (url: URL) =>
  new Map([...url.searchParams].filter(([name]) => !ownParameters.has(name) && !name.startsWith('param_')))

const parametersOf = (url: URL) =>
  new Map(
    [...url.searchParams]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [name.slice('param_'.length), value] as const),
  )

const plainName = (name: string) => name.replaceAll(/[`"\s]/g, '')

const isPacked = (request: IncomingMessage) => request.headers['content-encoding'] === 'gzip'

const cutOff = () => new Error('Code: 33. DB::Exception: The request was cut off. (CANNOT_READ_ALL_DATA)')

async function writeBody(request: IncomingMessage, path: string): Promise<void> {
  const file = createWriteStream(path)
  await (isPacked(request) ? pipeline(request, createGunzip(), file) : pipeline(request, file))
  if (!request.complete) throw cutOff()
}

/** The body whole, or when it is too long for that, the stream of it from the beginning. */
async function readBody(request: IncomingMessage): Promise<{ start: Buffer; rest: Readable | undefined }> {
  const stream: Readable = isPacked(request) ? request.pipe(createGunzip()) : request
  const chunks: Buffer[] = []
  let bytes = 0
  const parts = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>
  for await (const chunk of parts) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > wholeBodyBytes) {
      const rest = new PassThrough()
      for (const held of chunks) rest.write(held)
      stream.once('error', error => rest.destroy(error))
      stream.pipe(rest)
      return { start: Buffer.alloc(0), rest }
    }
  }
  if (!request.complete) throw cutOff()
  return { start: Buffer.concat(chunks), rest: undefined }
}

const statusOf: Record<string, number> = {
  62: 400,
  456: 400,
  60: 404,
  46: 404,
  81: 404,
  516: 403,
  202: 503,
  241: 500,
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002'
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(statusOf[code] ?? 500, {
    'X-ClickHouse-Exception-Code': code,
    'Content-Type': 'text/plain',
  })
  response.end(
    message.startsWith('Code: ')
      ? `${message}\n`
      : `Code: ${code}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)\n`,
  )
}

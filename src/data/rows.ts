import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Options, parse } from 'csv-parse'
import { fail } from '../core/errors.ts'
import type { Said } from '../core/text-sentence.ts'
import { isGzip } from './encoding.ts'
import type { Dialect, Encoding } from './import-formats.contract.ts'
import { says } from './says.ts'
import { unpackCells } from './unpack.ts'

export interface Row {
  /** Counted from 1 as a spreadsheet counts, header and blank rows included. */
  number: number
  cells: string[]
}

const cell_limit_bytes = 1_000_000

/** Where a table lies: a file, or the bytes of one from `start` up to `end`. */
export interface Source {
  path: string
  start?: number
  end?: number
}

/** The last row that belongs to the header; data begins below it. */
export const headerEnd = ({ header_row, header_rows = 1 }: Pick<Dialect, 'header_row' | 'header_rows'>) =>
  header_row === null ? 0 : header_row + header_rows - 1

/** A file that cannot be read past a row; what was read before it stands. */
export class UnreadableFile extends Error {
  readonly said: Said
  constructor(why: Said) {
    super(why.text)
    this.said = why
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    throw fail('gone', {
      code: 'import_file_missing',
      detail: says.import_file_missing(),
      cause: error,
    })
  }
}

export async function readHead(path: string, bytes: number): Promise<Uint8Array> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The bytes of a file, unpacked when it is a gzip. */
export async function openBytes({ path, start, end }: Source): Promise<Readable> {
  if (start !== undefined && end !== undefined) {
    if (end <= start) return Readable.from([])
    return createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 })
  }
  // A stream that fails before anybody listens to it would end the whole process.
  const head = await readHead(path, 2)
  const source = createReadStream(path, { highWaterMark: 256 * 1024 })
  if (!isGzip(head)) return source
  const unpack = createGunzip()
  pipeline(source, unpack, error => {
    if (error) unpack.destroy(new UnreadableFile(says.damaged()))
  })
  return unpack
}

/** The characters of a file, unpacked when it is a gzip. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  yield* decoded(await openBytes({ path }), encoding)
}

async function* decoded(bytes: Readable, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield decoder.decode(chunk as Uint8Array, { stream: true })
  yield decoder.decode()
}

export const parseOptions = (dialect: Pick<Dialect, 'delimiter' | 'quote' | 'escape'>): Options => ({
  delimiter: dialect.delimiter,
  quote: dialect.quote,
  escape: dialect.escape,
  record_delimiter: ['\r\n', '\n', '\r'],
  bom: true,
  trim: true,
  relax_quotes: true,
  relax_column_count: true,
  max_record_size: cell_limit_bytes,
})

const reasons: Record<string, Said> = {
  CSV_QUOTE_NOT_CLOSED: says.quote_not_closed(),
  CSV_MAX_RECORD_SIZE: says.row_too_long(),
}

const blank = (cells: string[]) => cells.every(cell => cell === '')

/** The rows of a file in batches, blank ones left out; the parser waits while a batch is worked on. */
export async function* readRows(source: Source, dialect: Dialect, batch_rows = 1000): AsyncGenerator<Row[]> {
  const bytes = await openBytes(source)
  const text = dialect.encoding === 'utf-8' ? bytes : Readable.from(decoded(bytes, dialect.encoding))
  const parser = parse(parseOptions(dialect))
  // pipeline hands an error of the source on to the parser, and closes the file when the parser is left early
  pipeline(text, parser, () => undefined)
  let number = 0
  let batch: Row[] = []
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      number++
      if (blank(cells) || (number === 1 && /^sep=$/i.test(cells[0] ?? ''))) continue
      batch.push({ number, cells: unpackCells(dialect, cells, number) })
      if (batch.length >= batch_rows) {
        yield batch
        batch = []
      }
    }
  } catch (error) {
    if (batch.length) yield batch
    throw unreadable(error, number + 1)
  }
  if (batch.length) yield batch
}

function unreadable(error: unknown, row: number): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = reasons[code]
  return reason ? new UnreadableFile(says.unreadable_row({ row, reason })) : error
}

/** The first bytes as text, for finding out how the file is written. */
export async function sampleText(source: Source, encoding: Encoding, bytes: number): Promise<string> {
  const decoder = new TextDecoder(encoding)
  let sample = ''
  let left = bytes
  for await (const chunk of await openBytes(source)) {
    const part = (chunk as Uint8Array).subarray(0, left)
    sample += decoder.decode(part, { stream: true })
    left -= part.length
    if (left <= 0) break
  }
  return sample
}

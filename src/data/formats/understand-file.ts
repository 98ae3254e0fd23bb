import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fail } from '../../core/errors.ts'
import { isCompound, isZip, refusal, scanEncoding } from '../encoding.ts'
import type { Encoding, FileFormat } from '../import-formats.contract.ts'
import { openBytes, readHead, readText, UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import { jsonDocument, jsonLines } from './json-lines.ts'
import { keyedToTable } from './keyed-rows.ts'
import { type Table, type TableFile, writeTables } from './table-file.ts'
import { type TextFormat, textFormat } from './text-formats.ts'
import { vcardToTable } from './vcard.ts'
import { workbook_limits, workbookToTables } from './workbook.ts'
import { xesEvents } from './xes.ts'
import { extractEntry, inspectZip } from './zip.ts'

const in_mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

/** What is known of a file once every byte of it was looked at. */
export interface Understood {
  /** Of the bytes that are kept. */
  sha256: string
  format: FileFormat
  encoding: Encoding
  lines: number
  /** Null for CSV, which is kept as it came. */
  tables: Table[] | null
}
interface Kept extends Understood {
  path: string
}

const tablesPath = (path: string) => `${path}.tables`
const entryPath = (path: string) => `${path}.entry`

/** Every file that understanding one may leave behind. */
export const madeFrom = (path: string): string[] => [
  path,
  tablesPath(path),
  entryPath(path),
  tablesPath(entryPath(path)),
]

/** Finds out what a file is, and turns it into tables of text where it is no CSV. */
export async function understandFile(
  path: string,
  sent: { sha256: string; size_bytes: number },
  limit_bytes: number,
): Promise<Kept> {
  const head = await readHead(path, 8)
  if (isCompound(head)) return workbook(path, sent.size_bytes)
  if (!isZip(head)) return understandText(path, sent.sha256, limit_bytes)
  const kind = await inspectZip(path, limits(limit_bytes))
  if (kind.kind === 'workbook') return workbook(path, sent.size_bytes)
  const entry = entryPath(path)
  await extractEntry(path, kind.name, entry, limit_bytes)
  const { sha256, bytes } = await digestOf(entry)
  const inner = await readHead(entry, 8)
  if (isZip(inner) && (await inspectZip(entry, limits(limit_bytes))).kind === 'table')
    throw new UnreadableFile(says.archive_in_archive())
  if (isZip(inner) || isCompound(inner)) return workbook(entry, bytes)
  return understandText(entry, sha256, limit_bytes)
}

const limits = (archive_bytes: number) => ({
  archive_bytes,
  workbook_bytes: workbook_limits.unpacked_bytes,
})

async function digestOf(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(path), async chunks => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
  })
  return { sha256: hash.digest('hex'), bytes }
}

async function workbook(path: string, size_bytes: number): Promise<Kept> {
  if (size_bytes > workbook_limits.file_bytes)
    throw fail('payload_too_large', {
      detail: says.workbook_limit({ size: in_mb(workbook_limits.file_bytes) }),
    })
  const to = tablesPath(path)
  const { tables, sha256 } = await workbookToTables(path, to)
  const lines = Math.max(0, ...tables.map(({ rows }) => rows))
  return { path: to, format: 'workbook', encoding: 'utf-8', lines, tables, sha256 }
}

async function understandText(path: string, sha256: string, limit_bytes: number): Promise<Kept> {
  const { head, encoding, lines } = await lookAt(path, limit_bytes)
  const format = textFormat(new TextDecoder(encoding).decode(head, { stream: true }))
  if (format === 'csv') return { path, sha256, format, encoding, lines, tables: null }
  const to = tablesPath(path)
  const written = await writeTables({ path: to, limit_bytes }, file =>
    converters[format](() => readText(path, encoding), file),
  )
  return { path: to, format, encoding: 'utf-8', lines: written.tables[0]?.rows ?? 0, ...written }
}

const converters: Record<
  Exclude<TextFormat, 'csv'>,
  (read: () => AsyncIterable<string>, file: TableFile) => Promise<void>
> = {
  vcard: (read, file) => vcardToTable(read(), file),
  xes: (read, file) => keyedToTable('Events', () => xesEvents(read()), file),
  json_lines: (read, file) => keyedToTable('Events', () => jsonLines(read()), file),
  json: (read, file) => keyedToTable('Records', () => jsonDocument(read()), file),
}

async function lookAt(
  path: string,
  limit_bytes: number,
): Promise<{ head: Uint8Array; encoding: Encoding; lines: number }> {
  const scan = scanEncoding()
  let head: Uint8Array | undefined
  let bytes = 0
  let lines = 0
  let ended = true
  try {
    for await (const chunk of (await openBytes({ path })) as AsyncIterable<Buffer>) {
      head ??= chunk.subarray(0, 65_536)
      bytes += chunk.length
      if (bytes > limit_bytes)
        throw fail('payload_too_large', {
          detail: says.unpacked_too_large({ size: in_mb(limit_bytes) }),
        })
      scan.add(chunk)
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
      ended = chunk.at(-1) === 10
    }
  } catch (error) {
    if (error instanceof UnreadableFile || isZlibError(error)) throw new UnreadableFile(says.damaged())
    throw error
  }
  const reason = refusal(head ?? new Uint8Array())
  if (reason) throw new UnreadableFile(reason)
  return { head: head ?? new Uint8Array(), encoding: scan.finish(), lines: lines + (ended ? 0 : 1) }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

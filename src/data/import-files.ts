import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { refusal, scanEncoding } from './encoding.ts'
import type { Encoding } from './import-formats.contract.ts'
import { openBytes, UnreadableFile } from './rows.ts'

// what a gzip may unpack to, by the size it may have
const unpacked = 4
const in_mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

export interface StoredFile {
  sha256: string
  size_bytes: number
  encoding: Encoding
  lines: number
}

const folderOf = (machine: Machine, workspace_id: string) => join(machine.config.data, 'files', workspace_id)

export const pathOf = (machine: Machine, workspace_id: string, sha256: string): string =>
  join(folderOf(machine, workspace_id), sha256)

/** Takes a file in as it streams, without holding it in memory, and looks at every byte once. */
export async function storeFile(machine: Machine, workspace_id: string, body: Readable): Promise<StoredFile> {
  const folder = folderOf(machine, workspace_id)
  await mkdir(folder, { recursive: true })
  const incoming = join(folder, `incoming-${newId()}`)
  try {
    const limit_bytes = machine.config.import_max_bytes
    const { sha256, size_bytes } = await receive(body, incoming, limit_bytes)
    const facts = await lookAt(incoming, limit_bytes * unpacked)
    await rename(incoming, join(folder, sha256))
    return { sha256, size_bytes, ...facts }
  } finally {
    await rm(incoming, { force: true })
  }
}

async function receive(
  body: Readable,
  path: string,
  limit_bytes: number,
): Promise<{ sha256: string; size_bytes: number }> {
  const hash = createHash('sha256')
  let size_bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size_bytes += chunk.length
      hash.update(chunk)
      if (size_bytes > limit_bytes)
        done(
          fail('payload_too_large', {
            detail: `The file is larger than ${in_mb(limit_bytes)}. Split it, or send it gzipped.`,
          }),
        )
      else done(null, chunk)
    },
  })
  await pipeline(body, measure, createWriteStream(path))
  return { sha256: hash.digest('hex'), size_bytes }
}

async function lookAt(path: string, limit_bytes: number): Promise<{ encoding: Encoding; lines: number }> {
  const scan = scanEncoding()
  let head: Uint8Array | undefined
  let bytes = 0
  let lines = 0
  let ended = true
  try {
    for await (const chunk of (await openBytes(path)) as AsyncIterable<Buffer>) {
      head ??= chunk.subarray(0, 65_536)
      bytes += chunk.length
      if (bytes > limit_bytes)
        throw fail('payload_too_large', {
          detail: `Unpacked, the file is larger than ${in_mb(limit_bytes)}. Split it.`,
        })
      scan.add(chunk)
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
      ended = chunk.at(-1) === 10
    }
  } catch (error) {
    if (error instanceof UnreadableFile || isZlibError(error))
      throw fail('invalid', { code: 'not_a_csv', detail: 'The compressed file is damaged.' })
    throw error
  }
  const reason = refusal(head ?? new Uint8Array())
  if (reason) throw fail('invalid', { code: 'not_a_csv', detail: reason })
  return { encoding: scan.finish(), lines: lines + (ended ? 0 : 1) }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Table } from './formats/table-file.ts'
import { madeFrom, type Understood, understandFile } from './formats/understand-file.ts'
import { type Source, UnreadableFile } from './rows.ts'
import { says } from './says.ts'

// what a gzip may unpack to, by the size it may have
const unpacked = 4
export const unfinished = 'incoming-'
const in_mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

export interface StoredFile extends Understood {
  /** As it was sent. */
  size_bytes: number
  sent_sha256: string
}

export const folderOf = (machine: Machine, workspace_id: string) =>
  join(machine.config.data, 'files', workspace_id)

export const pathOf = (machine: Machine, workspace_id: string, sha256: string): string =>
  join(folderOf(machine, workspace_id), sha256)

/** Where the table lies that a dialect speaks of. */
export function sourceOf(
  machine: Machine,
  workspace_id: string,
  { sha256, tables }: { sha256: string; tables: unknown },
  sheet = 0,
): Source {
  const path = pathOf(machine, workspace_id, sha256)
  if (!Array.isArray(tables)) return { path }
  const table = (tables as Table[])[sheet]
  if (!table) throw fail('invalid', { detail: says.which_sheet({ count: tables.length }) })
  return { path, start: table.start, end: table.end }
}

/** Takes a file in as it streams, without holding it in memory; what is no CSV is kept as the tables in it. */
export async function storeFile(machine: Machine, workspace_id: string, body: Readable): Promise<StoredFile> {
  const folder = folderOf(machine, workspace_id)
  await mkdir(folder, { recursive: true })
  const incoming = join(folder, `${unfinished}${newId()}`)
  try {
    const limit_bytes = machine.config.import_max_bytes
    const { sha256, size_bytes } = await receive(body, incoming, limit_bytes)
    const { path, ...understood } = await understandFile(
      incoming,
      { sha256, size_bytes },
      limit_bytes * unpacked,
    )
    await rename(path, join(folder, understood.sha256))
    // what was no CSV is kept as it came, too: whoever sent it may want it back
    if (path !== incoming) await rename(incoming, join(folder, sha256))
    return { size_bytes, sent_sha256: sha256, ...understood }
  } catch (error) {
    if (error instanceof UnreadableFile)
      throw fail('invalid', { code: 'file_unreadable', detail: error.said })
    throw error
  } finally {
    for (const made of madeFrom(incoming)) await rm(made, { force: true })
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
            detail: says.file_too_large({ size: in_mb(limit_bytes) }),
          }),
        )
      else done(null, chunk)
    },
  })
  await pipeline(body, measure, createWriteStream(path))
  return { sha256: hash.digest('hex'), size_bytes }
}

import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'

/** One table of a file: a sheet, or all there is. It lies in the kept file from one byte to another. */
export interface Table {
  name: string
  rows: number
  start: number
  end: number
}

const block_chars = 256 * 1024
export const columns_limit = 500

const quoted = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

export interface TableFile {
  begin(name: string): void
  add(cells: readonly string[]): Promise<void>
}

/**
 * Writes tables as CSV, one behind the other: whatever a file was, from here on it is read as text in flat memory. A small file may
 * say much (one text in a million cells, rows that fill one column of hundreds), so what is written has a limit of its own.
 */
export async function writeTables(
  { path, limit_bytes }: { path: string; limit_bytes: number },
  fill: (file: TableFile) => Promise<void>,
): Promise<{ tables: Table[]; sha256: string }> {
  const file = await open(path, 'w')
  try {
    const sink = sinkOf(file, limit_bytes)
    await fill(sink)
    return { sha256: await sink.flush(), tables: sink.tables }
  } finally {
    await file.close()
  }
}

function sinkOf(file: FileHandle, limit_bytes: number) {
  const hash = createHash('sha256')
  const tables: Table[] = []
  let bytes = 0
  let waiting = ''
  const drain = async () => {
    const block = Buffer.from(waiting)
    waiting = ''
    hash.update(block)
    bytes += block.length
    if (bytes > limit_bytes) throw new UnreadableFile(says.table_too_large())
    await file.writeFile(block)
    const table = tables.at(-1)
    if (table) table.end = bytes
  }
  return {
    tables,
    begin(name: string) {
      // the bytes of the table before are counted when they are written
      const start = bytes + Buffer.byteLength(waiting)
      const before = tables.at(-1)
      if (before) before.end = start
      tables.push({ name, rows: 0, start, end: start })
    },
    async add(cells: readonly string[]) {
      waiting += `${cells.map(quoted).join(',')}\n`
      const table = tables.at(-1)
      if (table) table.rows++
      if (waiting.length > block_chars) await drain()
    },
    async flush() {
      await drain()
      return hash.digest('hex')
    },
  }
}

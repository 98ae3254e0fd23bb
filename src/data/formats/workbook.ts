import { Worker } from 'node:worker_threads'
import { fail } from '../../core/errors.ts'
import type { Said } from '../../core/text-sentence.ts'
import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import type { Table } from './table-file.ts'

export interface WorkbookAsked {
  path: string
  to: string
  rows_limit: number
  cells_limit: number
  limit_bytes: number
}
export type WorkbookReply = { tables: Table[]; sha256: string } | { failure: Said }

/** A workbook is read as a whole, so it has limits; a CSV file has none of them. */
export const workbook_limits = {
  file_bytes: 50 * 1024 ** 2,
  unpacked_bytes: 500 * 1024 ** 2,
  rows: 250_000,
  cells: 3_000_000,
  memory_mb: 1536,
  time_ms: 120_000,
} as const

const tooMuch = () => new UnreadableFile(says.workbook_too_large())

const waiting_limit = 20
let waiting = 0
let turn: Promise<unknown> = Promise.resolve()

/** Writes the sheets of an XLSX, XLSB, XLS or ODS file as tables; one workbook is in memory at a time. */
export async function workbookToTables(
  path: string,
  to: string,
): Promise<{ tables: Table[]; sha256: string }> {
  if (waiting >= waiting_limit) throw fail('unavailable', { detail: says.many_workbooks() })
  waiting++
  const mine = turn.then(() => read(path, to)).finally(() => waiting--)
  turn = mine.catch(() => undefined)
  return mine
}

async function read(path: string, to: string): Promise<{ tables: Table[]; sha256: string }> {
  const {
    rows: rows_limit,
    cells: cells_limit,
    unpacked_bytes: limit_bytes,
    memory_mb,
    time_ms,
  } = workbook_limits
  const asked: WorkbookAsked = { path, to, rows_limit, cells_limit, limit_bytes }
  const worker = new Worker(new URL('./workbook-child.ts', import.meta.url), {
    workerData: asked,
    resourceLimits: { maxOldGenerationSizeMb: memory_mb },
  })
  let timer: NodeJS.Timeout | undefined
  try {
    const reply = await new Promise<WorkbookReply>((resolve, reject) => {
      timer = setTimeout(() => reject(tooMuch()), time_ms)
      worker.once('message', resolve)
      worker.once('error', error =>
        reject('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error),
      )
      worker.once('exit', () => reject(tooMuch()))
    })
    if ('failure' in reply) throw new UnreadableFile(reply.failure)
    if (!reply.tables.length) throw new UnreadableFile(says.no_sheet())
    return reply
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

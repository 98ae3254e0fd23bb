import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type CellObject, read, SSF, set_cptable, type WorkSheet } from '@e965/xlsx'
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs'
import type { Said } from '../../core/text-sentence.ts'
import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import { writeTables } from './table-file.ts'
import type { WorkbookAsked, WorkbookReply } from './workbook.ts'

// Runs in a thread of its own: a workbook is read as a whole, and neither its time nor its memory may be the server's.

set_cptable(codepages)

const two = (part: number) => String(part).padStart(2, '0')

function dateText(serial: number, format: string, date1904: boolean): string | undefined {
  const at = SSF.parse_date_code(serial, { date1904 }) as
    | { y: number; m: number; d: number; H: number; M: number; S: number }
    | undefined
  if (!at) return undefined
  const time = `${two(at.H)}:${two(at.M)}:${two(Math.round(at.S))}`
  if (/\[h+\]/i.test(format)) return `${Math.floor(serial * 24 + 1e-9)}:${two(at.M)}:${two(Math.round(at.S))}`
  if (serial < 1 && !/[yd]/i.test(format)) return time
  const day = `${String(at.y).padStart(4, '0')}-${two(at.m)}-${two(at.d)}`
  return /h/i.test(format) || at.H + at.M + at.S > 0 ? `${day} ${time}` : day
}

/** What a cell holds, not what it looks like: rounding and separators are the view's. */
function textOf(cell: CellObject, date1904: boolean): string {
  const value = cell.v
  if (value === undefined || value === null || cell.t === 'e' || cell.t === 'z') return ''
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '')
  if (typeof value === 'string') return value.trim()
  const format = typeof cell.z === 'string' ? cell.z : ''
  if (format && SSF.is_date(format)) return dateText(value, format, date1904) ?? String(value)
  // "00000" keeps the noughts that a postal code begins with
  if (/^0{2,}$/.test(format)) return SSF.format(format, value)
  return String(Number(value.toPrecision(15)))
}

type Rows = (readonly (CellObject | undefined)[] | undefined)[]
const rowsOf = (sheet: WorkSheet): Rows => (sheet['!data'] as Rows | undefined) ?? []

async function convert({
  path,
  to,
  cells_limit,
  rows_limit,
  limit_bytes,
}: WorkbookAsked): Promise<WorkbookReply> {
  const book = read(await readFile(path), {
    type: 'buffer',
    dense: true,
    cellFormula: false,
    cellHTML: false,
    cellText: false,
    cellNF: true,
    sheetRows: rows_limit + 1,
  })
  const date1904 = book.Workbook?.WBProps?.date1904 ?? false
  let cells = 0
  let failure: Said | undefined
  const written = await writeTables({ path: to, limit_bytes }, async file => {
    for (const name of book.SheetNames) {
      const sheet = book.Sheets[name]
      if (!sheet || (sheet['!type'] ?? 'sheet') !== 'sheet') continue
      file.begin(name)
      const rows = rowsOf(sheet)
      if (rows.length > rows_limit) failure ??= says.sheet_too_long({ sheet: name, rows: rows_limit })
      let blank = 0
      for (const row of rows) {
        const texts = Array.from(row ?? [], cell => (cell ? textOf(cell, date1904) : ''))
        while (texts.at(-1) === '') texts.pop()
        cells += texts.length
        if (cells > cells_limit) failure ??= says.too_many_cells({ cells: cells_limit })
        if (failure) return
        // rows keep the number that they have in the sheet; blank ones at its end are not there
        if (!texts.length) blank++
        else {
          for (; blank > 0; blank--) await file.add([''])
          await file.add(texts)
        }
      }
    }
  })
  return failure ? { failure } : written
}

async function reply(): Promise<WorkbookReply> {
  try {
    return await convert(workerData as WorkbookAsked)
  } catch (error) {
    if (error instanceof UnreadableFile) return { failure: error.said }
    const message = error instanceof Error ? error.message : ''
    return {
      failure: /password-protected/i.test(message) ? says.file_has_password() : says.workbook_unreadable(),
    }
  }
}

parentPort?.postMessage(await reply())

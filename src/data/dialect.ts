import { parse } from 'csv-parse/sync'
import { detectDateOrder, parseMoment } from './dates.ts'
import type { Dialect } from './import-formats.contract.ts'
import { parseNumber } from './numbers.ts'
import { parseOptions } from './rows.ts'
import { knownHeader } from './targets.ts'

type Shape = Omit<Dialect, 'encoding' | 'header_row'>
const delimiters = [',', ';', '\t', '|'] as const
const sample_rows = 200

function sampleRows(sample: string, shape: Shape): string[][] {
  const rows: string[][] = []
  try {
    parse(sample, {
      ...parseOptions(shape),
      to: sample_rows,
      onRecord: (record: string[]) => {
        rows.push(record)
        return null
      },
    })
  } catch {
    // a sample may end inside a quoted cell; the rows before it are enough
  }
  return rows
}

const commonest = (numbers: number[]): number => {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 1
}

// A delimiter is right when it cuts rows into equally many cells, the first one too, and leaves no stray quotes.
function score(rows: string[][], quote: string): number {
  const filled = rows.filter(cells => cells.some(cell => cell !== ''))
  const width = commonest(filled.map(cells => cells.length))
  if (filled.length === 0 || width < 2) return 0
  const even = filled.filter(cells => cells.length === width).length / filled.length
  const first = filled[0]?.length === width ? 1 : 0.5
  const cells = filled.flat()
  const stray = cells.filter(cell => cell.startsWith(quote) !== cell.endsWith(quote)).length / cells.length
  return even * first * (1 - stray) * Math.log2(width + 1)
}

function quoteOf(sample: string): '"' | "'" {
  if (sample.includes('"')) return '"'
  return /(?:^|[\n,;\t|])\s*'[^'\n]*'\s*(?=[\r\n,;\t|]|$)/.test(sample) ? "'" : '"'
}

function escapeOf(sample: string, quote: '"' | "'"): Shape['escape'] {
  if (quote === "'") return "'"
  const slashed = sample.match(/\\"(?!")/g)?.length ?? 0
  const doubled = sample.match(/[^,;\t|\r\n]""[^,;\t|\r\n]/g)?.length ?? 0
  return slashed > doubled ? '\\' : '"'
}

const looksLikeValue = (cell: string): boolean =>
  /^\S+@\S+\.\S+$/.test(cell) ||
  /^https?:\/\//.test(cell) ||
  /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(cell) ||
  /^(true|false|null|nan|n\/a)$/i.test(cell) ||
  parseNumber(cell, '.') !== undefined ||
  parseNumber(cell, ',') !== undefined ||
  parseMoment(cell, detectDateOrder([cell])?.order ?? 'dmy') !== undefined

/** Which row names the columns: the first full one, unless its cells look like the data below it. */
export function findHeader(rows: string[][]): number | null {
  const width = commonest(rows.filter(cells => cells.some(Boolean)).map(cells => cells.length))
  const filled = (cells: string[]) => cells.filter(cell => cell !== '').length
  const full = rows.findIndex(
    cells => cells.length >= width * 0.8 && filled(cells) >= Math.max(1, width * 0.6),
  )
  const header = rows[full]
  if (!header) return null
  const named = header.filter(cell => cell !== '')
  const known = named.filter(knownHeader).length
  if (known >= Math.max(1, named.length / 2)) return full + 1
  const values = named.filter(looksLikeValue).length
  const repeats = rows
    .slice(full + 1)
    .some(cells => cells.some((cell, at) => cell !== '' && cell === header[at]))
  // Years as column names under a title are a header; the same without a title above are data.
  if (full > 0 && values < named.length) return full + 1
  if (values > 0 || repeats || new Set(named).size < named.length)
    return known > 0 && values === 0 ? full + 1 : null
  return full + 1
}

type Corrections = { [Key in keyof Dialect]?: Dialect[Key] | undefined }

/** Finds delimiter, quotes and header in the beginning of a file; what a person has said stays as they said. */
export function detectDialect(sample: string, said: Corrections = {}): Omit<Dialect, 'encoding'> {
  const quote = said.quote ?? quoteOf(sample)
  const escape = said.escape ?? escapeOf(sample, quote)
  const stated = /^\ufeff?sep=([,;|\t])\r?\n/i.exec(sample)?.[1]
  const tried = (said.delimiter ? [said.delimiter] : delimiters).map(delimiter => {
    const rows = sampleRows(sample, { delimiter, quote, escape })
    return { delimiter, rows, score: delimiter === stated ? Number.POSITIVE_INFINITY : score(rows, quote) }
  })
  const best = tried.reduce((winner, next) => (next.score > winner.score ? next : winner))
  const header = stated ? findHeader(best.rows.slice(1)) : findHeader(best.rows)
  const found = header !== null && stated ? header + 1 : header
  const header_row = said.header_row === undefined ? found : said.header_row
  return { delimiter: best.delimiter, quote, escape, header_row }
}

import { parse } from 'csv-parse/sync'
import { detectDateOrder, parseMoment } from './dates.ts'
import type { Dialect } from './import-formats.contract.ts'
import { parseNumber } from './numbers.ts'
import { parseOptions } from './rows.ts'
import { knownHeader } from './targets.ts'

type Shape = Pick<Dialect, 'delimiter' | 'quote' | 'escape'>
const delimiters = [',', ';', '\t', '|'] as const
// They stand in times, addresses and sums as well: only where none of the usual ones cuts, and into three cells or more.
const rare_delimiters = ['~', '^', '\u001f', '\u0001', '¦', '§', ':', '#'] as const
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
  // Spaces alone: a run of blank lines would otherwise be read again from each of them.
  return /(?:^|[\n,;\t|]) *'[^'\n]*' *(?=[\r\n,;\t|]|$)/.test(sample) ? "'" : '"'
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

interface Header {
  header_row: number | null
  header_rows: number
}

const isFull = (width: number) => (cells: string[]) =>
  cells.length >= width * 0.8 && cells.filter(cell => cell !== '').length >= Math.max(1, width * 0.6)

// Survey tools write two or three rows of names: Qualtrics ends them with a row of JSON, SurveyMonkey with what is asked for.
const isImportIds = (cells: string[]) =>
  cells.some(Boolean) && cells.every(cell => /^(\{"ImportId":|$)/.test(cell))
const isOldQualtrics = (names: string[], below: string[]) =>
  names.filter(cell => /^V\d+$/.test(cell)).length >= 3 && below.some(cell => /^ResponseID$/i.test(cell))
const asksFor = (cells: string[]) => cells.some(cell => /^(open-ended response|response)$/i.test(cell))

function surveyHeader(rows: string[][], full: number): Header | undefined {
  const ids = rows.findIndex((cells, at) => at > full && at <= full + 4 && isImportIds(cells))
  if (ids > 0) return { header_row: full + 1, header_rows: ids - full + 1 }
  const [names = [], below = []] = rows.slice(full)
  if (isOldQualtrics(names, below)) return { header_row: full + 2, header_rows: 1 }
  return asksFor(below) && names.some(Boolean) ? { header_row: full + 1, header_rows: 2 } : undefined
}

/** Which rows name the columns: the first full one, unless its cells look like the data below it. */
export function findHeader(rows: string[][]): Header {
  const width = commonest(rows.filter(cells => cells.some(Boolean)).map(cells => cells.length))
  const full = rows.findIndex(isFull(width))
  const survey = full < 0 ? undefined : surveyHeader(rows, full)
  return survey ?? { header_row: namingRow(rows, full), header_rows: 1 }
}

function namingRow(rows: string[][], full: number): number | null {
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
export function detectDialect(
  sample: string,
  said: Corrections = {},
): Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'header_row' | 'header_rows'> {
  const quote = said.quote ?? quoteOf(sample)
  const escape = said.escape ?? escapeOf(sample, quote)
  const stated = /^\ufeff?sep=([,;|\t])\r?\n/i.exec(sample)?.[1]
  const tried = said.delimiter ? [said.delimiter] : delimiters
  const attempt = (delimiter: string) => {
    const rows = sampleRows(sample, { delimiter, quote, escape })
    return { delimiter, rows, score: delimiter === stated ? Number.POSITIVE_INFINITY : score(rows, quote) }
  }
  const better = (winner: ReturnType<typeof attempt>, next: ReturnType<typeof attempt>) =>
    next.score > winner.score ? next : winner
  let best = tried.map(attempt).reduce(better)
  if (best.score === 0 && !said.delimiter)
    best = rare_delimiters
      .filter(delimiter => sample.includes(delimiter))
      .map(attempt)
      .filter(({ rows, score: found }) => found > Math.log2(3.9) * 0.9 && rows.length > 1)
      .reduce(better, best)
  const below = stated ? 1 : 0
  const found = findHeader(best.rows.slice(below))
  const header_row = said.header_row === undefined ? shifted(found.header_row, below) : said.header_row
  const header_rows = said.header_rows ?? (said.header_row === undefined ? found.header_rows : 1)
  return { delimiter: best.delimiter, quote, escape, header_row, header_rows }
}

const shifted = (row: number | null, by: number) => (row === null ? null : row + by)

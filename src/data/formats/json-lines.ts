import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import type { KeyedRow } from './keyed-rows.ts'

const deepest = 4
const line_limit_chars = 1_000_000

function flatten(row: KeyedRow, value: unknown, path: string, depth: number): void {
  if (value === null || value === undefined) return
  if (typeof value === 'object' && !Array.isArray(value) && depth < deepest) {
    for (const [key, inner] of Object.entries(value))
      flatten(row, inner, path ? `${path}.${key}` : key, depth + 1)
  } else row.set(path, typeof value === 'string' ? value : JSON.stringify(value))
}

function parsed(line: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // told below
  }
  throw new UnreadableFile(says.json_line({ row: number }))
}

/** One object a line, what is nested in it by its path: `properties.plan`. */
export async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<KeyedRow> {
  let rest = ''
  let number = 0
  const read = (line: string): KeyedRow | undefined => {
    number++
    if (!line.trim()) return undefined
    const row: KeyedRow = new Map()
    flatten(row, parsed(line.replace(/^\ufeff/, ''), number), '', 0)
    return row
  }
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > line_limit_chars)
      throw new UnreadableFile(says.json_line_long({ row: number + lines.length + 1 }))
    for (const line of lines) {
      const row = read(line)
      if (row) yield row
    }
  }
  const row = read(rest)
  if (row) yield row
}

const document_limit_chars = 20_000_000
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTable = (value: unknown): value is object[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)

const noTable = () => new UnreadableFile(says.json_no_list())

/** A list of objects, or an object with one such list in it, `{"users": […]}`: read as a whole, so up to a size. */
export async function* jsonDocument(text: AsyncIterable<string>): AsyncGenerator<KeyedRow> {
  let whole = ''
  for await (const chunk of text) {
    whole += chunk
    if (whole.length > document_limit_chars) throw new UnreadableFile(says.json_too_large())
  }
  for (const one of tableIn(whole)) {
    const row: KeyedRow = new Map()
    flatten(row, one, '', 0)
    yield row
  }
}

function tableIn(whole: string): object[] {
  let value: unknown
  try {
    value = JSON.parse(whole.replace(/^\ufeff/, ''))
  } catch {
    throw noTable()
  }
  if (isTable(value)) return value
  const lists = isObject(value) ? Object.values(value).filter(isTable) : []
  const [only] = lists
  if (only === undefined || lists.length > 1) throw noTable()
  return only
}

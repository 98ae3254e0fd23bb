import type { Dialect } from './import-formats.contract.ts'

// Some exports keep an object in a cell: {"age": 29, "city": "Bangalore"}. Its keys become columns behind the others.

const most_keys = 50

function objectIn(cell: string | undefined): Record<string, unknown> | undefined {
  if (!cell?.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(cell)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The columns whose cells are objects, nine in ten of them, with all keys that were seen. */
export function findObjects(
  header: readonly string[],
  rows: readonly { cells: string[] }[],
): Dialect['unpack'] {
  const columns = header.flatMap((_, column) => {
    const filled = rows.flatMap(({ cells }) => cells[column] || [])
    const objects = filled.map(objectIn).filter(found => found !== undefined)
    if (!objects.length || objects.length < filled.length * 0.9) return []
    const keys = [...new Set(objects.flatMap(object => Object.keys(object)))].filter(
      key => key && key.length <= 100,
    )
    return [{ column, keys: keys.slice(0, most_keys) }]
  })
  return columns.length ? { behind: header.length, columns: columns.slice(0, 20) } : undefined
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Puts the values of objects into cells of their own; cells beyond the header stay behind them, so that they are told. */
export function unpackCells({ unpack, header_row }: Dialect, cells: string[], number: number): string[] {
  if (!unpack || number < (header_row ?? 0)) return cells
  const { behind, columns } = unpack
  const whole = Array.from({ length: behind }, (_, at) => cells[at] ?? '')
  for (const { column, keys } of columns) {
    const object = number === header_row ? undefined : objectIn(cells[column])
    for (const key of keys)
      whole.push(number === header_row ? `${cells[column] ?? ''}.${key}` : textOf(object?.[key]))
  }
  return [...whole, ...cells.slice(behind)]
}

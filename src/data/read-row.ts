import { restored } from '../core/csv.ts'
import type { Said } from '../core/text-sentence.ts'
import { type Cell, type CellReader, cellReader } from './cells.ts'
import { unnamedColumn } from './import-formats.contract.ts'
import type { ImportPlan } from './import-plan.ts'
import type { Row } from './rows.ts'
import { says } from './says.ts'

export interface ReadRow {
  /** What the cells say, by target; empty cells are absent. */
  values: Record<string, unknown>
  /** The cells as they stand, by target: what makes this row the same row when it comes again. */
  raw: Record<string, string>
}
export type Reading = ReadRow | { problem: Said }

interface Column {
  at: number
  name: string | Said
  target: string
  read: (raw: string, country: string | undefined) => Cell
}

const gone = {
  deleted: says.deleted_there(),
  still_there: says.inactive_there(),
}
const isFlag = (target: string): target is keyof typeof gone => target in gone

/** A phone number without a country code is one of the country that the row names, or else of the one set for the file. */
function readerOf(one: ImportPlan['mapping'][number], plan: ImportPlan): Column['read'] {
  if (one.type !== 'phone') return cellReader(one.type, one, plan.settings, one)
  const readers = new Map<string | undefined, CellReader>()
  return (raw, country = plan.settings.country) => {
    const read = readers.get(country) ?? cellReader('phone', one, { ...plan.settings, country }, one)
    readers.set(country, read)
    return read(raw)
  }
}

/** A column without a header is called by its number. */
export const columnNamed = (name: string, at: number): string | Said =>
  name === unnamedColumn(at) ? says.column_number({ number: at + 1 }) : name

/** Compiles a plan into a function that reads one row. */
export function rowReader(plan: ImportPlan): (row: Row) => Reading {
  const countryFirst = plan.mapping.toSorted(
    (a, b) => Number(b.target === 'country') - Number(a.target === 'country'),
  )
  const columns: Column[] = countryFirst.map(one => ({
    at: one.column,
    name: columnNamed(one.name, one.column),
    target: one.target,
    read: readerOf(one, plan),
  }))
  const defaults = plan.defaults.flatMap(({ target, value, type, ...facts }) => {
    const found = cellReader(type, {}, plan.settings, facts)(value)
    return 'value' in found ? [[target, found.value] as const] : []
  })
  const skip = plan.settings.bad_cells === 'skip'
  const surplus = (row: Row) => row.cells.slice(plan.columns).some(cell => cell !== '')

  return row => {
    if (surplus(row))
      return {
        problem: says.surplus_cells({ cells: row.cells.length, columns: plan.columns }),
      }
    const values: Record<string, unknown> = {}
    const raw: Record<string, string> = {}
    for (const column of columns) {
      const cell = restored(row.cells[column.at] ?? '').trim()
      if (cell === '') continue
      if (cell.includes('\u0000')) return { problem: says.nul_in_cell({ column: column.name }) }
      const { country } = values
      const found = column.read(cell, typeof country === 'string' ? country : undefined)
      if ('value' in found && isFlag(column.target)) {
        if (found.value === (column.target === 'deleted')) return { problem: gone[column.target] }
        continue
      }
      raw[column.target] = cell
      if ('value' in found) values[column.target] = found.value
      else if (!skip) return { problem: says.in_column({ column: column.name, problem: found.problem }) }
    }
    for (const [target, value] of defaults) values[target] ??= value
    return { values, raw }
  }
}

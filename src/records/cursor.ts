import { hash } from 'node:crypto'
import { fail } from '../core/errors.ts'
import { isUuid } from '../core/id.ts'
import type { Said } from '../core/text-sentence.ts'
import type { CatalogueField, CatalogueKind } from './catalogue.contract.ts'
import { manyOf, says as shared } from './says.contract.ts'
import { says } from './says.ts'

// A cursor is where a page ended: version, hash of the sort, the sort values (null where empty) and the id.

export interface SortKey {
  field: CatalogueField
  descending: boolean
}
export type SortValue = string | number | boolean | null
export interface Cursor {
  values: SortValue[]
  id: string
}

const version = 1
const mostKeys = 4

/** `-created_at,name` against the fields this reader may see. */
export function readSort(kind: CatalogueKind, text: string | undefined): SortKey[] {
  if (text === undefined || text.trim() === '') return []
  const parts = text.split(',').map(part => part.trim())
  if (parts.length > mostKeys) throw fail('invalid', wrong(says.too_many_sorts({ most: mostKeys })))
  const keys = parts.map(part => {
    const descending = part.startsWith('-')
    const key = descending ? part.slice(1) : part
    const field = kind.fields.find(one => one.key === key)
    if (!field) throw fail('invalid', wrong(says.no_field_to_sort({ field: key, kind: manyOf(kind) })))
    if (!field.sortable)
      throw fail('invalid', wrong(shared.not_sortable({ field: { label: field.label, key } })))
    return { field, descending }
  })
  const names = new Set(keys.map(key => key.field.key))
  if (names.size < keys.length) throw fail('invalid', wrong(says.sorted_twice()))
  return keys
}
const wrong = (message: Said) => ({
  code: 'invalid_sort',
  detail: message,
  errors: [{ path: 'sort', message }],
})

const hashOf = (keys: SortKey[]) =>
  hash('sha256', keys.map(key => `${key.descending ? '-' : ''}${key.field.key}`).join(), 'base64url').slice(
    0,
    8,
  )

export function writeCursor(keys: SortKey[], cursor: Cursor): string {
  return Buffer.from(JSON.stringify([version, hashOf(keys), cursor.values, cursor.id])).toString('base64url')
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/
const stale = () =>
  fail('invalid', {
    code: 'invalid_cursor',
    detail: says.cursor_of_other_list(),
    errors: [{ path: 'after', message: says.not_next_of_sort() }],
  })

function fits(field: CatalogueField, value: unknown): value is SortValue {
  if (value === null) return true
  if (field.type === 'number' || field.type === 'money')
    return typeof value === 'number' && Number.isFinite(value)
  if (field.type === 'boolean' && field.id === undefined) return typeof value === 'boolean'
  if (typeof value !== 'string' || value.includes('\u0000') || !value.isWellFormed()) return false
  if (field.type === 'date_time' || (field.type === 'date' && field.id !== undefined))
    return instant.test(value) && !Number.isNaN(Date.parse(value))
  if (field.type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
  return true
}

/** Everything in it is checked: it comes back from outside. */
export function readCursor(keys: SortKey[], text: string): Cursor {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw stale()
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw stale()
  const [itsVersion, sort, values, id] = parts as unknown[]
  if (itsVersion !== version || sort !== hashOf(keys) || typeof id !== 'string' || !isUuid(id)) throw stale()
  if (!Array.isArray(values) || values.length !== keys.length) throw stale()
  const checked = values.map((value, index): SortValue => {
    const field = keys[index]?.field
    if (!field || !fits(field, value)) throw stale()
    return value
  })
  return { values: checked, id }
}

/** A value that came from the database, as a cursor carries it. */
export function sortValue(value: unknown): SortValue {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return null
}

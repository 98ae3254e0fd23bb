import type { CatalogueField } from './catalogue.contract.ts'
import type { Bound, CheckedCondition, CheckedFilter, Test } from './filter-check.contract.ts'

// The filter language over plain objects in memory, as slowly and plainly as it can be said: what the compiler is tested against.

export interface PlainRecord {
  id: string
  values: Record<string, unknown>
  related?: Record<string, PlainRecord[]>
}

const accents = new Map(
  Array.from('ßæøłđœ', (letter, index) => [letter, ['ss', 'ae', 'o', 'l', 'd', 'oe'][index] ?? '']),
)

/** Without accents, case and repeated spaces. */
export const plainNormal = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæøłđœ]/g, letter => accents.get(letter) ?? letter)
    .replace(/\s+/g, ' ')
    .trim()

const isFilled = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

const exactTypes = new Set(['option', 'options', 'country', 'member', 'relation'])

/** A value in the form in which its field compares. */
function comparable(field: CatalogueField, value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  const text = value instanceof Date ? value.toISOString() : String(value)
  if (field.type === 'phone') return text.replace(/\D/g, '')
  if (field.type === 'date' || field.type === 'date_time' || exactTypes.has(field.type)) return text
  return plainNormal(text)
}

/** By code point, as the database's collation "C" does. */
function compare(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return Number(left) - Number(right)
}

function within(
  field: CatalogueField,
  value: string | number | boolean,
  bound: Bound | undefined,
  side: 1 | -1,
) {
  if (!bound) return true
  const order = compare(value, comparable(field, bound.value)) * side
  return order > 0 || (order === 0 && bound.inclusive)
}

function passes(field: CatalogueField, value: unknown, test: Test): boolean {
  if (Array.isArray(value)) return value.some(one => passes(field, one, test))
  if (!isFilled(value)) return false
  const own = comparable(field, value)
  if (test.is === 'filled') return true
  if (test.is === 'one_of') return test.values.some(wanted => compare(own, comparable(field, wanted)) === 0)
  if (test.is === 'range') return within(field, own, test.from, 1) && within(field, own, test.to, -1)
  const part = String(comparable(field, test.value))
  return test.is === 'contains' ? String(own).includes(part) : String(own).startsWith(part)
}

function holds(record: PlainRecord, { hops, field, test }: CheckedCondition): boolean {
  const reached = hops.reduce<PlainRecord[]>(
    (records, hop) => records.flatMap(one => one.related?.[hop.relation.name] ?? []),
    [record],
  )
  return reached.some(one => passes(field, one.values[field.key], test))
}

export function matches(record: PlainRecord, filter: CheckedFilter): boolean {
  if ('and' in filter) return filter.and.every(part => matches(record, part))
  if ('or' in filter) return filter.or.some(part => matches(record, part))
  if ('not' in filter) return !matches(record, filter.not)
  return holds(record, filter)
}

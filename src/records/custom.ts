import type { Ctx } from '../core/ctx.ts'
import type { FieldError } from '../core/errors.ts'
import type { Said } from '../core/text-sentence.ts'
import { says as coreSays, saidOf } from '../core/text-words.ts'
import type { CatalogueField } from './catalogue.contract.ts'
import { loadCatalogue } from './catalogue.ts'
import { isDay } from './filter-dates.contract.ts'
import type { FieldOption, FieldType } from './kind.contract.ts'
import { says } from './says.ts'
import { valueSchema } from './values.contract.ts'

// Values of custom fields: strict as the API takes them, lenient as they arrive in traits and imports.

export interface CustomType {
  key: string
  type: FieldType
  options?: readonly FieldOption[] | undefined
}
export type Coerced = { value: unknown } | { error: Said }
export type CheckedCustom = { custom: Record<string, unknown> } | { errors: FieldError[] }

/** A stored instant is always in UTC, so that equal instants are equal values. */
function stored(type: FieldType, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (type === 'date_time') return new Date(value).toISOString()
  const trimmed = value.trim()
  return trimmed === '' ? null : trimmed
}

function checkValue(field: CustomType, value: unknown): Coerced {
  if (value === null || value === '') return { value: null }
  const checked = valueSchema(field).safeParse(value)
  const first = checked.error?.issues[0]
  if (!checked.success) return { error: first ? saidOf(first, value) : coreSays.not_valid() }
  if (Array.isArray(checked.data) && checked.data.length === 0) return { value: null }
  const data: unknown = Array.isArray(checked.data) ? [...new Set(checked.data)] : checked.data
  return { value: stored(field.type, data) }
}

const yes = new Set(['true', 'yes', 'y', '1', 'on'])
const no = new Set(['false', 'no', 'n', '0', 'off'])

function optionId(field: CustomType, value: unknown): unknown {
  const text = String(value).trim()
  const lower = text.toLowerCase()
  const option =
    field.options?.find(one => one.id === text) ??
    field.options?.find(one => Object.values(one.label).some(label => label.toLowerCase() === lower))
  return option?.id ?? text
}

const looseDay = (text: unknown) =>
  typeof text === 'string' && isDay(text.slice(0, 10)) ? text.slice(0, 10) : text

function looseInstant(text: unknown): unknown {
  const readable = typeof text === 'string' && /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text))
  return readable ? new Date(text).toISOString() : text
}

function looseFlag(text: unknown): unknown {
  const word = String(text).toLowerCase()
  if (yes.has(word)) return true
  return no.has(word) ? false : text
}

const looseNumber = (text: unknown) =>
  typeof text === 'string' && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text

const looseOptions = (field: CustomType, text: unknown) =>
  (Array.isArray(text) ? (text as unknown[]) : String(text).split(/[,;|]/))
    .filter(one => String(one).trim() !== '')
    .map(one => optionId(field, one))

function loosen(field: CustomType, value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim() : value
  if (field.type === 'number' || field.type === 'money') return looseNumber(text)
  if (field.type === 'boolean') return looseFlag(text)
  if (field.type === 'date') return looseDay(text)
  if (field.type === 'date_time') return looseInstant(text)
  if (field.type === 'option') return optionId(field, text)
  if (field.type === 'options') return looseOptions(field, text)
  if (field.type === 'country') return typeof text === 'string' ? text.toUpperCase() : text
  return typeof text === 'number' || typeof text === 'boolean' ? String(text) : text
}

/** Takes what can sensibly be meant: "12" for a number, an option by its label, a flag as yes or 1. Never throws. */
export function coerceCustom(field: CustomType, value: unknown): Coerced {
  if (value === null || value === undefined || value === '') return { value: null }
  return checkValue(field, loosen(field, value))
}

function checkOne(fields: Map<string, CatalogueField>, custom: Record<string, unknown>): CheckedCustom {
  const errors: FieldError[] = []
  const checked: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(custom)) {
    const field = fields.get(`custom.${key}`)
    const path = `custom.${key.slice(0, 60)}`
    if (!field) {
      errors.push({ path, message: says.no_such_field() })
      continue
    }
    const result = checkValue({ ...field, key }, value)
    if ('error' in result) errors.push({ path, message: result.error })
    else checked[key] = result.value
  }
  return errors.length > 0 ? { errors } : { custom: checked }
}

/** Strict, in bulk; null empties a field. Fields that the writer may not see are unknown. */
export async function validateCustom(
  ctx: Ctx,
  kindName: string,
  customs: readonly Record<string, unknown>[],
): Promise<CheckedCustom[]> {
  const fields = (await loadCatalogue(ctx)).get(kindName)?.fields ?? []
  const byKey = new Map(fields.filter(field => field.id !== undefined).map(field => [field.key, field]))
  return customs.map(custom => checkOne(byKey, custom))
}

export function mergeCustom(
  before: Record<string, unknown>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null)
  return Object.fromEntries(merged)
}

import { isUuid } from '../core/id.ts'
import type { FieldDescription, Kind } from '../records/kind.contract.ts'
import { countryCode } from './countries.ts'
import { emailOf, isEmail, phoneOf } from './normal-form.ts'
import type { FieldValue } from './traits.ts'

// Items of bulk writers are checked one by one, fast and with words a person understands: a million of them pass through here.

export interface Checked<Item> {
  index: number
  item: Item
  values: Record<string, FieldValue>
  custom: Record<string, unknown>
}
export interface Refused {
  index: number
  code: string
  detail: string
}

const shorten = (value: unknown) => {
  const shown = String(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}

type Verdict = { value: FieldValue } | { detail: string }

function textValue(field: FieldDescription, raw: unknown): Verdict {
  if (typeof raw !== 'string') return { detail: 'must be text' }
  const value = raw.trim()
  if (value.includes('\u0000') || !value.isWellFormed())
    return { detail: 'contains characters that cannot be stored' }
  const most = field.max_length ?? 400
  if (value.length > most) return { detail: `has ${value.length} characters, at most ${most} fit` }
  return { value: value === '' ? null : value }
}

function typedValue(field: FieldDescription, value: string, country: string | undefined): Verdict {
  switch (field.type) {
    case 'email':
      return isEmail(emailOf(value))
        ? { value: emailOf(value) }
        : { detail: `"${shorten(value)}" is not an e-mail address` }
    case 'phone':
      if (!/\d/.test(value)) return { detail: `"${shorten(value)}" is not a phone number` }
      return { value: phoneOf(value, country) ?? value }
    case 'country': {
      const code = countryCode(value)
      return code === undefined ? { detail: `"${shorten(value)}" is not a country` } : { value: code }
    }
    case 'member':
    case 'relation':
      return isUuid(value.toLowerCase())
        ? { value: value.toLowerCase() }
        : { detail: `"${shorten(value)}" is not an id` }
    default:
      return { value: field.key === 'currency' ? value.toUpperCase() : value }
  }
}

function checkValue(field: FieldDescription, raw: unknown, country: string | undefined): Verdict {
  if (raw === null) return { value: null }
  if (field.type === 'number' || field.type === 'money')
    return typeof raw === 'number' && Number.isSafeInteger(raw)
      ? { value: raw }
      : { detail: 'must be a whole number' }
  if (field.type === 'boolean')
    return typeof raw === 'boolean' ? { value: raw } : { detail: 'must be true or false' }
  const text = textValue(field, raw)
  return 'detail' in text || text.value === null ? text : typedValue(field, String(text.value), country)
}

export function checkItem<Item extends object>(
  kind: Kind,
  index: number,
  item: Item,
  country: string | undefined,
): Checked<Item> | Refused {
  const given = item as Record<string, unknown>
  const values: Record<string, FieldValue> = {}
  for (const field of kind.fields) {
    const raw = given[field.key]
    if (raw === undefined || field.read_only) continue
    const verdict = checkValue(field, raw, country)
    if ('detail' in verdict)
      return {
        index,
        code: `invalid_${field.key}`,
        detail: `${field.label['en'] ?? field.key} ${verdict.detail}.`,
      }
    values[field.key] = verdict.value
  }
  return { index, item, values, custom: (given['custom'] ?? {}) as Record<string, unknown> }
}

/** Items that may be the same record go one after the other: each key's second bearer waits for the next wave. */
export function waves<Item>(items: readonly Item[], keysOf: (item: Item) => string[]): Item[][] {
  const waveOfKey = new Map<string, number>()
  const result: Item[][] = []
  for (const item of items) {
    const keys = keysOf(item)
    const wave = Math.max(-1, ...keys.map(key => waveOfKey.get(key) ?? -1)) + 1
    for (const key of keys) waveOfKey.set(key, wave)
    ;(result[wave] ??= []).push(item)
  }
  return result
}

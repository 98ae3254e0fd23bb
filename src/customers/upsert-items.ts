import { isUuid } from '../core/id.ts'
import { type Said, type Sentence, told } from '../core/text-sentence.ts'
import type { FieldDescription, Kind } from '../records/kind.contract.ts'
import { countryCode } from './countries.ts'
import { emailOf, isEmail, phoneOf } from './normal-form.ts'
import { says } from './says.ts'
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
  sentence: Sentence
}

const shorten = (value: unknown) => {
  const shown = String(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}

type Verdict = { value: FieldValue } | { problem: Said }

function textValue(field: FieldDescription, raw: unknown): Verdict {
  if (typeof raw !== 'string') return { problem: says.not_text() }
  const value = raw.trim()
  if (value.includes('\u0000') || !value.isWellFormed()) return { problem: says.not_storable() }
  const most = field.max_length ?? 400
  if (value.length > most) return { problem: says.too_long({ count: value.length, most }) }
  return { value: value === '' ? null : value }
}

function typedValue(field: FieldDescription, value: string, country: string | undefined): Verdict {
  switch (field.type) {
    case 'email':
      return isEmail(emailOf(value))
        ? { value: emailOf(value) }
        : { problem: says.not_email({ value: shorten(value) }) }
    case 'phone':
      if (!/\d/.test(value)) return { problem: says.not_phone({ value: shorten(value) }) }
      return { value: phoneOf(value, country) ?? value }
    case 'country': {
      const code = countryCode(value)
      return code === undefined ? { problem: says.not_country({ value: shorten(value) }) } : { value: code }
    }
    case 'member':
    case 'relation':
      return isUuid(value.toLowerCase())
        ? { value: value.toLowerCase() }
        : { problem: says.not_id({ value: shorten(value) }) }
    default:
      return { value: field.key === 'currency' ? value.toUpperCase() : value }
  }
}

function checkValue(field: FieldDescription, raw: unknown, country: string | undefined): Verdict {
  if (raw === null) return { value: null }
  if (field.type === 'number' || field.type === 'money')
    return typeof raw === 'number' && Number.isSafeInteger(raw)
      ? { value: raw }
      : { problem: says.not_whole() }
  if (field.type === 'boolean')
    return typeof raw === 'boolean' ? { value: raw } : { problem: says.not_yes_no() }
  const text = textValue(field, raw)
  return 'problem' in text || text.value === null ? text : typedValue(field, String(text.value), country)
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
    if ('problem' in verdict)
      return {
        index,
        code: `invalid_${field.key}`,
        ...told(says.field_problem({ field: { label: field.label }, problem: verdict.problem })),
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

import {
  dateTimeText,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  instantText,
  minorDigits,
} from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { locale } from '../../core/web/language.ts'
import { formatPhone, telephone } from '../../core/web/phone.ts'

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'number'
  | 'date'
  | 'date_time'
  | 'option'
  | 'options'
  | 'boolean'
  | 'money'
  | 'email'
  | 'phone'
  | 'url'

export type FieldValue = string | number | boolean | readonly string[] | null

export interface FieldOption {
  value: string
  label: string
}

export interface FieldShape {
  kind: FieldKind
  options?: readonly FieldOption[]
  /** Of a money value, which is in minor units. */
  currency?: string
  unit?: string
}

/** A number as people type it here: `1.234,5` or `1,234.5` by the reader's locale, and the plain form always. */
export function parseNumber(text: string): number | undefined {
  const squeezed = text.replaceAll(/[\s\u00A0\u202F'’]/g, '')
  if (squeezed === '') return undefined
  const parts = new Intl.NumberFormat(locale()).formatToParts(12_345.6)
  const decimal = parts.find(part => part.type === 'decimal')?.value ?? '.'
  const group = parts.find(part => part.type === 'group')?.value ?? ','
  const plain = /^-?\d+(\.\d+)?$/.test(squeezed) && !(group === '.' && /^-?\d{1,3}(\.\d{3})+$/.test(squeezed))
  const value = Number(plain ? squeezed : squeezed.replaceAll(group, '').replace(decimal, '.'))
  return Number.isFinite(value) ? value : Number.NaN
}

/** What stands in the input when editing begins. */
export function draftOf({ kind, currency }: FieldShape, value: FieldValue): string {
  if (value === null || Array.isArray(value)) return ''
  if (kind === 'money' && typeof value === 'number') {
    return formatNumber(value / 10 ** minorDigits(currency ?? 'EUR'), { useGrouping: false })
  }
  if (kind === 'number' && typeof value === 'number') {
    return formatNumber(value, { useGrouping: false, maximumFractionDigits: 20 })
  }
  if (kind === 'date_time' && typeof value === 'string') return dateTimeText(value)
  return String(value)
}

type Parsed = { value: FieldValue } | { problem: string }

/** What the draft means, or what is wrong with it in words. */
export function parseDraft({ kind, currency }: FieldShape, draft: string): Parsed {
  const text = draft.trim()
  if (text === '') return { value: null }
  if (kind === 'number' || kind === 'money') {
    const number = parseNumber(text)
    if (number === undefined || Number.isNaN(number)) return { problem: t('ui.field.notNumber') }
    if (kind === 'number') return { value: number }
    return { value: Math.round(number * 10 ** minorDigits(currency ?? 'EUR')) }
  }
  if (kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { problem: t('ui.field.notEmail') }
  if (kind === 'phone' && !/^[+\d][\d\s()./-]{3,}$/.test(text)) return { problem: t('ui.field.notPhone') }
  if (kind === 'url' && !URL.canParse(/^https?:\/\//.test(text) ? text : `https://${text}`)) {
    return { problem: t('ui.field.notUrl') }
  }
  if (kind === 'date_time') return { value: instantText(text) }
  return { value: kind === 'long_text' ? draft : text }
}

/** As it is read. */
export function shownValue(shape: FieldShape, value: FieldValue): string {
  if (value === null || value === '') return ''
  const labelOf = (one: string) => shape.options?.find(option => option.value === one)?.label ?? one
  if (Array.isArray(value)) return value.map(labelOf).join(', ')
  if (typeof value === 'boolean') return value ? t('ui.yes') : t('ui.no')
  if (typeof value === 'number') {
    if (shape.kind === 'money') return formatMoney(value, shape.currency ?? 'EUR')
    return shape.unit ? `${formatNumber(value)} ${shape.unit}` : formatNumber(value)
  }
  const text = String(value)
  if (shape.kind === 'date') return formatDate(text)
  if (shape.kind === 'date_time') return formatDateTime(text)
  if (shape.kind === 'phone') return formatPhone(text)
  return shape.kind === 'option' ? labelOf(text) : text
}

export function hrefOf(kind: FieldKind, value: FieldValue): string | undefined {
  if (typeof value !== 'string' || !value) return undefined
  if (kind === 'email') return `mailto:${value}`
  if (kind === 'phone') return /\d/.test(value) ? telephone(value) : undefined
  if (kind !== 'url') return undefined
  return /^https?:\/\//.test(value) ? value : `https://${value}`
}

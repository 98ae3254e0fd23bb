import { createHash } from 'node:crypto'
import type { Said } from '../core/text-sentence.ts'
import { countryCode } from '../customers/index.ts'
import { channels } from '../timeline/timeline.contract.ts'
import type { Amount } from './cells.ts'
import { countDigests, digestOf, idWithin } from './digests.ts'
import type { ImportPlan } from './import-plan.ts'
import type { ImportSettings } from './imports.contract.ts'
import { multiply, toMinor } from './numbers.ts'
import type { ReadRow } from './read-row.ts'
import { says } from './says.ts'

export interface Identifier {
  type: 'email' | 'phone' | 'external_id' | 'user_id' | 'anonymous_id'
  value: string
}
type Channel = (typeof channels)[number]
export interface ReadInteraction {
  interaction: {
    message_id: string
    occurred_at: string
    identifiers: Identifier[]
    channel: Channel
    kind: string
    source: string
    name?: string
    direction?: 'inbound' | 'outbound'
    amount_minor?: number
    currency?: string
    score?: number
    ref_kind?: string
    ref_id?: string
    text?: string
    properties: Record<string, unknown>
  }
  company?: string | undefined
  traits: { name?: string; country?: string }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)
const token = (value: string): string =>
  value
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+|_+$/g, '')

const channelWords: Record<string, Channel> = {
  'e-mail': 'email',
  mail: 'email',
  telephone: 'phone',
  telefon: 'phone',
  call: 'phone',
  anruf: 'phone',
  online: 'web',
  website: 'web',
  store: 'shop',
  laden: 'shop',
  letter: 'post',
  brief: 'post',
  twitter: 'social',
  facebook: 'social',
  internet: 'web',
  voice: 'phone',
  desk: 'in_person',
}
// what tracking calls say in their type
const kindWords: Record<string, string> = { track: 'event', page: 'page_view', screen: 'screen_view' }

function channelOf(value: string | undefined, fallback: Channel): Channel {
  if (!value) return fallback
  const word = token(value)
  return channels.find(channel => channel === word) ?? channelWords[value.toLowerCase()] ?? 'other'
}

export function identifiersOf(values: Record<string, unknown>, source: string): Identifier[] {
  const found: Identifier[] = []
  for (const type of ['external_id', 'user_id', 'email', 'phone', 'anonymous_id'] as const) {
    const value = text(values[type])
    if (!value || (type === 'phone' && !value.startsWith('+'))) continue
    found.push({ type, value: type === 'external_id' ? `${source}:${value}` : value })
  }
  return found
}

type Money = { amount_minor: number; currency: string } | { problem: Said } | undefined

function amountOf(values: Record<string, unknown>, fallback: string | undefined): Money {
  const amount = values.amount as Amount | undefined
  const price = values.unit_price as Amount | undefined
  const quantity = values.quantity as number | undefined
  const given = amount ?? price
  if (!given) return undefined
  const written = text(values.currency)?.toUpperCase()
  const currency = given.currency ?? (written && /^[A-Z]{3}$/.test(written) ? written : undefined) ?? fallback
  if (!currency) return { problem: says.no_currency() }
  const number = amount || quantity === undefined ? given.number : multiply(String(quantity), given.number)
  const minor = toMinor(number, currency)
  return minor === undefined
    ? { problem: says.amount_too_large({ amount: number }) }
    : { amount_minor: Number(minor), currency }
}

/** Money given back: by a negative amount, or by the way the order or invoice is numbered ("C536379"). */
function isRefund(
  values: Record<string, unknown>,
  amount_minor: number,
  rules: ImportSettings['refunds'],
): boolean {
  const reference = text(values.reference) ?? ''
  if (rules.reference_prefix && reference.startsWith(rules.reference_prefix)) return true
  return rules.negative_amounts && amount_minor < 0
}

/** Turns what rows say into interactions, each with an id that is the same whenever the same row comes again. */
export function interactionReader(plan: ImportPlan, workspace_currency: string) {
  const { settings } = plan
  const seen = countDigests()
  const priced = plan.mapping.some(one => ['amount', 'unit_price'].includes(one.target))
  const usual = { kind: priced ? 'purchase' : 'other', channel: priced ? 'shop' : 'other' } as const

  const messageId = ({ values, raw }: ReadRow): string => {
    const own = text(values.message_id)
    if (own) return idWithin(settings.source, own)
    // Two equal lines in one file are two interactions; the second has its own id, in this file and in the next export.
    const row = JSON.stringify([settings.source, Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1))])
    const digest = digestOf(row)
    const again = seen(digest)
    return `import:${createHash('sha256').update(digest).update(String(again)).digest('base64url').slice(0, 32)}`
  }

  return (row: ReadRow): ReadInteraction | { problem: Said } => {
    const message_id = messageId(row)
    const { values } = row
    const occurred = values.occurred_at
    if (!(occurred instanceof Date)) return { problem: says.no_time() }
    const identifiers = identifiersOf(values, settings.source)
    const company = text(values.company)
    if (!identifiers.length && !company) return { problem: says.no_customer() }
    const money = amountOf(values, settings.currency ?? workspace_currency)
    if (money && 'problem' in money) return money
    const word = token(text(values.kind) ?? usual.kind) || usual.kind
    const kind = kindWords[word] ?? word
    const refund = money && kind === 'purchase' && isRefund(values, money.amount_minor, settings.refunds)
    return {
      company,
      traits: traitsOf(values),
      interaction: {
        message_id,
        occurred_at: occurred.toISOString(),
        identifiers,
        channel: channelOf(text(values.channel), usual.channel),
        kind: refund ? 'refund' : kind,
        source: settings.source,
        ...described(values),
        ...(money ? { ...money, ...(refund ? { amount_minor: -Math.abs(money.amount_minor) } : {}) } : {}),
        properties: propertiesOf(values),
      },
    }
  }
}

function traitsOf(values: Record<string, unknown>): ReadInteraction['traits'] {
  const name = text(values.person_name)
  const country = countryCode(text(values.country) ?? '')
  return { ...(name ? { name } : {}), ...(country ? { country } : {}) }
}

function described(values: Record<string, unknown>) {
  const [name, note, reference, direction] = ['name', 'text', 'reference', 'direction'].map(key =>
    text(values[key]),
  )
  const inbound = direction && /^(in|ein)/i.test(direction)
  return {
    ...(name ? { name: name.slice(0, 255) } : {}),
    ...(note ? { text: note } : {}),
    ...(reference ? { ref_kind: 'order', ref_id: reference } : {}),
    ...(direction ? { direction: inbound ? ('inbound' as const) : ('outbound' as const) } : {}),
    ...(typeof values.score === 'number' ? { score: values.score } : {}),
  }
}

function propertiesOf(values: Record<string, unknown>): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const [target, value] of Object.entries(values))
    if (target.startsWith('properties.')) properties[target.slice('properties.'.length)] = value
  if (typeof values.quantity === 'number') properties.quantity = values.quantity
  const price = values.unit_price as Amount | undefined
  if (price) properties.unit_price = Number(price.number)
  return properties
}

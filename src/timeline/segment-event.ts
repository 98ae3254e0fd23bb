import { randomUUID } from 'node:crypto'
import { type Said, type Sentence, told } from '../core/text-sentence.ts'
import { sortIdentifiers } from './identifiers.ts'
import { isPlainObject, type Json, jsonProblem, toStorableJson } from './json-shape.ts'
import { minorAmount } from './money.ts'
import { says } from './says.ts'
import { correctedTimes, type Times } from './segment-time.ts'
import type { InteractionIdentifier } from './timeline.contract.ts'

/** Limits of one event. Bodies are limited in ingest.routes.ts. */
const maxEventBytes = 32 * 1024
const maxIdLength = 100
const maxProperties = 300
const maxNameLength = 255

export const eventTypes = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
export type EventType = (typeof eventTypes)[number]

export interface Received {
  received_at: Date
  /** The type named by a single-event route; in a batch each event names its own. */
  type?: EventType
  sent_at?: unknown
  context?: unknown
  currency?: string
}

export interface SegmentEvent extends Times {
  type: EventType
  message_id: string
  identifiers: InteractionIdentifier[]
  group_id: string | null
  channel: string
  kind: string
  name: string | null
  text: string | null
  amount_minor: number | null
  currency: string | null
  /** As JSON text that jsonb can hold. */
  properties: string
  context: string
}

export interface Rejection {
  code: string
  detail: string
  sentence: Sentence
  message_id: string | null
  sample: string
}

/** What is wrong with this one event; the others of its batch go on. */
class Refused extends Error {
  readonly code: string
  readonly said: Said
  constructor(code: string, said: Said) {
    super(said.text)
    this.code = code
    this.said = said
  }
}

export type Parsed = { event: SegmentEvent } | { rejection: Rejection }

/** One event as the Segment and RudderStack SDKs send it, checked on its own. */
export function parseSegmentEvent(raw: unknown, received: Received): Parsed {
  try {
    return { event: readEvent(raw, received) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { rejection: rejectionOf(raw, error) }
  }
}

function rejectionOf(raw: unknown, { code, said }: Refused): Rejection {
  const id = isPlainObject(raw) && typeof raw['messageId'] === 'string' ? raw['messageId'] : null
  let sample: string
  try {
    sample = JSON.stringify(raw) ?? ''
  } catch {
    sample = '(nested too deeply to be shown)'
  }
  return {
    code,
    ...told(said),
    message_id: id ? storable(id).slice(0, maxIdLength) : null,
    sample: storable(sample.slice(0, 4000)),
  }
}

/** PostgreSQL text holds no NUL and no half of a surrogate pair. */
const storable = (value: string) => value.replaceAll('\u0000', '␀').toWellFormed()

function readEvent(raw: unknown, received: Received): SegmentEvent {
  if (!isPlainObject(raw)) throw new Refused('not_an_object', says.not_an_object())
  checkShape(raw)
  const type = readType(raw, received.type)
  const context = { ...objectOf(received.context), ...objectOf(raw['context']) }
  const times = correctedTimes(raw, received)
  if ('problem' in times) throw new Refused('absurd_date', times.problem)
  const groupId = type === 'group' ? readId(raw['groupId'], 'groupId') : null
  if (type === 'group' && !groupId) throw new Refused('no_identifier', says.no_group_id())
  const identifiers = readIdentifiers(type, raw, context)
  if (groupId) identifiers.push({ type: 'group_id', value: groupId })
  if (!identifiers.length) throw new Refused('no_identifier', says.no_id_given())
  if (type === 'alias' && identifiers.length < 2) throw new Refused('no_identifier', says.alias_needs_both())
  const body = type === 'identify' || type === 'group' ? 'traits' : 'properties'
  const properties = propertiesOf(type, raw, context, body)
  const meaning = meaningOf(type, raw, properties, context, received.currency)
  const stored = { properties: toStorableJson(properties), context: toStorableJson(context) }
  checkSize(stored.properties, stored.context)
  return {
    type,
    message_id: readId(raw['messageId'], 'messageId') ?? randomUUID(),
    identifiers,
    group_id: groupId,
    ...meaning,
    ...stored,
    ...times,
  }
}

function checkShape(raw: Json): void {
  const problem = jsonProblem(raw)
  if (problem) throw new Refused(problem.code, problem.said)
}

/** What would be stored of the event; the rest (integrations, metadata) is left behind anyway. */
function checkSize(properties: string, context: string): void {
  const bytes = Buffer.byteLength(properties) + Buffer.byteLength(context)
  if (bytes > maxEventBytes)
    throw new Refused('event_too_large', says.event_too_large({ bytes, most: maxEventBytes }))
}

function readType(raw: Json, routeType: EventType | undefined): EventType {
  const type = routeType ?? raw['type']
  if (typeof type !== 'string' || !type) throw new Refused('missing_type', says.missing_type())
  const known = eventTypes.find(name => name === type.toLowerCase())
  if (!known) throw new Refused('unknown_type', says.unknown_type({ type: type.slice(0, 40) }))
  return known
}

function readId(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Refused('invalid_id', says.invalid_id({ field }))
  const id = String(value).trim()
  if (id.length > maxIdLength)
    throw new Refused('id_too_long', says.id_too_long({ field, count: id.length, most: maxIdLength }))
  return id || null
}

function readIdentifiers(type: EventType, raw: Json, context: Json): InteractionIdentifier[] {
  const found: InteractionIdentifier[] = []
  const add = (idType: InteractionIdentifier['type'], value: string | null) => {
    if (value && !found.some(known => known.type === idType && known.value === value))
      found.push({ type: idType, value })
  }
  add('user_id', readId(raw['userId'], 'userId'))
  add('anonymous_id', readId(raw['anonymousId'], 'anonymousId'))
  const previous = readId(raw['previousId'], 'previousId')
  // The old id of an alias is nearly always the anonymous one; the graph's guards decide what may follow from it.
  if (type === 'alias') add('anonymous_id', previous)
  const traits = type === 'identify' ? objectOf(raw['traits']) : {}
  for (const email of [traits['email'], objectOf(context['traits'])['email']])
    if (typeof email === 'string' && email.includes('@')) add('email', readId(email, 'email'))
  const device = objectOf(context['device'])
  add('external_id', prefixed('device', device['id']))
  add('external_id', prefixed('advertising', device['advertisingId']))
  add('external_id', prefixed('push', device['token']))
  for (const external of Array.isArray(context['externalIds']) ? context['externalIds'].slice(0, 10) : [])
    if (isPlainObject(external) && (external['collection'] ?? 'users') === 'users')
      add('external_id', prefixed(external['type'], external['id']))
  return sortIdentifiers(found)
}

/** Device tokens may be long and are only a help: too long ones are left out, not a reason to refuse the event. */
function prefixed(source: unknown, id: unknown): string | null {
  if (typeof source !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return null
  const value = `${source.trim()}:${String(id).trim()}`
  return source.trim() && String(id).trim() && value.length <= maxIdLength ? value : null
}

function propertiesOf(type: EventType, raw: Json, context: Json, body: 'traits' | 'properties'): Json {
  const own = objectOf(raw[body])
  // RudderStack's server SDK copies the traits of an identify into the context; others send them only there.
  const properties = type === 'identify' && !Object.keys(own).length ? objectOf(context['traits']) : own
  const count = Object.keys(properties).length
  if (count > maxProperties)
    throw new Refused(
      'too_many_properties',
      says.too_many_properties({ count, what: body, most: maxProperties }),
    )
  return properties
}

type Meaning = Pick<SegmentEvent, 'channel' | 'kind' | 'name' | 'text' | 'amount_minor' | 'currency'>

const purchases = new Set(['order completed', 'completed order', 'purchase'])
const refunds = new Set(['order refunded', 'refunded order', 'refund'])

function meaningOf(
  type: EventType,
  raw: Json,
  properties: Json,
  context: Json,
  currency: string | undefined,
): Meaning {
  const none = { name: null, text: null, amount_minor: null, currency: null }
  const channel = channelOf(raw, context)
  if (type === 'page')
    return { ...none, channel: 'web', kind: 'page_view', ...viewOf(raw, properties, context) }
  if (type === 'screen')
    return { ...none, channel: 'app', kind: 'screen_view', ...viewOf(raw, properties, context) }
  if (type !== 'track') return { ...none, channel, kind: type }
  const name = readEventName(raw['event'])
  const known = name.toLowerCase()
  if (!purchases.has(known) && !refunds.has(known))
    return {
      ...none,
      channel,
      kind: 'event',
      name,
      text: shortText(properties['label'], properties['title']),
    }
  const kind = purchases.has(known) ? 'purchase' : 'refund'
  const amount = minorAmount(
    properties['revenue'] ?? properties['total'] ?? properties['value'],
    properties['currency'] ?? currency,
  )
  return {
    channel: 'shop',
    kind,
    name,
    text: shortText(properties['order_id'] ?? properties['orderId'], productNames(properties['products'])),
    amount_minor: amount && (kind === 'refund' ? -Math.abs(amount.amount_minor) : amount.amount_minor),
    currency: amount && amount.currency,
  }
}

function readEventName(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : ''
  if (!name) throw new Refused('no_event_name', says.no_event_name())
  if (name.length > maxNameLength)
    throw new Refused('name_too_long', says.name_too_long({ count: name.length, most: maxNameLength }))
  return name
}

function viewOf(raw: Json, properties: Json, context: Json): { name: string | null; text: string | null } {
  const page = objectOf(context['page'])
  const name = shortText(raw['name'] ?? properties['name'])
  const text = shortText(
    properties['title'] ?? page['title'],
    properties['path'] ?? page['path'] ?? properties['url'],
  )
  return { name: name && name.slice(0, maxNameLength), text }
}

function channelOf(raw: Json, context: Json): string {
  if (raw['channel'] === 'web' || context['page']) return 'web'
  if (raw['channel'] === 'mobile' || context['device'] || context['app']) return 'app'
  return 'api'
}

const shortText = (...parts: unknown[]) => {
  const words = parts.filter(part => (typeof part === 'string' && part.trim()) || typeof part === 'number')
  return words.length ? words.join(' · ').slice(0, 300) : null
}

function productNames(products: unknown): string | null {
  if (!Array.isArray(products)) return null
  const names = products.slice(0, 5).map(product => (isPlainObject(product) ? product['name'] : null))
  return names.filter(name => typeof name === 'string').join(', ') || null
}

const objectOf = (value: unknown): Json => (isPlainObject(value) ? value : {})

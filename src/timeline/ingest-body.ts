import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { told } from '../core/text-sentence.ts'
import { isPlainObject, type Json } from './json-shape.ts'
import { says } from './says.ts'
import {
  type EventType,
  parseSegmentEvent,
  type Received,
  type Rejection,
  type SegmentEvent,
} from './segment-event.ts'

const inflate = promisify(gunzip)
/** What a body within the limit may unpack to; beyond it a gzip body is an attack, not a batch. */
const maxUnpackedBytes = 16 * 1024 * 1024

export type Body = { json: unknown } | { problem: 'unreadable' | 'too_large' }

/** The SDKs label their bodies wrongly, so neither the content type nor the encoding header decides: the bytes do. */
export async function readBody(bytes: Buffer | undefined): Promise<Body> {
  if (!bytes?.length) return { problem: 'unreadable' }
  let plain = bytes
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      plain = await inflate(bytes, { maxOutputLength: maxUnpackedBytes })
    } catch (error) {
      return {
        problem: (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'unreadable',
      }
    }
  }
  try {
    return { json: JSON.parse(plain.toString('utf8').replace(/^\uFEFF/, '')) }
  } catch {
    return { problem: 'unreadable' }
  }
}

/** Write key: Basic user name, else the body, else the query (a beacon can set no header). */
export function writeKeyOf(
  authorization: string | undefined,
  body: unknown,
  query: unknown,
): string | undefined {
  const basic = /^Basic +([\w+/=-]+)$/i.exec(authorization ?? '')?.[1]
  const user = basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[0]
  if (user) return user
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (bearer) return bearer
  for (const place of [body, query])
    if (isPlainObject(place) && typeof place['writeKey'] === 'string') return place['writeKey']
  return undefined
}

export interface Batch {
  events: SegmentEvent[]
  rejections: Rejection[]
}

/** The events of a request. Each is judged on its own: a 4xx would make the SDK throw the whole batch away. */
export function readEvents(json: unknown, type: EventType | undefined, received: Received): Batch {
  const batch: Batch = { events: [], rejections: [] }
  const take = (raw: unknown, more: Received) => {
    const parsed = parseSegmentEvent(raw, more)
    if ('event' in parsed) batch.events.push(parsed.event)
    else batch.rejections.push(parsed.rejection)
  }
  if (type) {
    take(withoutKey(json), { ...received, type })
    return batch
  }
  const list = isPlainObject(json) ? json['batch'] : undefined
  if (!isPlainObject(json) || !Array.isArray(list)) {
    batch.rejections.push({
      code: 'no_batch',
      ...told(says.batch_needs_list()),
      message_id: null,
      sample: '',
    })
    return batch
  }
  for (const raw of list) take(raw, { ...received, sent_at: json['sentAt'], context: json['context'] })
  return batch
}

function withoutKey(json: unknown): unknown {
  if (!isPlainObject(json)) return json
  const { writeKey: _writeKey, ...event }: Json = json
  return event
}

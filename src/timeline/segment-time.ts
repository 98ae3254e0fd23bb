import type { Said } from '../core/text-sentence.ts'
import { says } from './says.ts'
/** The four times of an event: timestamp = receivedAt − (sentAt − originalTimestamp), which takes out a wrong clock. */
export interface Times {
  occurred_at: Date
  received_at: Date
  sent_at: Date | null
  original_at: Date | null
}

const dayMs = 86_400_000
/** Beyond this a date is nonsense whatever the clock; PostgreSQL could not even store the far ends. */
const latest = Date.UTC(2200, 0, 1)

export function correctedTimes(
  raw: Record<string, unknown>,
  received: { received_at: Date; sent_at?: unknown },
): Times | { problem: Said } {
  const original = readTime(raw['originalTimestamp'] ?? raw['timestamp'])
  const sent = readTime(raw['sentAt'] ?? received.sent_at)
  if (original === 'unreadable') return { problem: says.not_a_time() }
  const sentAt = sent === 'unreadable' ? null : sent
  const receivedAt = received.received_at
  const at =
    original && sentAt ? receivedAt.getTime() - (sentAt.getTime() - original.getTime()) : original?.getTime()
  const occurredAt = new Date(at ?? receivedAt.getTime())
  for (const [name, time] of [
    ['sent', sentAt],
    ['original', original],
    ['corrected', occurredAt],
  ] as const)
    if (time && !(time.getTime() >= 0 && time.getTime() < latest))
      return { problem: says.absurd_time({ name }) }
  if (occurredAt.getTime() > receivedAt.getTime() + dayMs) return { problem: says.in_the_future() }
  return { occurred_at: occurredAt, received_at: receivedAt, sent_at: sentAt, original_at: original }
}

function readTime(value: unknown): Date | null | 'unreadable' {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string' && typeof value !== 'number') return 'unreadable'
  const numeric =
    typeof value === 'number' ? value : /^\d{10}(\d{3})?$/.test(value) ? Number(value) : undefined
  const time = new Date(numeric === undefined ? value : numeric < 1e11 ? numeric * 1000 : numeric)
  return Number.isNaN(time.getTime()) ? 'unreadable' : time
}

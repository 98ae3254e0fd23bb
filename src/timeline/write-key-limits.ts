import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { told } from '../core/text-sentence.ts'
import type { WriteKey } from '../identity/index.ts'
import { says } from './says.ts'
import type { Rejection } from './segment-event.ts'

// A write key stands in public pages, so whoever reads one can send with it: from where and how much is limited here.

/** What is refused because it comes from a page that the key is not for; one for the whole request, which costs the key nothing. */
export function strangerOf({ origins }: WriteKey, origin: string | undefined): Rejection | undefined {
  if (origins.length === 0 || (origin !== undefined && origins.includes(origin))) return undefined
  const from = origin === undefined ? says.no_web_page() : says.from_page({ origin: origin.slice(0, 200) })
  return {
    code: 'wrong_origin',
    ...told(says.wrong_origin({ from, origins })),
    message_id: null,
    sample: '',
  }
}

/** 429 is one of the few answers after which the SDKs come back with the same events. */
export async function demandQuota(machine: Machine, key: WriteKey, events: number): Promise<void> {
  const limit = key.events_per_minute ?? machine.config.event_rate
  if (limit === 0 || events === 0) return
  const verdict = await machine.limits.take(`events ${key.id}`, { limit, window_ms: 60_000 }, events)
  if (verdict.allowed) return
  throw fail('too_many_requests', {
    code: 'event_quota',
    detail: says.event_quota({ most: limit }),
    retry_after_s: verdict.reset_s,
  })
}

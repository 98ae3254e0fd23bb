import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { type Kysely, sql } from 'kysely'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import type { Said } from '../core/text-sentence.ts'
import { says } from './says.ts'

// Guessing is limited in the database, so that it holds over all processes. Each key is a bucket that refills steadily
// and is kept as one instant: when it will be full again. An attempt is counted before the password is looked at, so
// attempts at the same moment cannot slip past; success gives it back, so an office behind one address is not shut out.

interface Limit {
  attempts: number
  refill_ms: number
}

const minute_ms = 60_000

// Of each kind of attempt: what one address may try on one account, everybody on one account, one address on all.
const limits = {
  sign_in: {
    both: { attempts: 10, refill_ms: minute_ms },
    account: { attempts: 50, refill_ms: minute_ms },
    address: { attempts: 300, refill_ms: 3_000 },
    detail: says.too_many_sign_ins(),
  },
  // Nothing can be guessed of a passkey; a question that waits for its answer takes room.
  passkey: {
    both: { attempts: 60, refill_ms: 5_000 },
    account: { attempts: 60, refill_ms: 5_000 },
    address: { attempts: 300, refill_ms: 3_000 },
    detail: says.too_many_sign_ins(),
  },
  // Each one is a message in somebody's mailbox.
  reset: {
    both: { attempts: 3, refill_ms: 20 * minute_ms },
    account: { attempts: 6, refill_ms: 20 * minute_ms },
    address: { attempts: 30, refill_ms: minute_ms },
    detail: says.too_many_resets(),
  },
  // Three codes of a million are right at any moment: a hundred tries a day find one in thirty years.
  code: {
    both: { attempts: 10, refill_ms: 15 * minute_ms },
    account: { attempts: 20, refill_ms: 15 * minute_ms },
    address: { attempts: 300, refill_ms: 3_000 },
    detail: says.too_many_codes(),
  },
  // The address is the workspace here, whose members invite.
  invitation: {
    both: { attempts: 6, refill_ms: 10 * minute_ms },
    account: { attempts: 20, refill_ms: 10 * minute_ms },
    address: { attempts: 1000, refill_ms: 3_000 },
    detail: says.too_many_invitations(),
  },
} satisfies Record<string, Record<'both' | 'account' | 'address', Limit> & { detail: Said }>

export interface Attempt {
  email: string
  ip: string
  kind?: keyof typeof limits
}

/** Whoever has one IPv6 address has the other 2⁶⁴ of its network too. */
function network(ip: string): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip
  const [head = '', tail] = ip.split('::')
  const left = head.split(':').filter(part => part !== '')
  const right = tail === undefined ? [] : tail.split(':').filter(part => part !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...(tail === undefined ? [] : zeros), ...right].slice(0, 4).join(':')
}

function buckets(machine: Machine, { email, ip, kind = 'sign_in' }: Attempt) {
  const address = network(ip)
  const limit = limits[kind]
  const key = (...parts: string[]) =>
    createHmac('sha256', machine.secrets.key('sign-in-limit'))
      .update([...(kind === 'sign_in' ? [] : [kind]), ...parts].join('\n'))
      .digest()
  return [
    { key: key('both', email, address), ...limit.both, clears: true },
    { key: key('account', email), ...limit.account, clears: false },
    { key: key('address', address), ...limit.address, clears: false },
  ].sort((left, right) => Buffer.compare(left.key, right.key))
}

/** Counts an attempt, or refuses it. Keys are taken in one order, so attempts that meet wait and do not deadlock. */
export async function countAttempt(machine: Machine, db: Kysely<Tables>, attempt: Attempt): Promise<void> {
  const now = machine.clock.now()
  for (const { key, attempts, refill_ms } of buckets(machine, attempt)) {
    const latest = new Date(now.getTime() + (attempts - 1) * refill_ms)
    const counted = await db
      .insertInto('sign_in_attempt')
      .values({ key, full_at: new Date(now.getTime() + refill_ms) })
      .onConflict(conflict =>
        conflict
          .column('key')
          .doUpdateSet({
            full_at: sql<Date>`greatest(sign_in_attempt.full_at, ${now}) + ${refill_ms} * interval '1 millisecond'`,
          })
          .where('sign_in_attempt.full_at', '<=', latest),
      )
      .returning('key')
      .executeTakeFirst()
    if (counted) continue
    const full = await db
      .selectFrom('sign_in_attempt')
      .select('full_at')
      .where('key', '=', key)
      .executeTakeFirst()
    const wait_ms = (full?.full_at.getTime() ?? now.getTime()) - latest.getTime()
    throw fail('too_many_requests', {
      code: 'too_many_attempts',
      detail: limits[attempt.kind ?? 'sign_in'].detail,
      retry_after_s: Math.max(1, Math.ceil(wait_ms / 1000)),
    })
  }
}

export async function forgiveAttempt(machine: Machine, db: Kysely<Tables>, attempt: Attempt): Promise<void> {
  for (const { key, refill_ms, clears } of buckets(machine, attempt)) {
    if (clears) await db.deleteFrom('sign_in_attempt').where('key', '=', key).execute()
    else {
      await db
        .updateTable('sign_in_attempt')
        .set({ full_at: sql<Date>`full_at - ${refill_ms} * interval '1 millisecond'` })
        .where('key', '=', key)
        .execute()
    }
  }
  await db.deleteFrom('sign_in_attempt').where('full_at', '<', machine.clock.now()).execute()
}

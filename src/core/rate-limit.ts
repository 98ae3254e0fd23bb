import { sql } from 'kysely'
import { Bounded } from './bounded.ts'
import type { Machine } from './machine.ts'

// A limit holds over all processes: each key is a bucket in the database that refills steadily and is kept as one instant,
// when it will be full again. A process draws a hundredth of the bucket at a time and the next one ahead of need, so that
// a busy key waits for nobody. What was drawn and not used within a window is lost: so each process may be a
// hundredth early, or a hundredth over with what it drew as the window before came to its end.

export interface Quota {
  limit: number
  window_ms: number
}

export interface Verdict {
  allowed: boolean
  limit: number
  remaining: number
  reset_s: number
}

export interface RateLimit {
  /** `cost` beyond the limit itself counts as the limit, so that nothing is refused for ever. */
  take(key: string, quota: Quota, cost?: number): Promise<Verdict>
}

interface Drawn {
  granted: boolean
  /** How long it takes until the bucket is full again. */
  used_ms: number
}

interface Bucket {
  tokens: number
  /** Unused tokens are void by then: the bucket has refilled without them. */
  until: number
  used_ms: number
  seen_at: number
  drawing: Promise<void> | undefined
}

const keysMax = 50_000
const drawsBetweenCleanings = 500

export function sharedRateLimit(machine: Pick<Machine, 'auth' | 'log'>): RateLimit {
  // Forgetting one only costs what it had drawn.
  const buckets = new Bounded<string, Bucket>(keysMax)
  let draws = 0

  async function fill(
    key: string,
    bucket: Bucket,
    { limit, window_ms }: Quota,
    wanted: number,
  ): Promise<void> {
    try {
      const drawn = await draw(machine, key, (wanted * window_ms) / limit, window_ms)
      bucket.used_ms = drawn.used_ms
      bucket.seen_at = performance.now()
      if (drawn.granted) {
        bucket.tokens = tokensOf(bucket) + wanted
        bucket.until = bucket.seen_at + window_ms
      }
      if (++draws % drawsBetweenCleanings === 0) await forgetFull(machine)
    } catch (error) {
      // Whatever this request is for needs the database too: that it is away decides, not the limit.
      machine.log.warn({ component: 'rate-limit', error }, 'a limit could not be asked for')
      bucket.tokens = tokensOf(bucket) + wanted
      bucket.until = performance.now() + 1000
    } finally {
      bucket.drawing = undefined
    }
  }

  const fillOnce = (key: string, bucket: Bucket, quota: Quota, wanted: number) =>
    (bucket.drawing ??= fill(key, bucket, quota, wanted))

  function bucketOf(key: string): Bucket {
    const known = buckets.get(key)
    if (known) return known
    const made: Bucket = { tokens: 0, until: 0, used_ms: 0, seen_at: 0, drawing: undefined }
    buckets.set(key, made)
    return made
  }

  return {
    async take(key, quota, cost = 1) {
      const { limit } = quota
      const bucket = bucketOf(key)
      const needed = Math.min(cost, limit)
      const block = Math.max(1, Math.ceil(limit / 100))
      while (tokensOf(bucket) < needed) {
        if (bucket.drawing) await bucket.drawing
        else {
          // What is known to be too much is not asked for, so refusing costs the database nothing.
          const wanted = [Math.max(block, needed), needed].find(one => waitFor(bucket, quota, one) <= 0)
          if (wanted === undefined) return refused(bucket, quota, needed)
          await fillOnce(key, bucket, quota, wanted)
        }
      }
      bucket.tokens -= needed
      const ahead = block > 1 && bucket.tokens < block / 2 && waitFor(bucket, quota, block) <= 0
      if (ahead) void fillOnce(key, bucket, quota, block)
      return allowed(bucket, quota)
    },
  }
}

const tokensOf = (bucket: Bucket): number => (bucket.until > performance.now() ? bucket.tokens : 0)

/** Time until the bucket is full again, at least: other processes may have drawn since. */
const usedOf = (bucket: Bucket): number => Math.max(0, bucket.used_ms - (performance.now() - bucket.seen_at))

const waitFor = (bucket: Bucket, { limit, window_ms }: Quota, tokens: number): number =>
  usedOf(bucket) + (tokens * window_ms) / limit - window_ms

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

function allowed(bucket: Bucket, { limit, window_ms }: Quota): Verdict {
  const free = Math.max(0, Math.floor(((window_ms - usedOf(bucket)) * limit) / window_ms))
  const remaining = Math.min(limit, free + tokensOf(bucket))
  return { allowed: true, limit, remaining, reset_s: inSeconds(usedOf(bucket)) }
}

function refused(bucket: Bucket, quota: Quota, needed: number): Verdict {
  const reset_s = inSeconds(waitFor(bucket, quota, needed))
  return { allowed: false, limit: quota.limit, remaining: 0, reset_s }
}

/** Takes from the bucket, all or nothing, by the database's clock. */
async function draw(
  machine: Pick<Machine, 'auth'>,
  key: string,
  take_ms: number,
  window_ms: number,
): Promise<Drawn> {
  const take = sql`${take_ms}::float8 * interval '1 millisecond'`
  return machine.auth(async db => {
    const { rows } = await sql<{ granted: boolean; used_ms: number }>`
      with drawn as (
        insert into rapport.request_limit as l (key, full_at) values (${key}, clock_timestamp() + ${take})
        on conflict (key) do update set full_at = greatest(l.full_at, clock_timestamp()) + ${take}
          where greatest(l.full_at, clock_timestamp()) + ${take} <= clock_timestamp() + ${window_ms}::float8 * interval '1 millisecond'
        returning full_at)
      select true as granted, extract(epoch from full_at - clock_timestamp())::float8 * 1000 as used_ms from drawn
      union all
      select false, extract(epoch from full_at - clock_timestamp())::float8 * 1000 from rapport.request_limit
      where key = ${key} and not exists (select from drawn)`.execute(db)
    return rows[0] ?? { granted: false, used_ms: window_ms }
  })
}

/** A bucket that is full again says nothing. */
async function forgetFull(machine: Pick<Machine, 'auth'>): Promise<void> {
  await machine.auth(db =>
    sql`delete from rapport.request_limit where full_at < clock_timestamp()`.execute(db),
  )
}

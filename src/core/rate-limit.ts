// A generic cell rate algorithm: one number a key, no timers. Held in memory, so each process counts for itself.

export interface Verdict {
  allowed: boolean
  limit: number
  remaining: number
  reset_s: number
}

export interface RateLimit {
  take(key: string, now?: number): Verdict
}

export function rateLimit(options: { limit: number; window_ms: number; max_keys?: number }): RateLimit {
  const { limit, window_ms, max_keys = 50_000 } = options
  const interval = window_ms / limit
  const arrivals = new Map<string, number>()
  return {
    take(key, now = performance.now()) {
      const expected = Math.max(arrivals.get(key) ?? now, now)
      const backlog = expected - now + interval
      const allowed = backlog <= window_ms
      if (allowed) {
        // Re-inserting keeps the map in order of use, so the oldest key is the one to forget.
        arrivals.delete(key)
        arrivals.set(key, expected + interval)
        if (arrivals.size > max_keys) arrivals.delete(arrivals.keys().next().value ?? '')
      }
      const used = allowed ? backlog : expected - now
      return {
        allowed,
        limit,
        remaining: Math.max(0, Math.floor((window_ms - used) / interval)),
        reset_s: Math.max(1, Math.ceil((allowed ? used : backlog - window_ms) / 1000)),
      }
    },
  }
}

import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 256)
let next = pool.length
let last = 0

/** A UUIDv7: ordered by creation within this process, made here because PostgreSQL 15 has no generator for it. */
export function newId(now = Date.now()): string {
  if (next >= pool.length) {
    randomFillSync(pool)
    next = 0
  }
  // Time with 12 further bits of sub-millisecond counter keeps ids made in one millisecond in order.
  const tick = Math.max(now * 4096, last + 1)
  last = tick
  const time = Math.floor(tick / 4096)
  const counter = tick % 4096
  const random = pool.toString('hex', next + 8, next + 16)
  next += 16
  const stamp = time.toString(16).padStart(12, '0')
  const variant = ((Number.parseInt(random.slice(0, 1), 16) & 3) | 8).toString(16)
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${random.slice(1, 4)}-${random.slice(4)}`
}

export const isUuid = (value: string): boolean =>
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(value)

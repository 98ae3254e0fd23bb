import { createHash } from 'node:crypto'

/**
 * Counts how often each digest was seen, in flat arrays: 16 bytes a row, so a million rows cost 32 MB at most and the
 * garbage collector never looks at them. 64 bits are compared; two rows sharing them by chance is not to be expected
 * below billions of rows.
 */
export function countDigests() {
  let slots = 1 << 16
  let keys = new BigUint64Array(slots)
  let counts = new Uint32Array(slots)
  let used = 0

  const place = (key: bigint): number => {
    let at = Number(key & BigInt(slots - 1))
    while (counts[at] !== 0 && keys[at] !== key) at = (at + 1) & (slots - 1)
    return at
  }
  const grow = () => {
    const [oldKeys, oldCounts] = [keys, counts]
    slots *= 2
    keys = new BigUint64Array(slots)
    counts = new Uint32Array(slots)
    for (const [at, count] of oldCounts.entries()) {
      if (count === 0) continue
      const key = oldKeys[at] ?? 0n
      const to = place(key)
      keys[to] = key
      counts[to] = count
    }
  }

  /** Counts one more and returns how many there were before. */
  return (digest: Buffer): number => {
    if (used > slots * 0.6) grow()
    const key = digest.readBigUInt64LE()
    const at = place(key)
    const before = counts[at] ?? 0
    if (before === 0) {
      keys[at] = key
      used++
    }
    counts[at] = before + 1
    return before
  }
}

export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

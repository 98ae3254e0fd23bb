import { createHash } from 'node:crypto'

/**
 * Numbers digests in the order in which they are first seen, in flat arrays: 12 bytes a slot, so that the garbage collector
 * never looks at a million of them. 64 bits are compared; two rows sharing them by chance is not to be expected below
 * billions of rows.
 */
export function numberDigests() {
  let slots = 1 << 16
  let keys = new BigUint64Array(slots)
  // The number and one: 0 is an empty slot.
  let numbers = new Uint32Array(slots)
  let used = 0

  const place = (key: bigint): number => {
    let at = Number(key & BigInt(slots - 1))
    while (numbers[at] !== 0 && keys[at] !== key) at = (at + 1) & (slots - 1)
    return at
  }
  const grow = () => {
    const [oldKeys, oldNumbers] = [keys, numbers]
    slots *= 2
    keys = new BigUint64Array(slots)
    numbers = new Uint32Array(slots)
    for (const [at, number] of oldNumbers.entries()) {
      if (number === 0) continue
      const key = oldKeys[at] ?? 0n
      const to = place(key)
      keys[to] = key
      numbers[to] = number
    }
  }
  return {
    /** Undefined where it was never seen. */
    find(digest: Buffer): number | undefined {
      const number = numbers[place(digest.readBigUInt64LE())] ?? 0
      return number === 0 ? undefined : number - 1
    },
    add(digest: Buffer): number {
      if (used > slots * 0.6) grow()
      const key = digest.readBigUInt64LE()
      const at = place(key)
      const before = numbers[at] ?? 0
      if (before !== 0) return before - 1
      keys[at] = key
      numbers[at] = ++used
      return used - 1
    },
  }
}

/** Counts one more of each digest and returns how many there were before. */
export function countDigests() {
  const known = numberDigests()
  let counts = new Uint32Array(1 << 16)
  return (digest: Buffer): number => {
    const number = known.add(digest)
    if (number >= counts.length) counts = grown(counts, number + 1)
    const before = counts[number] ?? 0
    counts[number] = before + 1
    return before
  }
}

export function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(Math.max(length, numbers.length * 2))
  more.set(numbers)
  return more
}

export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

const id_chars = 100

/** The id that a row names, within its system. A long one ends in its digest: cut off, it would be the beginning of many. */
export function idWithin(source: string, own: string): string {
  const id = `${source}:${own}`
  if (id.length <= id_chars) return id
  const end = createHash('sha256').update(id).digest('base64url')
  return `${id.slice(0, id_chars - end.length - 1).toWellFormed()}:${end}`
}

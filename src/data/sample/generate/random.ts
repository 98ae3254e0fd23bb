// Seeded chance: the same seed gives the same numbers on every machine. Nothing here reads a clock.

/** One stream of chance. Streams of different names do not disturb each other: what one draws more shifts no other. */
export interface Chance {
  /** From 0 up to, but not, 1. */
  next(): number
  /** A whole number, both ends included. */
  int(low: number, high: number): number
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** By weight: `[['often', 9], ['rarely', 1]]`. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item
  shuffle<Item>(items: readonly Item[]): Item[]
  /** Mean 0, standard deviation 1 (Box and Muller 1958). */
  normal(): number
  /** At least 1, with few very large ones: the power law of activity and money (inverse of the Pareto distribution). */
  pareto(shape: number): number
  fork(name: string): Chance
}

/** FNV-1a, to turn a text into a beginning. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/** Mulberry32: small, fast, and passes what matters for invented data. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function chanceOf(seed: string): Chance {
  const next = mulberry(seedOf(seed))
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(next() * items.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }
  return {
    next,
    int,
    pick,
    happens: probability => next() < probability,
    weighted(items) {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [item, weight] of items) {
        left -= weight
        if (left < 0) return item
      }
      return pick(items)[0]
    },
    shuffle(items) {
      const mixed = items.map(item => ({ item, rank: next() }))
      return mixed.sort((one, other) => one.rank - other.rank).map(({ item }) => item)
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pareto: shape => (1 - next()) ** (-1 / shape),
    fork: name => chanceOf(`${seed}/${name}`),
  }
}

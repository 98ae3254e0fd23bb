/**
 * A map that forgets what was not asked for longest: never more than `max` entries, at least half of that the newest.
 * Two generations instead of deleting the oldest one by one: a Map that loses its first entries walks over all their
 * empty places to find the next, which at 200,000 entries took fifty times as long as everything else.
 */
export class Bounded<Key, Value extends {}> {
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()
  readonly #generation: number

  constructor(max: number) {
    this.#generation = Math.max(1, Math.floor(max / 2))
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#generation && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}

import { performance } from 'node:perf_hooks'

interface Options {
  for_ms: number
  entries_max: number
}

export interface Recent<T> {
  get(key: string): Promise<T>
  forget(key: string): void
  clear(): void
}

/** Remembers answers for a moment, and lets simultaneous questions share one. A failed answer is not remembered. */
export function recent<T>(load: (key: string) => Promise<T>, { for_ms, entries_max }: Options): Recent<T> {
  const known = new Map<string, { until: number; answer: Promise<T> }>()
  return {
    get(key) {
      const now = performance.now()
      const found = known.get(key)
      if (found && found.until > now) return found.answer
      // Entries are replaced in order of age, so the first ones are the oldest.
      for (const [old, { until }] of known) {
        if (until > now && known.size < entries_max) break
        known.delete(old)
      }
      const answer = load(key)
      const entry = { until: now + for_ms, answer }
      known.delete(key)
      known.set(key, entry)
      answer.catch(() => {
        if (known.get(key) === entry) known.delete(key)
      })
      return answer
    },
    forget: key => void known.delete(key),
    clear: () => known.clear(),
  }
}

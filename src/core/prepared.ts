import type { PoolClient } from 'pg'

// A statement that comes again is parsed and rewritten once for each connection and only planned from then on: for a page of
// a list that is a third of what it costs the database. It must name its columns: a later migration may not change its result.

/** How many texts are remembered; the least recent goes. */
const remembered = 500
/** How many statements a connection keeps, each some 50 kB of the database's memory. */
const kept = 64

const names = new Map<string, string>()
const keptBy = new WeakMap<PoolClient, Set<string>>()
let told = 0

/** The name under which this connection keeps a statement; none for one that is new. */
export function preparedName(client: PoolClient, text: string): { name: string } | undefined {
  const name = names.get(text)
  if (name === undefined) {
    told += 1
    names.set(text, `page_${told}`)
    const [oldest] = names.size > remembered ? names.keys() : []
    if (oldest !== undefined) names.delete(oldest)
    return undefined
  }
  // Last in the map is the most recent.
  names.delete(text)
  names.set(text, name)
  const own = keptBy.get(client) ?? new Set()
  keptBy.set(client, own.add(name))
  return { name }
}

/** Gives a connection back; one that keeps too many statements is closed, and a new one takes its place. */
export function release(client: PoolClient, broken = false): void {
  client.release(broken || (keptBy.get(client)?.size ?? 0) > kept)
}

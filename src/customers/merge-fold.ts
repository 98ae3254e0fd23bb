// What a merged person shows, from what each of its people is on its own. Exact because it is always the same replay: each person's own
// values in the order they came, and between them the merges that are still open. Un-merging leaves one merge out of the replay.

export interface OwnEntry {
  value: unknown
  as_of: string | null
  /** The merge after which it was written; 0 before any. */
  after: number
}
/** A person's own values while others are merged into it: per field, one entry for each merge it was changed after. */
export interface Own {
  latest: number
  fields: Record<string, OwnEntry[]>
}

export interface Shown {
  value: unknown
  as_of: string | null
}
export type Fields = Map<string, Shown>

export interface MergeNode {
  id: string
  fields: Fields
  own: Own | null
}

export type Side = 'this' | 'other'
export interface MergeEdge {
  id: string
  seq: number
  winner: string
  loser: string
  keep: Record<string, Side>
}

export interface Component {
  nodes: Map<string, MergeNode>
  edges: MergeEdge[]
}

/** Chosen together, by the first: half of one name and half of another is nobody's name, and an amount has its currency. */
const groups: Record<string, string> = {
  given_name: 'name',
  family_name: 'name',
  region: 'city',
  country: 'city',
  currency: 'revenue_minor',
}
const leaderOf = (field: string): string => groups[field] ?? field
const isEmpty = (shown: Shown | undefined): boolean =>
  shown === undefined || shown.value === null || shown.value === undefined || shown.value === ''

function extreme(mine: Shown | undefined, theirs: Shown | undefined, later: boolean): Shown | undefined {
  if (isEmpty(mine)) return theirs
  if (isEmpty(theirs)) return mine
  return Date.parse(String(theirs?.value)) > Date.parse(String(mine?.value)) === later ? theirs : mine
}

/** A refusal holds for whoever the two turn out to be. */
function firmer(mine: Shown | undefined, theirs: Shown | undefined): Shown | undefined {
  if (mine?.value === true || isEmpty(theirs)) return mine
  return theirs?.value === true || isEmpty(mine) ? theirs : mine
}

/** Of several choices what either has: a tag on the one is a tag on whoever the two turn out to be. */
const isSet = (shown: Shown | undefined): shown is Shown & { value: unknown[] } => Array.isArray(shown?.value)

const both = (mine: Shown & { value: unknown[] }, theirs: Shown & { value: unknown[] }): Shown => ({
  value: [...new Set([...mine.value, ...theirs.value])],
  as_of: mine.as_of,
})

/** What has a value of its own; a currency alone is none. */
const filledIn = (fields: Fields): Set<string> =>
  new Set(
    [...fields]
      .filter(([field, shown]) => field !== 'currency' && !isEmpty(shown))
      .map(([field]) => leaderOf(field)),
  )

/** One merge: the winner's values stay where it has any, unless somebody chose otherwise. */
export function combine(winner: Fields, loser: Fields, keep: Record<string, Side>): Fields {
  const result: Fields = new Map(winner)
  const all = new Set([...winner.keys(), ...loser.keys()])
  const [filled, others] = [filledIn(winner), filledIn(loser)]
  for (const field of all) {
    const [mine, theirs] = [winner.get(field), loser.get(field)]
    let shown: Shown | undefined
    if (field === 'first_seen_at') shown = extreme(mine, theirs, false)
    else if (field === 'last_seen_at') shown = extreme(mine, theirs, true)
    else if (isSet(mine) && isSet(theirs) && keep[field] === undefined) shown = both(mine, theirs)
    else if (field === 'do_not_contact' && keep[field] === undefined) shown = firmer(mine, theirs)
    else {
      const leader = leaderOf(field)
      const mineStays = filled.has(leader) || (!others.has(leader) && !isEmpty(mine))
      const side = keep[field] ?? keep[leader] ?? (mineStays ? 'this' : 'other')
      shown = side === 'this' ? mine : theirs
    }
    if (shown === undefined) result.delete(field)
    else result.set(field, shown)
  }
  return result
}

const entriesOf = (node: MergeNode): [string, OwnEntry][] =>
  node.own === null
    ? [...node.fields].map(([field, shown]) => [field, { ...shown, after: 0 }])
    : Object.entries(node.own.fields).flatMap(([field, entries]) =>
        entries.map(entry => [field, entry] as [string, OwnEntry]),
      )

/** What a person shows by itself and the open merges under it. */
export function shownBy(component: Component, id: string): Fields {
  const node = component.nodes.get(id)
  if (node === undefined) return new Map()
  const edges = component.edges.filter(edge => edge.winner === id).sort((a, b) => a.seq - b.seq)
  const entries = entriesOf(node).sort((a, b) => a[1].after - b[1].after)
  let shown: Fields = new Map()
  let next = 0
  const write = (before: number) => {
    for (let entry = entries[next]; entry !== undefined && entry[1].after < before; entry = entries[++next])
      shown.set(entry[0], { value: entry[1].value ?? null, as_of: entry[1].as_of })
  }
  for (const edge of edges) {
    write(edge.seq)
    shown = combine(shown, shownBy(component, edge.loser), edge.keep)
  }
  write(Number.POSITIVE_INFINITY)
  for (const [field, value] of shown) if (isEmpty(value) && value.as_of === null) shown.delete(field)
  return shown
}

/** The own values of a person that is about to have its first merge; those already kept stay as they are. */
export function ownBefore(node: MergeNode): Own {
  if (node.own !== null) return node.own
  const fields = [...node.fields].map(([field, shown]): [string, OwnEntry[]] => [
    field,
    [{ ...shown, after: 0 }],
  ])
  return { latest: 0, fields: Object.fromEntries(fields) }
}

/** A person and everybody merged into it, directly or through others. */
export function under(component: Component, id: string): string[] {
  const below = component.edges
    .filter(edge => edge.winner === id)
    .flatMap(edge => under(component, edge.loser))
  return [id, ...below]
}

import type { Said } from '../core/text-sentence.ts'
import type { RelationEnd, RelationItem } from '../customers/index.ts'
import { digestOf, numberDigests } from './digests.ts'
import type { ReadRow } from './read-row.ts'
import { relationMeant, relationNames } from './relation-words.ts'
import { says } from './says.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

const endOf = (values: Record<string, unknown>, side: 'from' | 'to'): RelationEnd => ({
  external_id: text(values[`${side}_external_id`]),
  email: text(values[`${side}_email`]),
  domain: text(values[`${side}_domain`]),
  name: text(values[`${side}_name`]),
})

/** What tells the two and their relation, as the row writes it. */
export const pairOf = ({ type, from, to }: RelationItem): string => JSON.stringify([type, from, to])

/**
 * Two rows of a file that say different things of the same two for the same time would overwrite each other, each time that the file
 * comes again: the second is refused. Rows are met in their order, also those that an earlier run has dealt with.
 */
function contradictions() {
  const met = numberDigests()
  const known = (...key: string[]) => met.find(digestOf(JSON.stringify(key))) !== undefined
  const meet = (...key: string[]) => met.add(digestOf(JSON.stringify(key)))
  return (item: RelationItem): boolean => {
    const pair = pairOf(item)
    const since = item.from_on ?? ''
    const said = Object.entries({ role: item.role, to_on: item.to_on }).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value] as const],
    )
    const differs = (scope: string, field: string, value: string) =>
      known(pair, scope, field) && !known(pair, scope, field, value)
    const several = (field: string) => known(pair, 'several', field)
    // A row without a first day may tell of any time.
    const isContradicted = said.some(([field, value]) =>
      since === ''
        ? differs('any', field, value) || several(field)
        : differs(`since ${since}`, field, value) || differs('since ', field, value),
    )
    if (isContradicted) return true
    for (const [field, value] of said) {
      if (differs('any', field, value)) meet(pair, 'several', field)
      for (const scope of ['any', `since ${since}`]) {
        meet(pair, scope, field)
        meet(pair, scope, field, value)
      }
    }
    return false
  }
}

/** Turns what rows say into relations, each told from the end that its kind begins with. */
export function relationReader() {
  const contradicts = contradictions()
  return ({ values }: ReadRow): { item: RelationItem } | { problem: Said } => {
    const word = text(values.type)
    if (!word) return { problem: says.no_relation() }
    const meant = relationMeant(word)
    if (!meant) return { problem: says.unknown_relation({ value: word.slice(0, 60), known: relationNames }) }
    const [from, to] = [endOf(values, 'from'), endOf(values, 'to')]
    const item = {
      type: meant.type,
      ...(meant.turned ? { from: to, to: from } : { from, to }),
      role: text(values.role),
      from_on: text(values.from_on),
      to_on: text(values.to_on),
    }
    return contradicts(item) ? { problem: says.relation_contradicted() } : { item }
  }
}

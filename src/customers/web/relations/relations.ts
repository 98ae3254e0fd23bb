import { useMemo } from 'react'
import type { Reply } from '../../../core/endpoint.ts'
import { formatDate } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { useLive } from '../../../core/web/live.ts'
import { invalidate, useInfinite } from '../../../core/web/query.ts'
import { labelText, useTitles } from '../../../records/web/index.ts'
import { companies, people } from '../../customers.contract.ts'
import {
  type End,
  isMutual,
  kindAt,
  type RelationTypeId,
  relationships,
  relationType,
  relationTypes,
} from '../../relations.contract.ts'

export type Relation = Reply<typeof relationships.list>['items'][number]
export interface Subject {
  kind: 'person' | 'company'
  id: string
}

/** What is different after a relation was written: a person's company follows it. */
export const touched = [
  relationships.list,
  relationships.count,
  people.get,
  people.list,
  people.count,
  companies.list,
  people.history,
  companies.history,
]

/** A type of relation as it looks from one side. */
export interface Side {
  value: string
  type: RelationTypeId
  own: End
  other: End
  label: string
  past: string
}

/** The relations that somebody of this kind may have; one that looks the same from both sides is there once. */
export const sidesOf = (kind: Subject['kind']): Side[] =>
  relationTypes.flatMap(type => {
    const straight: Side = {
      value: type.id,
      type: type.id,
      own: type.from,
      other: type.to,
      label: labelText(type.label),
      past: labelText(type.past),
    }
    const turned: Side = {
      value: `${type.id}.inverse`,
      type: type.id,
      own: type.to,
      other: type.from,
      label: labelText(type.inverse),
      past: labelText(type.past_inverse),
    }
    return [straight, ...(isMutual(type) ? [] : [turned])].filter(one => kindAt(one.own) === kind)
  })

export const addresses = { person: '/people', company: '/companies' }

/** From when to when, as far as it is known. */
export function periodOf({ from_on, to_on }: { from_on?: unknown; to_on?: unknown }): string | undefined {
  const [from, to] = [from_on, to_on].map(day => (typeof day === 'string' ? formatDate(day) : undefined))
  if (from && to) return t('customers.relations.fromTo', { from, to })
  if (from) return t('customers.relations.since', { from })
  return to && t('customers.relations.until', { to })
}

export interface Group {
  side: Side
  rows: { relation: Relation; other: string; title: string }[]
}

/** From which side somebody's relation is seen; of a mutual one the other end is whichever is not them. */
export function placeOf(
  { kind, id }: Subject,
  sides: readonly Side[],
  relation: Partial<Record<End | 'type', unknown>>,
) {
  const type = relationType(relation.type)
  const own = sides.filter(one => one.type === relation.type)
  const side = own.find(one => relation[one.own] === id) ?? own[0]
  if (!type || !side || kindAt(side.own) !== kind) return undefined
  const isTurned = isMutual(type) && relation[side.own] !== id
  const other = relation[isTurned ? side.own : side.other]
  return typeof other === 'string' ? { side, other } : undefined
}

/** By what they are, in the order of the types, and by name; what several merged ones say alike stands there once. */
function grouped(subject: Subject, relations: readonly Relation[], titles: ReadonlyMap<string, string>) {
  const sides = sidesOf(subject.kind)
  const groups = new Map<string, Group>()
  const told = new Set<string>()
  for (const relation of relations) {
    const place = placeOf(subject, sides, relation)
    if (!place) continue
    const { side, other } = place
    const same = [side.value, other, relation.role, relation.from_on, relation.to_on, relation.note].join(
      '\n',
    )
    if (told.has(same)) continue
    told.add(same)
    const group = groups.get(side.value) ?? { side, rows: [] }
    group.rows.push({ relation, other, title: titles.get(other) ?? '' })
    groups.set(side.value, group)
  }
  for (const { rows } of groups.values()) rows.sort((one, next) => one.title.localeCompare(next.title))
  return sides.flatMap(side => groups.get(side.value) ?? [])
}

const endsOf = ({ kind, id }: Subject) => `(${kind}_id = "${id}" or other_${kind}_id = "${id}")`

/** The relations of a person or company that last, or those that are over. */
export function useRelations(subject: Subject, when: 'now' | 'before') {
  const period = when === 'now' ? '(to_on is empty or to_on > today)' : 'to_on <= today'
  const list = useInfinite(relationships.list, {
    query: { filter: `${endsOf(subject)} and ${period}`, limit: 100 },
  })
  const { items } = list
  const references = useMemo(() => {
    const ends = (['person_id', 'company_id', 'other_person_id', 'other_company_id'] as const).flatMap(end =>
      items.flatMap(item => (typeof item[end] === 'string' ? [{ kind: kindAt(end), id: item[end] }] : [])),
    )
    return (['person', 'company'] as const).map(kind => ({
      kind,
      ids: ends.filter(one => one.kind === kind && one.id !== subject.id).map(one => one.id),
    }))
  }, [items, subject.id])
  const titles = useTitles(references)
  return { ...list, groups: grouped(subject, items, titles) }
}

/** What others change, and what follows the company of a person, shows while the page is open. */
export function useFreshRelations(): void {
  useLive(['change'], event => {
    if (event.kind === 'relationship' || event.kind === '*')
      void invalidate([relationships.list, people.history, companies.history])
  })
}

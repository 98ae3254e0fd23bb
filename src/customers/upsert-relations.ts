import type { Ctx } from '../core/ctx.ts'
import { Failure, fail, toldBy } from '../core/errors.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { createRecords, orRejected, setValues } from '../records/index.ts'
import { findCompaniesNamed } from './companies-named.ts'
import type { Identifier } from './normal-form.ts'
import { peopleKnownBy, peopleNamed } from './people-known.ts'
import {
  isMutual,
  kindAt,
  type RelationTypeId,
  relationshipKind,
  relationType,
} from './relations.contract.ts'
import { type Between, overlap, type RelationType, relationsBetween } from './relations-between.ts'
import { says } from './says.ts'
import type { UpsertOutcome } from './upsert.contract.ts'
import { waves } from './upsert-items.ts'

// Relations in bulk: their two ends and what is known of them are looked up together, and those that are new are written together,
// on the way that one takes which a person writes, with all that follows from it.

/** Who is meant at one end, by the firmest that is said. */
export interface RelationEnd {
  external_id?: string | undefined
  /** Of people. */
  email?: string | undefined
  /** Of companies. */
  domain?: string | undefined
  name?: string | undefined
}

export interface RelationItem {
  type: RelationTypeId
  from: RelationEnd
  to: RelationEnd
  role?: string | undefined
  from_on?: string | undefined
  to_on?: string | undefined
}

type Found = { id: string } | { problem: Said }

interface Entry {
  index: number
  item: RelationItem
  type: RelationType
  from: string
  to: string
}

const typeOf = ({ type }: RelationItem): RelationType => {
  const found = relationType(type)
  if (!found) throw fail('internal')
  return found
}

/** One outcome for each, in order; the same again changes nothing. What a row leaves out stays as it is. */
export async function upsertRelations(
  ctx: Ctx,
  items: readonly RelationItem[],
  { source }: { source: string | undefined },
): Promise<UpsertOutcome[]> {
  const ends = await findEnds(
    ctx,
    items.flatMap(item => {
      const { from, to } = typeOf(item)
      return [
        { kind: kindAt(from), said: item.from },
        { kind: kindAt(to), said: item.to },
      ]
    }),
    source,
  )
  const outcomes: UpsertOutcome[] = []
  const entries = items.flatMap((item, index): Entry[] => {
    const [from, to] = [ends[index * 2], ends[index * 2 + 1]]
    const problem = [from, to].flatMap(end => (end && 'problem' in end ? [end.problem] : []))[0]
    if (problem) outcomes[index] = { index, status: 'rejected', code: 'relation_end', ...told(problem) }
    return from && to && 'id' in from && 'id' in to
      ? [{ index, item, type: typeOf(item), from: from.id, to: to.id }]
      : []
  })
  for (const wave of waves(entries, entry => [keyOf(entry)])) await writeWave(ctx, wave, outcomes)
  return outcomes
}

const keyOf = ({ type, from, to }: Entry): string =>
  [type.id, ...(isMutual(type) ? [from, to].toSorted() : [from, to])].join(' ')

interface AskedEnd {
  kind: 'person' | 'company'
  said: RelationEnd
}

/** Each that is meant is looked up once. */
async function findEnds(ctx: Ctx, asked: readonly AskedEnd[], source: string | undefined): Promise<Found[]> {
  const distinct = new Map(asked.map(one => [JSON.stringify([one.kind, one.said]), one]))
  const found = new Map<string, Found>()
  const people = [...distinct].filter(([, { kind }]) => kind === 'person')
  const companies = [...distinct].filter(([, { kind }]) => kind === 'company')
  const known = await peopleKnownBy(
    ctx,
    people.map(([, { said }]) => identifiersOf(said, source)),
  )
  // A name counts only where nothing firmer is said.
  const named = await peopleNamed(
    ctx,
    people.map(([, { said }]) => (said.external_id || said.email ? '' : (said.name ?? ''))),
  )
  for (const [at, [key, { said }]] of people.entries()) {
    const [id, called] = [known[at], named[at]]
    if (id) found.set(key, { id })
    else if (called && called.count > 1)
      found.set(key, { problem: says.relation_name_shared({ name: said.name ?? '' }) })
    else if (called) found.set(key, { id: called.id })
    else found.set(key, { problem: unknownPerson(said) })
  }
  const firms = await findCompaniesNamed(
    ctx,
    companies.map(([, { said }]) => said),
    source,
  )
  for (const [at, [key, { said }]] of companies.entries()) {
    const id = firms[at]
    found.set(key, id ? { id } : { problem: unknownCompany(said) })
  }
  return asked.map(
    one => found.get(JSON.stringify([one.kind, one.said])) ?? { problem: unknownPerson(one.said) },
  )
}

const identifiersOf = ({ external_id, email }: RelationEnd, source: string | undefined): Identifier[] => [
  ...(external_id
    ? [
        {
          type: 'external_id' as const,
          value: source === undefined ? external_id : `${source}:${external_id}`,
        },
      ]
    : []),
  ...(email ? [{ type: 'email' as const, value: email }] : []),
]

const firmest = (...said: (string | undefined)[]) => said.find(Boolean)?.slice(0, 100)

function unknownPerson({ external_id, email, name }: RelationEnd): Said {
  const value = firmest(external_id, email, name)
  return value ? says.relation_no_person({ value }) : says.relation_person_unsaid()
}

function unknownCompany({ external_id, domain, name }: RelationEnd): Said {
  const value = firmest(external_id, domain, name)
  return value ? says.relation_no_company({ value }) : says.relation_company_unsaid()
}

/** What is known of the same two in the same relation. */
async function relationsHeld(ctx: Ctx, entries: readonly Entry[]): Promise<Map<Entry, Between[]>> {
  const held = new Map<Entry, Between[]>()
  for (const [type, asked] of Map.groupBy(entries, entry => entry.type)) {
    for (const row of await relationsBetween(ctx, type, asked, { either: isMutual(type) })) {
      const entry = asked[row.place]
      if (entry) held.set(entry, [...(held.get(entry) ?? []), row])
    }
  }
  return held
}

/** The period that an item tells of: the same one, else one that goes with what it says. */
function sameAs(held: readonly Between[], item: RelationItem): Between | undefined {
  const { from_on = null, to_on = null } = item
  const same = held.find(one => one.from_on === from_on && one.to_on === to_on)
  return (
    same ??
    held.find(
      one =>
        (from_on === null || one.from_on === null || one.from_on === from_on) &&
        (overlap(one, item) || one.from_on === from_on),
    )
  )
}

/** Those that are new together, and those that are told anew. */
async function writeWave(ctx: Ctx, wave: readonly Entry[], outcomes: UpsertOutcome[]): Promise<void> {
  const held = await relationsHeld(ctx, wave)
  const fresh: Entry[] = []
  const anew: Anew[] = []
  for (const entry of wave) {
    const { index, item } = entry
    const same = sameAs(held.get(entry) ?? [], item)
    if (same === undefined) {
      fresh.push(entry)
      continue
    }
    const { id } = same
    const values = Object.entries(saidOf(item)).filter(([key, value]) => same[key as keyof Between] !== value)
    if (values.length === 0) outcomes[index] = { index, status: 'unchanged', id }
    else anew.push({ index, id, values: Object.fromEntries(values) })
  }
  await tellAnew(ctx, anew, outcomes)
  const made = await createRecords(
    ctx,
    relationshipKind,
    fresh.map(({ item, type, from, to }) => ({
      type: type.id,
      [type.from]: from,
      [type.to]: to,
      ...saidOf(item),
    })),
  )
  for (const [at, { index }] of fresh.entries()) {
    const one = made[at]
    if (one instanceof Failure)
      outcomes[index] = { index, status: 'rejected', code: one.code, ...toldBy(one) }
    else if (one) outcomes[index] = { index, status: 'created', id: one.id }
  }
}

const saidOf = ({ role, from_on, to_on }: RelationItem) =>
  Object.fromEntries(Object.entries({ role, from_on, to_on }).filter(([, value]) => value !== undefined))

interface Anew {
  index: number
  id: string
  values: Record<string, unknown>
}

/** Together; where one of them is refused, in halves, until that one is found. */
async function tellAnew(ctx: Ctx, anew: readonly Anew[], outcomes: UpsertOutcome[]): Promise<void> {
  if (anew.length === 0) return
  const refused = await orRejected(ctx, () => setValues(ctx, relationshipKind, anew))
  if (refused && anew.length > 1) {
    const half = Math.ceil(anew.length / 2)
    await tellAnew(ctx, anew.slice(0, half), outcomes)
    return tellAnew(ctx, anew.slice(half), outcomes)
  }
  for (const { index, id } of anew)
    outcomes[index] = { index, ...(refused ?? { status: 'updated' as const, id }) }
}

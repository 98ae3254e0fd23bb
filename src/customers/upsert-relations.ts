import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { createRecord, orRejected, updateRecord } from '../records/index.ts'
import { findCompaniesNamed } from './companies-named.ts'
import type { Identifier } from './normal-form.ts'
import { peopleKnownBy, peopleNamed } from './people-known.ts'
import { membersOf } from './relation-members.ts'
import {
  isMutual,
  kindAt,
  type RelationTypeId,
  relationshipKind,
  relationType,
} from './relations.contract.ts'
import { says } from './says.ts'
import type { UpsertOutcome } from './upsert.contract.ts'
import { waves } from './upsert-items.ts'

// Relations in bulk: their two ends and what is known of them are looked up together, and each that is new or told anew is then
// written as one that a person writes, with all that follows from it.

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

type Type = NonNullable<ReturnType<typeof relationType>>
type Found = { id: string } | { problem: Said }

interface Entry {
  index: number
  item: RelationItem
  type: Type
  from: string
  to: string
}

interface Held {
  id: string
  role: string | null
  from_on: string | null
  to_on: string | null
}

const typeOf = ({ type }: RelationItem): Type => {
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
  for (const wave of waves(entries, entry => [keyOf(entry)])) {
    const held = await relationsHeld(ctx, wave)
    for (const entry of wave) {
      const outcome = await orRejected(ctx, () => write(ctx, entry, held.get(entry) ?? []))
      outcomes[entry.index] = { index: entry.index, ...outcome }
    }
  }
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

/** What is known of the same two in the same relation, whichever of those merged into either it was told of. */
async function relationsHeld(ctx: Ctx, entries: readonly Entry[]): Promise<Map<Entry, Held[]>> {
  const held = new Map<Entry, Held[]>()
  for (const type of new Set(entries.map(entry => entry.type))) {
    const asked = entries.flatMap((entry, place) => {
      if (entry.type !== type) return []
      const straight = { place, from_id: entry.from, to_id: entry.to }
      return isMutual(type) ? [straight, { place, from_id: entry.to, to_id: entry.from }] : [straight]
    })
    const { rows } = await sql<Held & { place: number }>`
      select x.place, r.id, r.role, r.from_on, r.to_on
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x (place int, from_id uuid, to_id uuid)
      cross join lateral (${membersOf(ctx, kindAt(type.from), sql`x.from_id`)}) f
      join relationship r on r.workspace_id = ${ctx.workspace_id} and r.type = ${type.id} and r.deleted_at is null
        and ${sql.ref(`r.${type.from}`)} = f.id
      join ${sql.table(kindAt(type.to))} t on t.workspace_id = r.workspace_id and t.id = ${sql.ref(`r.${type.to}`)}
        and t.root_id = x.to_id
      order by r.to_on nulls first, r.id`.execute(ctx.db)
    for (const { place, ...row } of rows) {
      const entry = entries[place]
      if (entry) held.set(entry, [...(held.get(entry) ?? []), row])
    }
  }
  return held
}

const overlap = (a: Held, b: RelationItem): boolean =>
  (a.from_on ?? '') < (b.to_on ?? '~') && (b.from_on ?? '') < (a.to_on ?? '~')

/** The period that an item tells of: the same one, else one that goes with what it says. */
function sameAs(held: readonly Held[], item: RelationItem): Held | undefined {
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

async function write(
  ctx: Ctx,
  { item, type, from, to }: Entry,
  held: readonly Held[],
): Promise<Omit<UpsertOutcome, 'index'>> {
  const { role, from_on, to_on } = item
  const said = Object.fromEntries(
    Object.entries({ role, from_on, to_on }).filter(([, value]) => value !== undefined),
  )
  const same = sameAs(held, item)
  if (!same) {
    const ends = { [type.from]: from, [type.to]: to }
    const { id } = await createRecord(ctx, relationshipKind, { type: type.id, ...ends, ...said })
    return { status: 'created', id }
  }
  const { id } = same
  const changes = Object.entries(said).filter(([key, value]) => same[key as keyof Held] !== value)
  if (changes.length === 0) return { status: 'unchanged', id }
  await updateRecord(ctx, relationshipKind, id, Object.fromEntries(changes))
  return { status: 'updated', id }
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { arrayText } from './columns.ts'
import { type IdentifierType, identifierType } from './identifiers.contract.ts'
import { type Identifier, keyOf, normalForm, type Unusable } from './normal-form.ts'

export interface RawIdentifier {
  type: string
  value: string
}

/** The country that national phone numbers of this workspace are read in. */
export async function countryOf(ctx: Ctx): Promise<string | undefined> {
  const row = await ctx.db
    .selectFrom('workspace')
    .select('country')
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirst()
  return row?.country ?? undefined
}

const knownTypes = new Set<string>(identifierType.options)
const isKnown = (type: string): type is IdentifierType => knownTypes.has(type)

export interface Normalised {
  identifiers: Identifier[]
  unusable: { type: string; reason: Unusable | 'unknown_type' }[]
}

export function normaliseAll(raw: readonly RawIdentifier[], country: string | undefined): Normalised {
  const result: Normalised = { identifiers: [], unusable: [] }
  const seen = new Set<string>()
  for (const { type, value } of raw) {
    if (!isKnown(type)) {
      result.unusable.push({ type, reason: 'unknown_type' })
      continue
    }
    const form = normalForm(type, value, country)
    if ('unusable' in form) {
      result.unusable.push({ type, reason: form.unusable })
      continue
    }
    const identifier = { type, value: form.value }
    if (seen.has(keyOf(identifier))) continue
    seen.add(keyOf(identifier))
    result.identifiers.push(identifier)
  }
  return result
}

const arrays = (identifiers: readonly Identifier[]) =>
  sql`unnest(${arrayText(identifiers, one => one.type)}::text[], ${arrayText(identifiers, one => one.value)}::text[])`

export async function findIdentifierIds(
  ctx: Ctx,
  identifiers: readonly Identifier[],
): Promise<Map<string, number>> {
  if (identifiers.length === 0) return new Map()
  // One look into the index for each: a planner that may choose would rather read the workspace's whole table.
  const { rows } = await sql<{ place: number; id: number }>`
    select asked.place, found.id
    from ${arrays(identifiers)} with ordinality asked (type, value, place)
    cross join lateral (
      select i.id from identifier i
      where i.workspace_id = ${ctx.workspace_id} and i.type = asked.type and i.value = asked.value limit 1
    ) found`.execute(ctx.db)
  const ids = new Map<string, number>()
  for (const { place, id } of rows) {
    const one = identifiers[place - 1]
    if (one) ids.set(keyOf(one), id)
  }
  return ids
}

/** Finds or makes; writes nothing when all exist. */
export async function identifierIds(
  ctx: Ctx,
  identifiers: readonly Identifier[],
): Promise<Map<string, number>> {
  const known = await findIdentifierIds(ctx, identifiers)
  const missing = identifiers.filter(one => !known.has(keyOf(one)))
  for (const [key, id] of await makeIdentifiers(ctx, missing)) known.set(key, id)
  return known
}

/** Makes those that were not found a moment ago. In sorted order, so that two batches cannot wait for each other. */
export async function makeIdentifiers(
  ctx: Ctx,
  missing: readonly Identifier[],
): Promise<Map<string, number>> {
  if (missing.length === 0) return new Map()
  const distinct = new Map(missing.map(one => [keyOf(one), one]))
  const { rows } = await sql<{ id: number; type: IdentifierType; value: string }>`
    insert into identifier (workspace_id, type, value)
    select ${ctx.workspace_id}, asked.type, asked.value
    from ${arrays([...distinct.values()])} asked (type, value)
    order by asked.type collate "C", asked.value collate "C"
    on conflict do nothing
    returning id, type, value`.execute(ctx.db)
  const made = new Map(rows.map(row => [keyOf(row), row.id]))
  // Somebody else made the rest in the meantime.
  const raced = [...distinct.values()].filter(one => !made.has(keyOf(one)))
  for (const [key, id] of await findIdentifierIds(ctx, raced)) made.set(key, id)
  return made
}

/** Normal forms of several lists at once. */
export async function usableIdentifiers(
  ctx: Ctx,
  lists: readonly (readonly RawIdentifier[])[],
): Promise<Normalised[]> {
  const country = await countryOf(ctx)
  return lists.map(list => normaliseAll(list, country))
}

/** The ids of the identifiers each interaction carries; values that identify nobody have none. */
export async function resolveIdentifiers(
  ctx: Ctx,
  lists: readonly (readonly RawIdentifier[])[],
): Promise<number[][]> {
  const usable = await usableIdentifiers(ctx, lists)
  const all = new Map(usable.flatMap(list => list.identifiers.map(one => [keyOf(one), one] as const)))
  const ids = await identifierIds(ctx, [...all.values()])
  return usable.map(list => list.identifiers.flatMap(one => ids.get(keyOf(one)) ?? []))
}

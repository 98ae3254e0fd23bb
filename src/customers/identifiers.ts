import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
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

interface IdentifierRow {
  id: number
  type: IdentifierType
  value: string
}

export async function findIdentifierIds(
  ctx: Ctx,
  identifiers: readonly Identifier[],
): Promise<Map<string, number>> {
  if (identifiers.length === 0) return new Map()
  const { rows } = await sql<IdentifierRow>`
    select i.id, i.type, i.value
    from unnest(${identifiers.map(one => one.type)}::text[], ${identifiers.map(one => one.value)}::text[]) asked (type, value)
    join identifier i on i.workspace_id = ${ctx.workspace_id} and i.type = asked.type and i.value = asked.value
  `.execute(ctx.db)
  return new Map(rows.map(row => [keyOf(row), row.id]))
}

/** Finds or makes; writes nothing when all exist. In sorted order, so that two batches cannot wait for each other. */
export async function identifierIds(
  ctx: Ctx,
  identifiers: readonly Identifier[],
): Promise<Map<string, number>> {
  const known = await findIdentifierIds(ctx, identifiers)
  const missing = identifiers.filter(one => !known.has(keyOf(one)))
  if (missing.length === 0) return known
  const { rows } = await sql<IdentifierRow>`
    insert into identifier (workspace_id, type, value)
    select ${ctx.workspace_id}, asked.type, asked.value
    from unnest(${missing.map(one => one.type)}::text[], ${missing.map(one => one.value)}::text[]) asked (type, value)
    group by asked.type, asked.value
    order by asked.type collate "C", asked.value collate "C"
    on conflict do nothing
    returning id, type, value
  `.execute(ctx.db)
  for (const row of rows) known.set(keyOf(row), row.id)
  // Somebody else made the rest in the meantime.
  const raced = missing.filter(one => !known.has(keyOf(one)))
  for (const [key, id] of await findIdentifierIds(ctx, raced)) known.set(key, id)
  return known
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

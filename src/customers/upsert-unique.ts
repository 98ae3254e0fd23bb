import type { Ctx } from '../core/ctx.ts'
import type { Named, Said } from '../core/text-sentence.ts'
import { findFields, findHolders, uniqueForms } from '../records/index.ts'
import { says } from './says.ts'
import type { Checked } from './upsert-items.ts'

// Unique custom fields in bulk writing: items find their record by them, and none takes another record's value.

export interface Holding {
  /** By key of a unique field, the living record that has the item's value. */
  holders: ReadonlyMap<string, string>
  /** By key, what these fields are called. */
  names?: ReadonlyMap<string, Named>
}

export async function loadHolders(
  ctx: Ctx,
  kind: 'person' | 'company',
  entries: readonly (Checked<object> & Holding)[],
): Promise<void> {
  const found = await findHolders(
    ctx,
    kind,
    entries.map(entry => entry.custom),
  )
  const fields = found.some(held => held.size > 0) ? await findFields(ctx, kind) : []
  const names = new Map(fields.map(({ key, label }) => [key, { label }]))
  for (const [place, entry] of entries.entries()) {
    entry.holders = found[place] ?? new Map()
    entry.names = names
  }
}

export const holderOf = ({ holders }: Holding, match: string): string | undefined =>
  holders.get(match.slice('custom.'.length))

/** A value of the item that belongs to another record than the one it means. */
export function takenFrom(
  entry: Checked<object> & Holding,
  target: string | undefined,
): { record: string; said: Said } | undefined {
  const taken = [...entry.holders].find(([, record]) => record !== target)
  if (taken === undefined) return undefined
  const [key, record] = taken
  const field = entry.names?.get(key) ?? key
  return { record, said: says.custom_of_another({ field, value: JSON.stringify(entry.custom[key]) }) }
}

/** By which two items of one batch may be the same record. */
export async function uniqueKeys<Entry extends Checked<object>>(
  ctx: Ctx,
  kind: 'person' | 'company',
  entries: readonly Entry[],
): Promise<(entry: Entry) => string[]> {
  const forms = await uniqueForms(
    ctx,
    kind,
    entries.map(entry => entry.custom),
  )
  const of = new Map(entries.map((entry, place) => [entry, forms[place] ?? []]))
  return entry => of.get(entry) ?? []
}

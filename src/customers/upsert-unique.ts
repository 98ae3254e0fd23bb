import type { Ctx } from '../core/ctx.ts'
import { findHolders, uniqueFields } from '../records/index.ts'
import type { Checked } from './upsert-items.ts'

// Unique custom fields in bulk writing: items find their record by them, and none takes another record's value.

export interface Holding {
  /** By key of a unique field, the living record that has the item's value. */
  holders: ReadonlyMap<string, string>
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
  for (const [place, entry] of entries.entries()) entry.holders = found[place] ?? new Map()
}

export const holderOf = ({ holders }: Holding, match: string): string | undefined =>
  holders.get(match.slice('custom.'.length))

/** A value of the item that belongs to another record than the one it means. */
export function takenFrom(
  entry: Checked<object> & Holding,
  target: string | undefined,
): { record: string; detail: string } | undefined {
  const taken = [...entry.holders].find(([, record]) => record !== target)
  if (taken === undefined) return undefined
  const [key, record] = taken
  return { record, detail: `custom.${key} ${JSON.stringify(entry.custom[key])} belongs to another record.` }
}

/** By which two items of one batch may be the same record. */
export async function uniqueKeys(
  ctx: Ctx,
  kind: 'person' | 'company',
): Promise<(entry: Checked<object>) => string[]> {
  const keys = (await uniqueFields(ctx, kind)).map(field => field.key)
  return ({ custom }) =>
    keys.flatMap(key => {
      const value = custom[key]
      if (typeof value !== 'string' && typeof value !== 'number') return []
      const plain = String(value).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, '')
      return [`custom.${key} ${plain}`]
    })
}

import type { Ctx } from '../core/ctx.ts'
import { told } from '../core/text-sentence.ts'
import { coerceCustom, findFields } from '../records/index.ts'
import { says } from './says.ts'
import type { Traits } from './traits.ts'
import type { UpsertOutcome } from './upsert.contract.ts'

/**
 * Traits that a custom field knows by key become its value; the others stay traits. So do values of unique fields: no event
 * may take a number that tells records apart.
 */
export async function splitRest(
  ctx: Ctx,
  kind: 'person' | 'company',
  rests: readonly Traits[],
): Promise<{ custom: Traits; rest: Traits }[]> {
  if (rests.every(rest => Object.keys(rest).length === 0)) return rests.map(() => ({ custom: {}, rest: {} }))
  const fields = new Map((await findFields(ctx, kind)).map(field => [field.key, field]))
  return rests.map(all => {
    const custom: Traits = {}
    const rest: Traits = {}
    for (const [key, value] of Object.entries(all)) {
      const field = fields.get(key)
      const coerced = field === undefined || field.is_unique ? undefined : coerceCustom(field, value)
      if (coerced !== undefined && 'value' in coerced) custom[key] = coerced.value
      else rest[key] = value
    }
    return { custom, rest }
  })
}

/** Custom values of bulk items, in the types of their fields; an item with a value that does not fit is rejected. */
export async function checkCustom<Item extends { index: number; custom: Traits }>(
  ctx: Ctx,
  kind: 'person' | 'company',
  items: Item[],
  outcomes: UpsertOutcome[],
): Promise<Item[]> {
  if (items.every(item => Object.keys(item.custom).length === 0)) return items
  const fields = new Map((await findFields(ctx, kind)).map(field => [field.key, field]))
  return items.filter(item => {
    const values: Traits = {}
    for (const [key, value] of Object.entries(item.custom)) {
      const field = fields.get(key)
      const coerced =
        field === undefined
          ? { error: says.no_such_field() }
          : value === null
            ? { value }
            : coerceCustom(field, value)
      if ('error' in coerced) {
        outcomes[item.index] = {
          index: item.index,
          status: 'rejected',
          code: 'invalid_custom',
          ...told(
            says.custom_problem({
              field: field ? { label: field.label } : `custom.${key}`,
              problem: coerced.error,
            }),
          ),
        }
        return false
      }
      values[key] = coerced.value
    }
    item.custom = values
    return true
  })
}

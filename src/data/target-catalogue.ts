import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { createCustomField, getKind } from '../records/index.ts'
import type { ColumnMapping, ImportKind } from './import-formats.contract.ts'
import { membersNamed } from './members-named.ts'
import { says } from './says.ts'
import { headerKey, type Target, targetsOf } from './targets.ts'

const known = new Set([
  'text',
  'email',
  'phone',
  'url',
  'number',
  'money',
  'date',
  'date_time',
  'boolean',
  'country',
  'option',
  'options',
  'member',
])

/** The fields that this workspace has made itself, as targets of a mapping. */
async function customTargets(ctx: Ctx, kind: ImportKind): Promise<Target[]> {
  if (kind !== 'person' && kind !== 'company') return []
  const { fields } = await getKind(ctx, kind)
  return (
    fields
      // Tags are a target of their own, there also before the first is made.
      .filter(field => field.key.startsWith('custom.') && field.type !== 'relation' && !field.tags)
      .map(field => {
        const labels = Object.values(field.label)
        return {
          key: field.key,
          label: field.label.en ?? labels[0] ?? field.key,
          labels: field.label,
          type: (known.has(field.type) ? field.type : 'text') as Target['type'],
          names: [headerKey(field.key.slice('custom.'.length)), ...labels.map(headerKey)],
          unique: field.unique,
          max_length: field.type === 'long_text' ? 20_000 : 400,
          options: (field.options ?? [])
            .filter(option => !option.archived)
            .map(option => ({ id: option.id, names: Object.values(option.label) })),
        }
      })
  )
}

/** Everything that a column may fill here. */
export async function loadTargets(ctx: Ctx, kind: ImportKind): Promise<Target[]> {
  const targets = [...targetsOf(kind), ...(await customTargets(ctx, kind))]
  if (!targets.some(({ type }) => type === 'member')) return targets
  const options = await membersNamed(ctx)
  return targets.map(target => (target.type === 'member' ? { ...target, options } : target))
}

/** Makes the fields that the mapping asks for. A dry run only checks that they may be made. */
export async function makeNewFields(
  ctx: Ctx,
  kind: ImportKind,
  mapping: ColumnMapping[],
  dry_run: boolean,
): Promise<void> {
  const fresh = mapping.flatMap(({ target, new_field }) => (new_field ? [{ target, ...new_field }] : []))
  if (!fresh.length) return
  if (!ctx.principal.permissions.has('fields.manage'))
    throw fail('forbidden', {
      detail: says.may_not_make_fields(),
    })
  const existing = new Set((await customTargets(ctx, kind)).map(({ key }) => key))
  for (const { target, label, type, language = 'en' } of fresh) {
    if (existing.has(target) || dry_run) continue
    const key = target.slice('custom.'.length)
    await createCustomField(ctx, { kind, key, type, label: { [language]: label } })
  }
}

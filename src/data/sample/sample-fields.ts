import type { Ctx } from '../../core/ctx.ts'
import { createCustomField, ensureTags, getCustomField, saveView } from '../../records/index.ts'
import type { SampleCompany, SamplePerson } from './generate/model.ts'
import { recordsOf, remember } from './ledger.ts'

type Label = Record<'en' | 'de', string>

interface SampleField {
  kind: 'person' | 'company'
  label: Label
  type: 'date' | 'option' | 'money'
  /** By the ids that the sample uses for them. */
  options?: Record<string, Label>
}

const fields = {
  customer_since: { kind: 'person', label: { en: 'Customer since', de: 'Kunde seit' }, type: 'date' },
  last_order_on: { kind: 'person', label: { en: 'Last order', de: 'Letzte Bestellung' }, type: 'date' },
  follow_up: {
    kind: 'person',
    label: { en: 'Follow-up', de: 'Nachfassen' },
    type: 'option',
    options: {
      called_back: { en: 'Called back', de: 'Zurückgerufen' },
      not_called_back: { en: 'Not called back', de: 'Nicht zurückgerufen' },
      due: { en: 'Due', de: 'Fällig' },
    },
  },
  set_up: {
    kind: 'person',
    label: { en: 'Set-up', de: 'Einrichtung' },
    type: 'option',
    options: {
      alone: { en: 'Alone', de: 'Allein' },
      with_support: { en: 'With support', de: 'Mit Support' },
    },
  },
  renewal_on: { kind: 'company', label: { en: 'Renewal date', de: 'Vertragsverlängerung am' }, type: 'date' },
  annual_value: { kind: 'company', label: { en: 'Annual value', de: 'Jahreswert' }, type: 'money' },
} as const satisfies Record<string, SampleField>
export type SampleFieldName = keyof typeof fields

/** The fields, under whatever key is free: the workspace may have one of that name already. */
export async function makeFields(ctx: Ctx, currency: string): Promise<void> {
  for (const [name, field] of Object.entries(fields) as [SampleFieldName, SampleField][]) {
    const made = await createCustomField(ctx, {
      kind: field.kind,
      type: field.type,
      label: field.label,
      ...(field.type === 'money' ? { unit: currency } : {}),
      ...(field.options
        ? {
            options: Object.entries(field.options).map(([id, label]) => ({ id, label })),
          }
        : {}),
    })
    await remember(ctx, 'field', [{ key: name, record_id: made.id }])
  }
}

const tagNames = {
  person: ['Decision maker', 'Recommends us', 'Met at the fair'],
  company: ['Key account', 'Small office', 'Price talks'],
} as const

/** Only where there are no tags yet: in with those of the workspace's own, they would stay when the sample goes. */
export async function makeTags(ctx: Ctx): Promise<void> {
  for (const [kind, names] of Object.entries(tagNames)) {
    const before = await tagsOf(ctx, kind)
    if (before !== undefined) continue
    await ensureTags(ctx, kind, names)
    const made = await tagsOf(ctx, kind)
    if (made) await remember(ctx, 'field', [{ key: `tags.${kind}`, record_id: made.id }])
  }
}

/** Archived ones count as well: they come back with the next tag. */
const tagsOf = (ctx: Ctx, kind: string) =>
  ctx.db
    .selectFrom('field')
    .select('id')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('is_tags', '=', true)
    .executeTakeFirst()

export const hasTags = async (ctx: Ctx, kind: keyof typeof tagNames): Promise<boolean> =>
  (await recordsOf(ctx, 'field', [`tags.${kind}`])).size > 0

/** Lists to come back to, for everybody. */
export async function makeViews(ctx: Ctx): Promise<void> {
  const keys = await findFieldKeys(ctx)
  if (!keys) return
  const [renewal, value, called] = [keys.renewal_on, keys.annual_value, keys.follow_up].map(
    key => `custom.${key}`,
  )
  const shared = { search: '', shared: 'workspace', pinned: true } as const
  const views = [
    {
      kind: 'company',
      name: 'Renewals within 90 days',
      filter: `${renewal} >= today and ${renewal} <= today + 90 days`,
      sort: renewal ?? '',
      columns: ['name', value ?? '', renewal ?? '', 'industry', 'country'].map(key => ({ key })),
    },
    {
      kind: 'person',
      name: 'Nobody called back',
      filter: `${called} = "not_called_back"`,
      sort: '-last_seen_at',
      columns: ['name', 'company_id', `custom.${keys.last_order_on}`, 'phone', 'last_seen_at'].map(key => ({
        key,
      })),
    },
  ]
  for (const view of views) {
    const { id } = await saveView(ctx, { ...view, ...shared })
    await remember(ctx, 'view', [{ key: view.name, record_id: id }])
  }
}

export type FieldKeys = Record<SampleFieldName, string>

/** What the fields are called in filters and in `custom`; undefined when one of them is gone. */
export async function findFieldKeys(ctx: Ctx): Promise<FieldKeys | undefined> {
  const made = await recordsOf(ctx, 'field')
  const keys = new Map<string, string>()
  for (const [name, id] of made) {
    if (name.startsWith('tags.')) continue
    const field = await getCustomField(ctx, id)
    if (!field.archived_at) keys.set(name, field.key)
  }
  const names = Object.keys(fields) as SampleFieldName[]
  if (!names.every(name => keys.has(name))) return undefined
  return Object.fromEntries(keys) as FieldKeys
}

const filled = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

export const personCustom = (keys: FieldKeys, person: SamplePerson): Record<string, unknown> =>
  filled({
    [keys.customer_since]: person.customer_since,
    [keys.last_order_on]: person.last_order_on,
    [keys.follow_up]: person.follow_up,
    [keys.set_up]: person.set_up,
  })

export const companyCustom = (keys: FieldKeys, company: SampleCompany): Record<string, unknown> => ({
  [keys.renewal_on]: company.renewal_on,
  [keys.annual_value]: company.annual_value_minor,
})

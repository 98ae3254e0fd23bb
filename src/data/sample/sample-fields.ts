import type { Ctx } from '../../core/ctx.ts'
import { createCustomField, getCustomField, saveView } from '../../records/index.ts'
import type { SampleCompany, SamplePerson } from './generate/model.ts'
import { recordsOf, remember } from './ledger.ts'

interface SampleField {
  kind: 'person' | 'company'
  label: string
  type: 'date' | 'option' | 'money'
  /** By the ids that the sample uses for them. */
  options?: Record<string, string>
}

const fields = {
  customer_since: { kind: 'person', label: 'Customer since', type: 'date' },
  last_order_on: { kind: 'person', label: 'Last order', type: 'date' },
  follow_up: {
    kind: 'person',
    label: 'Follow-up',
    type: 'option',
    options: { called_back: 'Called back', not_called_back: 'Not called back', due: 'Due' },
  },
  set_up: {
    kind: 'person',
    label: 'Set-up',
    type: 'option',
    options: { alone: 'Alone', with_support: 'With support' },
  },
  renewal_on: { kind: 'company', label: 'Renewal date', type: 'date' },
  annual_value: { kind: 'company', label: 'Annual value', type: 'money' },
} as const satisfies Record<string, SampleField>
export type SampleFieldName = keyof typeof fields

/** The fields, under whatever key is free: the workspace may have one of that name already. */
export async function makeFields(ctx: Ctx, currency: string): Promise<void> {
  for (const [name, field] of Object.entries(fields) as [SampleFieldName, SampleField][]) {
    const made = await createCustomField(ctx, {
      kind: field.kind,
      type: field.type,
      label: { en: field.label },
      ...(field.type === 'money' ? { unit: currency } : {}),
      ...(field.options
        ? {
            options: Object.entries(field.options).map(([id, label]) => ({ id, label: { en: label } })),
          }
        : {}),
    })
    await remember(ctx, 'field', [{ key: name, record_id: made.id }])
  }
}

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

import type { Said } from '../core/text-sentence.ts'
import type { Amount } from './cells.ts'
import type { ImportPlan } from './import-plan.ts'
import { toMinor } from './numbers.ts'
import type { ReadRow } from './read-row.ts'
import { says } from './says.ts'

export interface RecordItem {
  [field: string]: unknown
  custom?: Record<string, unknown>
}
type Reader = (row: ReadRow) => { item: RecordItem } | { problem: Said }

const identifying = {
  person: ['name', 'given_name', 'family_name', 'email', 'phone', 'external_id'],
  company: ['name', 'domain', 'external_id'],
}

export const valueOf = (record: RecordItem, key: string): unknown =>
  key.startsWith('custom.') ? record.custom?.[key.slice('custom.'.length)] : record[key]

const names = (record: RecordItem, kind: keyof typeof identifying, plan: ImportPlan) =>
  [...identifying[kind], ...plan.match].some(key => valueOf(record, key) !== undefined)

/** What a row says of a person, as `upsertPeople` takes it. */
export const personReader =
  (plan: ImportPlan): Reader =>
  row => {
    const { company, company_domain, company_external_id, other_email, other_phone, ...fields } = split(
      row.values,
    )
    const employer = companyNamed(row, {
      name: company,
      domain: company_domain,
      external_id: company_external_id,
    })
    if (!names(fields, 'person', plan)) return { problem: says.empty_person() }
    return {
      item: {
        ...fields,
        ...(employer ? { company: employer } : {}),
        ...(other_email ? { other_emails: [other_email] } : {}),
        ...(other_phone ? { other_phones: [other_phone] } : {}),
      },
    }
  }

/** Where somebody belongs to several ("901;902"), names stand in the order of the ids, and the first counts. */
function companyNamed({ raw }: ReadRow, said: Record<string, unknown>): Record<string, unknown> | undefined {
  const several = raw.company_external_id?.includes(';')
  const given = Object.entries(said)
    .filter(([, value]) => value)
    .map(([key, value]) => [key, several ? String(value).split(';', 1)[0]?.trim() : value])
  return given.length ? Object.fromEntries(given) : undefined
}

/** What a row says of a company, as `upsertCompanies` takes it. */
export const companyReader =
  (plan: ImportPlan, workspace_currency: string): Reader =>
  row => {
    const { revenue, currency, ...fields } = split(row.values)
    if (!names(fields, 'company', plan)) return { problem: says.empty_company() }
    const amount = revenue as Amount | undefined
    if (!amount) return { item: fields }
    const code = amount.currency ?? (typeof currency === 'string' ? currency.toUpperCase() : undefined)
    const chosen = code ?? plan.settings.currency ?? workspace_currency
    if (!/^[A-Z]{3}$/.test(chosen)) return { problem: says.not_currency({ value: chosen }) }
    const minor = toMinor(amount.number, chosen)
    if (minor === undefined) return { problem: says.revenue_too_large({ amount: amount.number }) }
    return { item: { ...fields, revenue_minor: Number(minor), currency: chosen } }
  }

function split(values: Record<string, unknown>): RecordItem {
  const item: RecordItem = {}
  const custom: Record<string, unknown> = {}
  for (const [target, value] of Object.entries(values))
    if (target.startsWith('custom.')) custom[target.slice('custom.'.length)] = plainValue(value)
    else if (!target.startsWith('ignored.')) item[target] = value
  return Object.keys(custom).length ? { ...item, custom } : item
}

const plainValue = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)

import { t } from '../../core/web/i18n.ts'
import { labelIn } from '../../records/kind.contract.ts'
import { RecordTitle } from '../../records/web/index.ts'
import { DateTime, NoValue } from '../../ui/values.tsx'
import { personKind } from '../customers.contract.ts'

const language = () => navigator.language.split('-')[0] ?? 'en'

export function fieldLabel(field: string): string {
  const known = personKind.fields.find(one => one.key === field)
  if (known) return labelIn(known.label, language())
  return field.replace(/^custom\./, '').replaceAll('_', ' ')
}

export function ShownValue({ field, value }: { field: string; value: unknown }) {
  if (value === null || value === undefined || value === '') return <NoValue />
  if (field === 'company_id' && typeof value === 'string') return <RecordTitle kind="company" id={value} />
  if (field.endsWith('_at') && typeof value === 'string') return <DateTime at={value} />
  if (field === 'owner_id') return <>{t('customers.merge.member')}</>
  if (Array.isArray(value)) return <>{value.join(', ')}</>
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>
}

import { t } from '../../core/web/i18n.ts'
import { NoValue, Phone } from '../../ui/values.tsx'
import { labelText, useCatalogue } from './catalogue.ts'
import { useMembers, useTitle } from './names.ts'
import { valueText } from './RecordValue.tsx'

// Fields as a log or a preview names them: by key, with a value as it was.

const useField = (kind: string, field: string) =>
  useCatalogue()
    .catalogue?.get(kind)
    ?.fields.find(one => one.key === field)

/** What a field of a kind is called, custom ones included. */
export function useFieldLabels(kind: string): (field: string) => string {
  const { catalogue } = useCatalogue()
  const fields = catalogue?.get(kind)?.fields ?? []
  return key => {
    const field = fields.find(one => one.key === key)
    if (field) return labelText(field.label)
    return key.replace(/^custom\./, '').replaceAll('_', ' ')
  }
}

/** A value as text: the names of what it refers to rather than their ids. */
export function FieldText({ kind, field, value }: { kind: string; field: string; value: unknown }) {
  const known = useField(kind, field)
  const members = useMembers()
  const target = known?.type === 'relation' ? known.kind : undefined
  const titles = useTitle(target, typeof value === 'string' ? value : null)
  if (value === null || value === undefined || value === '') return <NoValue />
  if (target !== undefined && typeof value === 'string') return <>{titles.get(value) ?? '…'}</>
  if (known?.type === 'phone' && typeof value === 'string') return <Phone value={value} />
  if (known) return <>{valueText({ field: known, value, members, titles })}</>
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>
}

/** Merged into somebody, or taken apart again: said in words, not as a field that changed. */
export function MergeTold({ kind, before, after }: { kind: string; before: unknown; after: unknown }) {
  const merged = typeof after === 'string'
  const id = merged ? after : before
  const name = useTitle(kind, typeof id === 'string' ? id : null).get(String(id)) ?? '…'
  return <>{t(merged ? 'records.history.merged' : 'records.history.unmerged', { name })}</>
}

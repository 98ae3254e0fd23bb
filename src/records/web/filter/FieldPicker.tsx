import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '../../../core/web/i18n.ts'
import type { Catalogue, CatalogueKind } from '../../catalogue.contract.ts'
import { labelText } from '../catalogue.ts'

const itemsOf = (kind: CatalogueKind, prefix: string, before: string) =>
  kind.fields
    .filter(field => field.filterable)
    .map(field => ({ value: `${prefix}${field.key}`, label: `${before}${labelText(field.label)}` }))

interface FieldPickerProps {
  catalogue: Catalogue
  kind: string
  value: string
  onChange: (path: string) => void
}

/** Fields of the kind itself and, one step on, of what it is related to. */
export function FieldPicker({ catalogue, kind, value, onChange }: FieldPickerProps) {
  const data = useMemo(() => {
    const own = catalogue.get(kind)
    if (!own) return []
    const related = own.relations.flatMap(relation => {
      const target = catalogue.get(relation.kind)
      const name = labelText(relation.label)
      return target ? [{ group: name, items: itemsOf(target, `${relation.name}.`, `${name} › `) }] : []
    })
    return [{ group: labelText(own.label.one), items: itemsOf(own, '', '') }, ...related]
  }, [catalogue, kind])
  return (
    <Select
      size="xs"
      aria-label={t('records.filter.field')}
      placeholder={t('records.filter.field')}
      data={data}
      value={value === '' ? null : value}
      onChange={path => path !== null && onChange(path)}
      searchable
      allowDeselect={false}
      styles={{ options: { maxHeight: '20rem' } }}
      nothingFoundMessage={t('ui.nothingFound')}
      comboboxProps={{ width: 260, position: 'bottom-start' }}
    />
  )
}

import { Select } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { relationTypes } from '../../customers/relations.contract.ts'
import { labelText } from '../../records/web/index.ts'
import type { ImportSettings } from '../imports.contract.ts'

interface RelationFieldsProps {
  settings: ImportSettings
  onChange: (settings: ImportSettings) => void
}

/** A file of one kind of relation seldom says which. */
export function RelationFields({ settings, onChange }: RelationFieldsProps) {
  const { defaults } = settings
  return (
    <Select
      required
      maw={320}
      label={t('data.check.relation')}
      data={relationTypes.map(({ id, label }) => ({ value: id, label: labelText(label) }))}
      value={defaults.type ?? null}
      allowDeselect={false}
      onChange={type => type && onChange({ ...settings, defaults: { ...defaults, type } })}
    />
  )
}

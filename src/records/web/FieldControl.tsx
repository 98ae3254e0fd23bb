import { MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { minorDigits } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { countries } from '../../identity/places.contract.ts'
import type { CatalogueField } from '../catalogue.contract.ts'
import type { FieldType } from '../kind.contract.ts'
import { labelText } from './catalogue.ts'
import { useMembers } from './names.ts'
import { RecordPicker } from './RecordPicker.tsx'
import { countryName } from './RecordValue.tsx'

/** The closed list of a field's values, if it has one. */
export function useFieldOptions(field: CatalogueField): { value: string; label: string }[] | undefined {
  const members = useMembers()
  return useMemo(() => {
    if (field.type === 'option' || field.type === 'options')
      return (field.options ?? [])
        .filter(option => !option.archived)
        .map(option => ({ value: option.id, label: labelText(option.label) }))
    if (field.type === 'country')
      return countries
        .map(code => ({ value: code, label: countryName(code) }))
        .toSorted((one, other) => one.label.localeCompare(other.label))
    if (field.type === 'member') return [...members].map(([value, label]) => ({ value, label }))
    return undefined
  }, [field, members])
}

const inputTypes: Partial<Record<FieldType, string>> = {
  email: 'email',
  phone: 'tel',
  url: 'url',
  date: 'date',
  date_time: 'datetime-local',
}

interface FieldControlProps {
  field: CatalogueField
  value: unknown
  onChange: (value: unknown) => void
  error?: string | undefined
  /** The dialog puts the focus here. */
  first?: boolean
}

/** The input of a form for any type of field. */
export function FieldControl({ field, value, onChange, error, first = false }: FieldControlProps) {
  const options = useFieldOptions(field)
  const label = labelText(field.label)
  const common = { label, error, required: field.required, 'data-autofocus': first || undefined }
  if (field.type === 'boolean')
    return (
      <Switch
        label={label}
        error={error}
        checked={value === true}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    )
  if (field.type === 'relation' && field.kind)
    return (
      <RecordPicker
        kind={field.kind}
        label={label}
        visibleLabel
        value={typeof value === 'string' ? value : null}
        onChange={onChange}
        error={error}
      />
    )
  if (field.type === 'options')
    return (
      <MultiSelect
        {...common}
        data={options ?? []}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={onChange}
        searchable
      />
    )
  if (options)
    return (
      <Select
        {...common}
        data={options}
        value={typeof value === 'string' ? value : null}
        onChange={onChange}
        searchable
        clearable
        nothingFoundMessage={t('ui.nothingFound')}
      />
    )
  if (field.type === 'number' || field.type === 'money') {
    const scale = field.type === 'money' ? 10 ** minorDigits(field.unit ?? 'EUR') : 1
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value / scale : ''}
        onChange={number =>
          onChange(number === '' ? null : scale === 1 ? Number(number) : Math.round(Number(number) * scale))
        }
        {...(field.unit ? { suffix: ` ${field.unit}` } : {})}
      />
    )
  }
  const text = typeof value === 'string' ? value : ''
  if (field.type === 'long_text')
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        value={text}
        onChange={event => onChange(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...common}
      type={inputTypes[field.type] ?? 'text'}
      value={text}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

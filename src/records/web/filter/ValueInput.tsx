import { Group, MultiSelect, NumberInput, Select, TagsInput, Text, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { minorDigits } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { countries } from '../../../identity/places.contract.ts'
import type { CatalogueField } from '../../catalogue.contract.ts'
import { isMe, type Operator, type Scalar } from '../../filter.contract.ts'
import { labelText } from '../catalogue.ts'
import { useMembers } from '../names.ts'
import { RecordPicker } from '../RecordPicker.tsx'
import { countryName } from '../RecordValue.tsx'
import { DateValue } from './DateValue.tsx'

interface ValueInputProps {
  field: CatalogueField
  op: Operator
  value: Scalar | Scalar[] | undefined
  onChange: (value: Scalar | Scalar[] | undefined) => void
}

const me = 'me'
const textOf = (value: Scalar | undefined): string =>
  value === undefined ? '' : isMe(value) ? me : typeof value === 'object' ? '' : String(value)

/** The choices of a field whose values are a closed list. */
function useChoices(field: CatalogueField): { value: string; label: string }[] | undefined {
  const members = useMembers()
  return useMemo(() => {
    if (field.type === 'option' || field.type === 'options')
      return (field.options ?? []).map(option => ({ value: option.id, label: labelText(option.label) }))
    if (field.type === 'country') return countries.map(code => ({ value: code, label: countryName(code) }))
    if (field.type === 'boolean')
      return [
        { value: 'true', label: t('ui.yes') },
        { value: 'false', label: t('ui.no') },
      ]
    if (field.type !== 'member') return undefined
    const all = [...members].map(([value, label]) => ({ value, label }))
    return [{ value: me, label: t('records.filter.me') }, ...all]
  }, [field, members])
}

function typed(field: CatalogueField, text: string): Scalar {
  if (field.type === 'member' && text === me) return { me: true }
  if (field.type === 'boolean') return text === 'true'
  return field.type === 'number' || field.type === 'money' ? Number(text) : text
}

export function ValueInput({ field, op, value, onChange }: ValueInputProps) {
  const choices = useChoices(field)
  const label = t('records.filter.valueOf', { field: labelText(field.label) })
  if (op === 'empty' || op === 'not_empty') return null
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  if (op === 'between') {
    const set = (index: number) => (one: Scalar | undefined) =>
      onChange([index === 0 ? (one ?? '') : (list[0] ?? ''), index === 1 ? (one ?? '') : (list[1] ?? '')])
    return (
      <Group gap={6} wrap="wrap" align="center">
        <OneValue field={field} label={label} value={list[0]} onChange={set(0)} />
        <Text size="xs" c="dimmed">
          {t('records.filter.and')}
        </Text>
        <OneValue field={field} label={label} value={list[1]} onChange={set(1)} />
      </Group>
    )
  }
  if (op === 'in') {
    const common = {
      size: 'xs',
      'aria-label': label,
      value: list.map(textOf),
      onChange: (texts: string[]) => onChange(texts.map(text => typed(field, text))),
    } as const
    return choices ? <MultiSelect {...common} data={choices} searchable /> : <TagsInput {...common} />
  }
  if (choices)
    return (
      <Select
        size="xs"
        aria-label={label}
        data={choices}
        value={textOf(list[0]) || null}
        searchable={choices.length > 6}
        onChange={text => onChange(text === null ? undefined : typed(field, text))}
        nothingFoundMessage={t('ui.nothingFound')}
      />
    )
  return <OneValue field={field} label={label} value={list[0]} onChange={onChange} />
}

interface OneValueProps {
  field: CatalogueField
  label: string
  value: Scalar | undefined
  onChange: (value: Scalar | undefined) => void
}

function OneValue({ field, label, value, onChange }: OneValueProps) {
  if (field.type === 'date' || field.type === 'date_time')
    return <DateValue label={label} value={value} onChange={onChange} />
  if (field.type === 'relation' && field.kind)
    return (
      <RecordPicker
        kind={field.kind}
        label={label}
        value={typeof value === 'string' && value !== '' ? value : null}
        onChange={id => onChange(id ?? undefined)}
      />
    )
  if (field.type === 'number' || field.type === 'money') {
    // Money is compared in minor units and typed in major ones.
    const scale = field.type === 'money' ? 10 ** minorDigits(field.unit ?? 'EUR') : 1
    return (
      <NumberInput
        size="xs"
        aria-label={label}
        value={typeof value === 'number' ? value / scale : ''}
        onChange={number =>
          onChange(number === '' ? undefined : Math.round(Number(number) * scale * 1e6) / 1e6)
        }
        {...(field.type === 'money' && field.unit ? { suffix: ` ${field.unit}` } : {})}
      />
    )
  }
  return (
    <TextInput
      size="xs"
      aria-label={label}
      maxLength={500}
      value={textOf(value)}
      onChange={event => onChange(event.currentTarget.value || undefined)}
    />
  )
}

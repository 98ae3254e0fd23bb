import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { t } from '../../core/web/i18n.ts'
import type { FieldKind, FieldShape, FieldValue } from './kinds.ts'

interface FieldInputProps {
  shape: FieldShape
  label: string
  draft: string
  value: FieldValue
  problem: string | undefined
  saving: boolean
  onDraft: (draft: string) => void
  onPick: (value: FieldValue) => void
  onKeyDown: (event: KeyboardEvent) => void
  onLeave: () => void
}

const htmlType: Partial<Record<FieldKind, string>> = {
  date: 'date',
  date_time: 'datetime-local',
  email: 'email',
  phone: 'tel',
  url: 'url',
}

export function FieldInput(props: FieldInputProps) {
  const { shape, label, draft, value, problem, saving, onDraft, onPick, onKeyDown, onLeave } = props
  const common = {
    'aria-label': label,
    size: 'xs',
    disabled: saving,
    error: problem,
    autoFocus: true,
  } as const
  if (shape.kind === 'option') {
    return (
      <Select
        {...common}
        data={[...(shape.options ?? [])]}
        value={typeof value === 'string' ? value : null}
        searchable
        clearable
        defaultDropdownOpened
        nothingFoundMessage={t('ui.nothingFound')}
        onChange={onPick}
        onKeyDown={event => event.key !== 'Enter' && onKeyDown(event)}
        onBlur={onLeave}
      />
    )
  }
  if (shape.kind === 'options') {
    return (
      <MultiSelect
        {...common}
        data={[...(shape.options ?? [])]}
        defaultValue={Array.isArray(value) ? [...value] : []}
        searchable
        clearable
        defaultDropdownOpened
        nothingFoundMessage={t('ui.nothingFound')}
        onChange={onPick}
        onKeyDown={event => event.key !== 'Enter' && onKeyDown(event)}
      />
    )
  }
  if (shape.kind === 'long_text') {
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        maxRows={12}
        value={draft}
        onChange={event => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={onLeave}
      />
    )
  }
  const numeric = shape.kind === 'number' || shape.kind === 'money'
  return (
    <TextInput
      {...common}
      type={htmlType[shape.kind] ?? 'text'}
      {...(numeric ? { inputMode: 'decimal' as const } : {})}
      rightSection={shape.kind === 'money' ? shape.currency : shape.unit}
      rightSectionWidth={shape.currency || shape.unit ? 48 : 8}
      value={draft}
      onFocus={event => shape.kind !== 'date' && shape.kind !== 'date_time' && event.currentTarget.select()}
      onChange={event => onDraft(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={onLeave}
    />
  )
}

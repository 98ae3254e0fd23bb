import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { useChange } from '../../core/web/query.ts'
import { FormDialog } from '../../ui/Dialog.tsx'
import { showDone } from '../../ui/toast.tsx'
import {
  createField,
  customTypes,
  type Field,
  listFields,
  listKinds,
  updateField,
} from '../fields.contract.ts'
import type { FieldType } from '../kind.contract.ts'
import { labelText } from './catalogue.ts'

interface OptionDraft {
  /** A stable key while typing; only options that exist already have an id. */
  key: string
  id?: string
  text: string
}

interface Draft {
  label: string
  type: FieldType
  unit: string
  privacy_class: CustomClass
  searchable: boolean
  is_unique: boolean
  options: OptionDraft[]
}

const newOption = (): OptionDraft => ({ key: crypto.randomUUID(), text: '' })
const hasOptions = (type: FieldType) => type === 'option' || type === 'options'
const hasUnit = (type: FieldType) => type === 'number' || type === 'money'
const canSearch = (type: FieldType) =>
  type === 'text' || type === 'email' || type === 'url' || type === 'phone'
const canBeUnique = (type: FieldType) => canSearch(type) || type === 'number'
const classes = ['public', 'internal', 'personal', 'sensitive'] as const
type CustomClass = (typeof classes)[number]

const draftOf = (field: Field | undefined): Draft => ({
  label: field ? labelText(field.label) : '',
  type: field?.type ?? 'text',
  unit: field?.unit ?? '',
  privacy_class: classes.find(one => one === field?.privacy_class) ?? 'internal',
  searchable: field?.searchable ?? false,
  is_unique: field?.is_unique ?? false,
  options:
    field?.options
      .filter(option => !option.archived)
      .map(option => ({ key: option.id, id: option.id, text: labelText(option.label) })) ?? [],
})

/** What is sent: the label that is shown is the one that was changed, those in other languages stay as they are. */
function settingsOf(draft: Draft, field: Field | undefined) {
  const named = (before: Record<string, string> | undefined, text: string) => {
    const shown = [language(), 'en', ...Object.keys(before ?? {})].find(one => before?.[one]) ?? 'en'
    return { ...before, [shown]: text.trim() }
  }
  const options = draft.options
    .filter(option => option.text.trim() !== '')
    .map(option => ({
      ...(option.id === undefined ? {} : { id: option.id }),
      label: named(field?.options.find(one => one.id === option.id)?.label, option.text),
    }))
  return {
    label: named(field?.label, draft.label),
    privacy_class: draft.privacy_class,
    ...(hasOptions(draft.type) ? { options } : {}),
    ...(hasUnit(draft.type) ? { unit: draft.unit.trim() || null } : {}),
    ...(canSearch(draft.type) ? { searchable: draft.searchable } : {}),
    ...(canBeUnique(draft.type) ? { is_unique: draft.is_unique } : {}),
  }
}

interface FieldFormProps {
  kind: string
  /** Absent for a new one. */
  field: Field | undefined
  onClose: () => void
}

export function FieldForm({ kind, field, onClose }: FieldFormProps) {
  const [draft, setDraft] = useState(() => draftOf(field))
  const patch = (change: Partial<Draft>) => setDraft(now => ({ ...now, ...change }))
  const done = () => {
    showDone(t(field ? 'records.fields.saved' : 'records.fields.made', { field: draft.label.trim() }))
    onClose()
  }
  const options = { quiet: true, invalidates: [listFields, listKinds], onDone: done } as const
  const create = useChange(createField, options)
  const update = useChange(updateField, options)
  const error = create.error ?? update.error
  const submit = () => {
    const settings = settingsOf(draft, field)
    if (field) update.change({ params: { id: field.id }, body: settings })
    else create.change({ body: { kind, type: draft.type as (typeof customTypes)[number], ...settings } })
  }
  const optionsProblem = fieldError(error, 'options')
  const labelProblem = fieldError(error, 'label') ?? fieldError(error, 'label.en')
  return (
    <FormDialog
      onClose={onClose}
      title={t(field ? 'records.fields.editTitle' : 'records.fields.newTitle')}
      submitLabel={t(field ? 'records.fields.save' : 'records.fields.create')}
      onSubmit={submit}
      pending={create.pending || update.pending}
      complete={draft.label.trim() !== ''}
      error={labelProblem || optionsProblem ? undefined : error}
    >
      <TextInput
        label={t('records.fields.label')}
        required
        maxLength={100}
        data-autofocus
        value={draft.label}
        error={labelProblem}
        onChange={event => patch({ label: event.currentTarget.value })}
      />
      <Select
        label={t('records.fields.type')}
        description={field ? t('records.fields.typeStays') : undefined}
        data={customTypes.map(type => ({ value: type, label: t(`records.fields.types.${type}`) }))}
        value={draft.type}
        disabled={field !== undefined}
        allowDeselect={false}
        onChange={type => type && patch({ type: type, options: hasOptions(type) ? [newOption()] : [] })}
      />
      {hasOptions(draft.type) && (
        <Options options={draft.options} error={optionsProblem} onChange={next => patch({ options: next })} />
      )}
      {hasUnit(draft.type) && (
        <TextInput
          label={t(draft.type === 'money' ? 'records.fields.currency' : 'records.fields.unit')}
          maxLength={20}
          value={draft.unit}
          onChange={event => patch({ unit: event.currentTarget.value })}
        />
      )}
      <Select
        label={t('records.fields.privacy')}
        description={t(`records.fields.classHints.${draft.privacy_class}`)}
        data={classes.map(one => ({ value: one, label: t(`records.fields.classes.${one}`) }))}
        value={draft.privacy_class}
        allowDeselect={false}
        onChange={next => next && patch({ privacy_class: next })}
      />
      {canSearch(draft.type) && (
        <Checkbox
          label={t('records.fields.searchable')}
          checked={draft.searchable}
          onChange={event => patch({ searchable: event.currentTarget.checked })}
        />
      )}
      {canBeUnique(draft.type) && (
        <Checkbox
          label={t('records.fields.unique')}
          description={t('records.fields.uniqueHint')}
          checked={draft.is_unique}
          onChange={event => patch({ is_unique: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  )
}

interface OptionsProps {
  options: readonly OptionDraft[]
  error: string | undefined
  onChange: (options: OptionDraft[]) => void
}

function Options({ options, error, onChange }: OptionsProps) {
  return (
    <Stack gap={6} role="group" aria-label={t('records.fields.options')}>
      <Text size="sm" fw={500}>
        {t('records.fields.options')}
      </Text>
      {options.map((option, index) => (
        <Group key={option.key} gap={6} wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            size="xs"
            aria-label={t('records.fields.option', { number: index + 1 })}
            maxLength={100}
            value={option.text}
            onChange={event =>
              onChange(
                options.map(one => (one.key === option.key ? { ...one, text: event.target.value } : one)),
              )
            }
          />
          <ActionIcon
            variant="subtle"
            aria-label={t('records.fields.removeOption', {
              option: option.text || t('records.fields.option', { number: index + 1 }),
            })}
            onClick={() => onChange(options.filter(one => one.key !== option.key))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      ))}
      {error && (
        <Text size="xs" c="clay" role="alert">
          {error}
        </Text>
      )}
      <Group>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...options, newOption()])}
        >
          {t('records.fields.addOption')}
        </Button>
      </Group>
    </Stack>
  )
}

import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { IconChevronDown, IconPencil } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useCan } from '../../core/web/rights.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { errorText } from '../../ui/errors.ts'
import { InlineField } from '../../ui/field/InlineField.tsx'
import type { FieldKind, FieldValue } from '../../ui/field/kinds.ts'
import { NoValue } from '../../ui/values.tsx'
import type { CatalogueField, CatalogueKind } from '../catalogue.contract.ts'
import type { Kind } from '../kind.contract.ts'
import { labelText, useCatalogue } from './catalogue.ts'
import { useFieldOptions } from './FieldControl.tsx'
import { currencyOf } from './list-columns.tsx'
import classes from './RecordFields.module.css'
import { RecordPicker } from './RecordPicker.tsx'
import { RecordTitle } from './RecordTitle.tsx'
import { type AnyRecord, isEmpty, useRecord, useRecordEdit, valueOf } from './record.ts'
import { RecordTags } from './tags/RecordTags.tsx'

interface RecordFieldsProps {
  kind: Kind
  id: string
  /** Which built-in fields, in this order; all without it. The workspace's own fields always follow. */
  fields?: readonly string[]
  /** Fields that are empty wait behind a button, except these. */
  unfolded?: readonly string[]
}

/** The fields of a record, each edited where it stands. */
export function RecordFields({ kind, id, fields, unfolded }: RecordFieldsProps) {
  const { record, error, retry } = useRecord(kind, id)
  const { catalogue } = useCatalogue()
  const visible = catalogue?.get(kind.name)
  if (error && !record) return <ErrorState error={error} onRetry={retry} />
  if (!record || !visible) return null
  const shown = fieldsToShow(visible, fields)
  return <Fields key={record.id} kind={kind} record={record} shown={shown} unfolded={unfolded} />
}

function fieldsToShow(visible: CatalogueKind, wanted: readonly string[] | undefined): CatalogueField[] {
  const own = visible.fields.filter(field => field.id === undefined)
  const custom = visible.fields.filter(field => field.id !== undefined && !field.tags)
  const chosen = wanted ? wanted.flatMap(key => own.filter(field => field.key === key)) : own
  return [...chosen, ...custom]
}

interface FieldsProps {
  kind: Kind
  record: AnyRecord
  shown: CatalogueField[]
  unfolded: readonly string[] | undefined
}

function Fields({ kind, record, shown, unfolded }: FieldsProps) {
  const write = useRecordEdit(kind)
  // Decided once: a field that is emptied under one's hands stays.
  const [folded, setFolded] = useState(() => (unfolded ? emptyOnes(record, shown, unfolded) : nothing))
  const canWrite = useCan()('records.write')
  return (
    <div className={classes.fields}>
      <RecordTags kind={kind} record={record} />
      {shown
        .filter(field => !folded.has(field.key))
        .map(field => {
          const label = labelText(field.label)
          const commit = (value: unknown) => write({ record, key: field.key, label, value })
          const readOnly = field.read_only || !canWrite
          return field.type === 'relation' && field.kind ? (
            <RelationField
              key={field.key}
              label={label}
              kind={field.kind}
              value={valueOf(record, field.key)}
              readOnly={readOnly}
              onCommit={commit}
            />
          ) : (
            <PlainField key={field.key} field={field} record={record} readOnly={readOnly} onCommit={commit} />
          )
        })}
      {folded.size > 0 && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={classes.unfold}
          leftSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => setFolded(nothing)}
        >
          {t('records.edit.unfold', { count: folded.size })}
        </Button>
      )}
    </div>
  )
}

const nothing: ReadonlySet<string> = new Set()

/** Two or three empty lines are no burden. */
function emptyOnes(record: AnyRecord, shown: readonly CatalogueField[], unfolded: readonly string[]) {
  const empty = shown.filter(({ key }) => !unfolded.includes(key) && isEmpty(valueOf(record, key)))
  return empty.length > 2 ? new Set(empty.map(({ key }) => key)) : nothing
}

const listed = new Set(['option', 'country', 'member'])
const kindOf = (field: CatalogueField): FieldKind =>
  listed.has(field.type) ? 'option' : (field.type as FieldKind)

interface PlainFieldProps {
  field: CatalogueField
  record: AnyRecord
  readOnly: boolean
  onCommit: (value: unknown) => Promise<void>
}

function PlainField({ field, record, readOnly, onCommit }: PlainFieldProps) {
  const options = useFieldOptions(field)
  const currency = currencyOf(record, field) ?? field.unit
  const isMoney = field.type === 'money'
  return (
    <InlineField
      label={labelText(field.label)}
      kind={kindOf(field)}
      value={(valueOf(record, field.key) ?? null) as FieldValue}
      required={field.required}
      readOnly={readOnly}
      onCommit={onCommit}
      {...(options ? { options } : {})}
      {...(isMoney && currency ? { currency } : {})}
      {...(!isMoney && field.unit ? { unit: field.unit } : {})}
    />
  )
}

interface RelationFieldProps {
  label: string
  kind: string
  value: unknown
  readOnly: boolean
  onCommit: (value: unknown) => Promise<void>
}

/** A reference reads as a link; the pencil looks for another record. */
function RelationField({ label, kind, value, readOnly, onCommit }: RelationFieldProps) {
  const [editing, setEditing] = useState(false)
  const [problem, setProblem] = useState<string>()
  const pencil = useRef<HTMLButtonElement>(null)
  const stop = () => {
    setEditing(false)
    setProblem(undefined)
    requestAnimationFrame(() => pencil.current?.focus())
  }
  const id = typeof value === 'string' ? value : null
  const commit = async (next: string | null) => {
    try {
      await onCommit(next)
      stop()
    } catch (error) {
      setProblem(errorText(error))
    }
  }
  return (
    <div className={classes.relation}>
      <Text span size="sm" c="dimmed" className={classes.label}>
        {label}
      </Text>
      {editing ? (
        <RecordPicker
          kind={kind}
          label={label}
          value={id}
          onChange={next => void commit(next)}
          error={problem}
          takesFocus
          onLeave={() => setEditing(false)}
          onEscape={stop}
        />
      ) : (
        <Group gap={4} wrap="nowrap" justify="space-between" className={classes.value}>
          {id ? <RecordTitle kind={kind} id={id} /> : <NoValue />}
          {!readOnly && (
            <ActionIcon
              ref={pencil}
              size="sm"
              variant="subtle"
              aria-label={t('records.edit.change', { field: label })}
              onClick={() => setEditing(true)}
            >
              <IconPencil size={14} />
            </ActionIcon>
          )}
        </Group>
      )}
      {!editing && problem !== undefined && (
        <Text span size="xs" c="clay" role="alert">
          {problem}
        </Text>
      )}
    </div>
  )
}

import { Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import {
  answerMeasures,
  dateOrders,
  type ImportKind,
  newFieldTypes,
  type PreviewColumn,
} from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import classes from './ColumnsStep.module.css'
import { asNewField, canHaveFields } from './new-fields.ts'
import { QuestionFields } from './QuestionFields.tsx'
import {
  type agreesWith,
  type ColumnChoice,
  columnName,
  fieldKey,
  isProperty,
  type openQuestions,
  sameQuestion,
  targetName,
} from './wizard.ts'

interface ColumnRowProps {
  column: PreviewColumn
  kind: ImportKind
  targets: Preview['targets']
  taken: ReadonlySet<string>
  choice: ColumnChoice
  /** The column of an earlier file of the same survey that it is mapped as. */
  agrees: ReturnType<typeof agreesWith>
  /** Questions of earlier files of the same survey that no column answers yet. */
  open: ReturnType<typeof openQuestions>
  onChange: (choice: ColumnChoice) => void
}

const question = 'question:'
const earlier = 'earlier:'

/** Targets that no other column has, in groups; "new" makes a field, or keeps the value with the interaction. */
function options({ kind, targets, taken, choice, column, open: earlierOnes }: ColumnRowProps) {
  const open = targets.filter(({ key }) => key === choice.target || !taken.has(key))
  const item = (target: Preview['targets'][number]) => ({
    value: target.key,
    label: targetName(kind, target),
  })
  const property = `properties.${fieldKey(column.name)}`
  const questions = kind === 'answer' ? answerMeasures : []
  const more =
    kind === 'interaction'
      ? [{ value: property, label: t('data.columns.newProperty') }]
      : canHaveFields(kind)
        ? [{ value: 'new', label: t('data.columns.newField') }]
        : []
  return [
    {
      group: t('data.series.open'),
      items: (kind === 'answer' ? earlierOnes : []).map((one, at) => ({
        value: `${earlier}${at}`,
        label: t('data.series.as', {
          label: one.label,
          measure: t(`data.answers.measures.${one.measure}`),
        }),
      })),
    },
    {
      group: t('data.answers.group'),
      items: questions.map(measure => ({
        value: `${question}${measure}`,
        label: t(`data.answers.measures.${measure}`),
      })),
    },
    { group: t('data.columns.group_fields'), items: open.filter(target => !target.custom).map(item) },
    { group: t('data.columns.group_custom'), items: open.filter(target => target.custom).map(item) },
    {
      group: t('data.columns.group_other'),
      items: [{ value: 'skip', label: t('data.columns.skip') }, ...more],
    },
  ].filter(group => group.items.length > 0)
}

export function ColumnRow(props: ColumnRowProps) {
  const { column, kind, choice, agrees, open, onChange } = props
  const { new_field: _field, question: asked, ...format } = choice
  const name = columnName(column.name, column.column)
  const choose = (value: string | null) => {
    const again = open.find((_, at) => value === `${earlier}${at}`)
    if (again) {
      onChange({ target: `answers.${column.column}`, question: again })
      return
    }
    const measure = answerMeasures.find(one => value === `${question}${one}`)
    if (measure) {
      const label = column.description || name
      onChange({ target: `answers.${column.column}`, question: { label, no_answer: [], ...asked, measure } })
      return
    }
    if (value === 'new') onChange({ ...format, ...asNewField(column) })
    else if (value) onChange({ ...format, target: value === 'skip' ? null : value })
  }
  const property = kind === 'interaction' && isProperty(choice.target)
  const continued = asked ? open.findIndex(one => sameQuestion(one, asked)) : -1
  const shown = asked
    ? continued < 0
      ? `${question}${asked.measure}`
      : `${earlier}${continued}`
    : choice.new_field
      ? 'new'
      : property
        ? `properties.${fieldKey(column.name)}`
        : (choice.target ?? 'skip')
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={560} component="div">
          {name}
        </Text>
        {column.description && (
          <Text size="sm" component="div">
            {column.description}
          </Text>
        )}
        <Text size="sm" c="dimmed" component="div" className={classes.samples}>
          {column.type === 'empty' ? t('data.columns.empty') : column.samples.join(' · ')}
        </Text>
        {column.type !== 'empty' && column.filled_percent < 100 && (
          <Text size="xs" c="dimmed" component="div">
            {t('data.columns.filled', { percent: formatPercent(column.filled_percent / 100) })}
          </Text>
        )}
        {column.in_name_only && (
          <Text size="xs" component="div">
            {t('data.columns.inNameOnly')}
          </Text>
        )}
        {choice.target === column.suggestion && column.unreadable_percent > 0 && (
          <Text size="xs" component="div">
            {t('data.columns.unreadable', { percent: formatPercent(column.unreadable_percent / 100) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Stack gap="xs">
          <Select
            aria-label={t('data.columns.target', { name })}
            data={options(props)}
            value={shown}
            searchable
            allowDeselect={false}
            onChange={choose}
          />
          {agrees && (
            <Text size="sm" c="dimmed">
              {t(`data.series.by_${agrees.by}`, { name: agrees.name, file: agrees.file_name })}
            </Text>
          )}
          {asked && (
            <QuestionFields question={asked} onChange={next => onChange({ ...choice, question: next })} />
          )}
          {choice.new_field && <NewField choice={choice} onChange={onChange} />}
        </Stack>
      </Table.Td>
      <Table.Td>
        {choice.target && !property && !asked && (
          <Formats column={column} choice={choice} onChange={onChange} />
        )}
      </Table.Td>
    </Table.Tr>
  )
}

function NewField({ choice, onChange }: Pick<ColumnRowProps, 'choice' | 'onChange'>) {
  const field = choice.new_field
  if (!field) return null
  return (
    <>
      <TextInput
        label={t('data.columns.fieldName')}
        value={field.label}
        maxLength={100}
        onChange={event => {
          const label = event.currentTarget.value
          onChange({ ...choice, target: `custom.${fieldKey(label)}`, new_field: { ...field, label } })
        }}
      />
      <Select
        label={t('data.columns.fieldType')}
        data={newFieldTypes.map(type => ({ value: type, label: t(`data.columns.types.${type}`) }))}
        value={field.type}
        allowDeselect={false}
        onChange={value => {
          const type = newFieldTypes.find(known => known === value)
          if (type) onChange({ ...choice, new_field: { ...field, type } })
        }}
      />
    </>
  )
}

function Formats({ column, choice, onChange }: Pick<ColumnRowProps, 'column' | 'choice' | 'onChange'>) {
  return (
    <Stack gap="xs">
      {choice.date_order && (
        <Select
          aria-label={t('data.columns.dateOrder', { name })}
          data={dateOrders.map(order => ({ value: order, label: t(`data.columns.order.${order}`) }))}
          value={choice.date_order}
          allowDeselect={false}
          onChange={value => {
            const order = dateOrders.find(known => known === value)
            if (order) onChange({ ...choice, date_order: order })
          }}
        />
      )}
      {choice.date_order && !column.date_order_certain && <Text size="sm">{t('data.columns.unsure')}</Text>}
      {choice.decimal && (
        <Select
          aria-label={t('data.columns.decimal', { name })}
          data={[
            { value: '.', label: t('data.columns.point') },
            { value: ',', label: t('data.columns.commaDecimal') },
          ]}
          value={choice.decimal}
          allowDeselect={false}
          onChange={value => value && onChange({ ...choice, decimal: value === ',' ? ',' : '.' })}
        />
      )}
    </Stack>
  )
}

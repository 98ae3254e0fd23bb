import { Radio, Table, Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { FieldText, useFieldLabels } from '../../records/web/index.ts'
import type { MergedField } from '../merge.contract.ts'
import classes from './MergePreview.module.css'

interface MergePreviewProps {
  kind: string
  fields: readonly MergedField[]
  names: { this: string; other: string }
  keep: Readonly<Record<string, 'this' | 'other'>>
  onKeep: (field: string, side: 'this' | 'other') => void
}

/** Field by field what the merged person will show; where the two differ, either may be chosen. */
export function MergePreview({ kind, fields, names, keep, onKeep }: MergePreviewProps) {
  const labelOf = useFieldLabels(kind)
  const ordered = fields.toSorted((one, other) => Number(other.differs) - Number(one.differs))
  return (
    <Table
      className={classes.sides}
      layout="fixed"
      verticalSpacing={6}
      aria-label={t('customers.merge.preview')}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('customers.merge.field')}</Table.Th>
          <Table.Th>{names.this}</Table.Th>
          <Table.Th>{names.other}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ordered.map(field => (
          <Table.Tr key={field.field}>
            <Table.Th scope="row" fw={400}>
              {labelOf(field.field)}
            </Table.Th>
            {(['this', 'other'] as const).map(side => (
              <Table.Td key={side}>
                <Side kind={kind} field={field} side={side} name={names[side]} keep={keep} onKeep={onKeep} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

interface SideProps {
  kind: string
  field: MergedField
  side: 'this' | 'other'
  name: string
  keep: MergePreviewProps['keep']
  onKeep: MergePreviewProps['onKeep']
}

function Side({ kind, field, side, name, keep, onKeep }: SideProps) {
  const labelOf = useFieldLabels(kind)
  const value = field[side]
  if (!field.differs)
    return (
      <Text size="sm" {...(value === null ? { c: 'dimmed' } : {})}>
        <FieldText kind={kind} field={field.field} value={value} />
      </Text>
    )
  const chosen =
    keep[field.field] ?? (JSON.stringify(field.result) === JSON.stringify(field.other) ? 'other' : 'this')
  return (
    <Radio
      size="sm"
      name={`keep ${field.field}`}
      checked={chosen === side}
      onChange={() => onKeep(field.field, side)}
      label={<FieldText kind={kind} field={field.field} value={value} />}
      aria-label={t('customers.merge.keepOf', { field: labelOf(field.field), name })}
    />
  )
}

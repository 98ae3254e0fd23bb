import { Button, Group, Radio, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { importKinds } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import { ColumnRow } from './ColumnRow.tsx'
import classes from './ColumnsStep.module.css'
import { leftOut, withNewFields } from './new-fields.ts'
import { agreesWith, type ColumnChoice, choiceOf, type Draft, mappingOf, openQuestions } from './wizard.ts'

interface StepProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

export function ColumnsStep({ preview, draft, onChange }: StepProps) {
  const choose = (column: number, choice: ColumnChoice) =>
    onChange({ columns: { ...draft.columns, [column]: choice } })
  const taken = new Set(mappingOf(preview, draft).map(({ target }) => target))
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('data.columns.kind')}
        value={preview.kind}
        onChange={value => onChange({ kind: value, columns: {} })}
      >
        <Stack gap={6} mt={6}>
          {importKinds.map(kind => (
            <Radio key={kind} value={kind} label={t(`data.columns.kind_${kind}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Text>{t('data.columns.lead')}</Text>
      <LeftOut key={preview.kind} preview={preview} draft={draft} onChange={onChange} />
      <Table verticalSpacing="xs" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('data.columns.column')}</Table.Th>
            <Table.Th scope="col">{t('data.columns.goesTo')}</Table.Th>
            <Table.Th scope="col">{t('data.columns.format')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.columns.map(column => (
            <ColumnRow
              key={column.column}
              column={column}
              kind={preview.kind}
              targets={preview.targets}
              taken={taken}
              choice={choiceOf(preview, column, draft)}
              agrees={agreesWith(preview, column, draft)}
              open={openQuestions(preview, column, draft)}
              onChange={choice => choose(column.column, choice)}
            />
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" aria-live="polite">
        {t('data.columns.mapped', { count: taken.size })}
      </Text>
    </Stack>
  )
}

/** An export has more columns than there are fields: all of them are kept by one press, and left out by another. */
function LeftOut({ preview, draft, onChange }: StepProps) {
  const [kept, setKept] = useState<number[]>([])
  const left = leftOut(preview, draft)
  const keep = () => {
    setKept(left.map(({ column }) => column))
    onChange({ columns: withNewFields(preview, draft) })
  }
  const leave = () => {
    setKept([])
    onChange({ columns: { ...draft.columns, ...Object.fromEntries(kept.map(at => [at, { target: null }])) } })
  }
  if (left.length === 0 && kept.length === 0) return null
  return (
    <Group gap="sm">
      <Text size="sm" aria-live="polite">
        {left.length ? t('data.columns.leftOut', { count: left.length }) : t('data.columns.allKept')}
      </Text>
      <Button variant="default" size="xs" onClick={left.length ? keep : leave}>
        {left.length ? t('data.columns.keepAll', { count: left.length }) : t('data.columns.keepNot')}
      </Button>
    </Group>
  )
}

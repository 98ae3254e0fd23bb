import { Alert, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t, tell } from '../../core/web/i18n.ts'
import type { Dialect } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import { HeaderFields, SheetField, TextFields } from './DialectFields.tsx'
import { Recognised } from './Recognised.tsx'
import { RowsGrid } from './RowsGrid.tsx'
import { columnName, type Draft } from './wizard.ts'

interface StepProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

export function UnderstoodStep({ preview, draft, onChange }: StepProps) {
  const { dialect } = preview
  // A corrected delimiter, sheet or header may make other columns: what was said of the old ones no longer holds.
  const correct = (patch: Partial<Dialect>) =>
    onChange({ dialect: { ...draft.dialect, ...patch }, columns: {} })
  const other = (sheet: number) => onChange({ dialect: { sheet }, columns: {} })
  return (
    <Stack gap="md">
      <Text>{t('data.understood.lead')}</Text>
      <Recognised preview={preview} draft={draft} onChange={onChange} />
      {preview.format !== 'csv' && <Text fw={600}>{t(`data.understood.format_${preview.format}`)}</Text>}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {preview.sheets.length > 1 && <SheetField preview={preview} onChange={other} />}
        {preview.format === 'csv' && <TextFields dialect={dialect} onChange={correct} />}
        <HeaderFields dialect={dialect} onChange={correct} />
      </SimpleGrid>
      {preview.problem && (
        <Alert color="clay" role="alert">
          {tell(preview.problem_sentence, preview.problem)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Text size="sm" c="dimmed">
          {t('data.understood.lines', { count: preview.lines, formatted: formatNumber(preview.lines) })}
        </Text>
      </Group>
      <RowsGrid
        label={t('data.understood.rows')}
        names={preview.columns.map(({ name, column }) => columnName(name, column))}
        rows={preview.rows.map(row => ({ key: row.number, cells: row.cells }))}
      />
    </Stack>
  )
}

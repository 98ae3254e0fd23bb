import { Alert, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { type Dialect, encodings } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import { RowsGrid } from './RowsGrid.tsx'
import type { Draft } from './wizard.ts'

interface StepProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

const delimiters = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'pipe'],
] as const

export function UnderstoodStep({ preview, draft, onChange }: StepProps) {
  const { dialect } = preview
  // A corrected delimiter or header may make other columns: what was said of the old ones no longer holds.
  const correct = (patch: Partial<Dialect>) =>
    onChange({ dialect: { ...draft.dialect, ...patch }, columns: {} })
  const headerRows = [...new Set([1, 2, 3, 4, 5, dialect.header_row ?? 1])].sort((a, b) => a - b)
  return (
    <Stack gap="md">
      <Text>{t('data.understood.lead')}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Select
          label={t('data.understood.encoding')}
          data={[...encodings]}
          value={dialect.encoding}
          allowDeselect={false}
          onChange={value => value && correct({ encoding: value })}
        />
        <Select
          label={t('data.understood.delimiter')}
          data={delimiters.map(([value, name]) => ({ value, label: t(`data.understood.${name}`) }))}
          value={dialect.delimiter}
          allowDeselect={false}
          onChange={value => value && correct({ delimiter: value })}
        />
        <Select
          label={t('data.understood.quote')}
          data={[
            { value: '"', label: t('data.understood.doubleQuote') },
            { value: "'", label: t('data.understood.singleQuote') },
          ]}
          value={dialect.quote}
          allowDeselect={false}
          onChange={value => value && correct({ quote: value, escape: value })}
        />
        <Select
          label={t('data.understood.header')}
          data={[
            { value: '0', label: t('data.understood.headerNone') },
            ...headerRows.map(row => ({
              value: String(row),
              label: t('data.understood.headerRow', { row }),
            })),
          ]}
          value={String(dialect.header_row ?? 0)}
          allowDeselect={false}
          onChange={value => value && correct({ header_row: Number(value) || null })}
        />
      </SimpleGrid>
      {preview.problem && (
        <Alert color="clay" role="alert">
          {preview.problem}
        </Alert>
      )}
      <Group justify="flex-end">
        <Text size="sm" c="dimmed">
          {t('data.understood.lines', { count: preview.lines, formatted: formatNumber(preview.lines) })}
        </Text>
      </Group>
      <RowsGrid
        label={t('data.understood.rows')}
        names={preview.columns.map(column => column.name)}
        rows={preview.rows.map(row => ({ key: row.number, cells: row.cells }))}
      />
    </Stack>
  )
}

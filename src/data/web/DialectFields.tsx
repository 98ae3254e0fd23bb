import { Select, TextInput } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { type Dialect, encodings } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'

const delimiters = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'pipe'],
] as const
const other = 'other'

interface FieldsProps {
  dialect: Dialect
  onChange: (patch: Partial<Dialect>) => void
}

export function SheetField({ preview, onChange }: { preview: Preview; onChange: (sheet: number) => void }) {
  return (
    <Select
      label={t('data.understood.sheet')}
      data={preview.sheets.map(({ name, rows }, at) => ({
        value: String(at),
        label: t('data.understood.sheetRows', { name, count: rows, formatted: formatNumber(rows) }),
      }))}
      value={String(preview.dialect.sheet ?? 0)}
      allowDeselect={false}
      onChange={value => value && onChange(Number(value))}
    />
  )
}

/** How a text file is written. */
export function TextFields({ dialect, onChange }: FieldsProps) {
  const usual = delimiters.some(([value]) => value === dialect.delimiter)
  return (
    <>
      <Select
        label={t('data.understood.encoding')}
        data={[...encodings]}
        value={dialect.encoding}
        allowDeselect={false}
        onChange={value => value && onChange({ encoding: value })}
      />
      <Select
        label={t('data.understood.delimiter')}
        data={[
          ...delimiters.map(([value, name]) => ({ value, label: t(`data.understood.${name}`) })),
          { value: other, label: t('data.understood.otherDelimiter') },
        ]}
        value={usual ? dialect.delimiter : other}
        allowDeselect={false}
        onChange={value => value && onChange({ delimiter: value === other ? '~' : value })}
      />
      {!usual && (
        <TextInput
          label={t('data.understood.otherDelimiterLabel')}
          value={dialect.delimiter}
          maxLength={2}
          onChange={event => {
            const typed = event.currentTarget.value.at(-1)
            if (typed && /^[^\p{L}\p{N}"'\\]$/u.test(typed)) onChange({ delimiter: typed })
          }}
        />
      )}
      <Select
        label={t('data.understood.quote')}
        data={[
          { value: '"', label: t('data.understood.doubleQuote') },
          { value: "'", label: t('data.understood.singleQuote') },
        ]}
        value={dialect.quote}
        allowDeselect={false}
        onChange={value => value && onChange({ quote: value, escape: value })}
      />
    </>
  )
}

const mostRows = 5

/** Where the names of the columns stand, and how many rows they take. */
export function HeaderFields({ dialect, onChange }: FieldsProps) {
  const { header_row, header_rows = 1 } = dialect
  const rows = [...new Set([1, 2, 3, 4, 5, header_row ?? 1])].sort((a, b) => a - b)
  const counts = Array.from({ length: Math.max(mostRows, header_rows) }, (_, at) => String(at + 1))
  return (
    <>
      <Select
        label={t('data.understood.header')}
        data={[
          { value: '0', label: t('data.understood.headerNone') },
          ...rows.map(row => ({ value: String(row), label: t('data.understood.headerRow', { row }) })),
        ]}
        value={String(header_row ?? 0)}
        allowDeselect={false}
        onChange={value => value && onChange({ header_row: Number(value) || null })}
      />
      {header_row !== null && (
        <Select
          label={t('data.understood.headerRows')}
          data={counts}
          value={String(header_rows)}
          allowDeselect={false}
          onChange={value => value && onChange({ header_row, header_rows: Number(value) })}
        />
      )}
    </>
  )
}

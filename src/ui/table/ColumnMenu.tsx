import { ActionIcon, Checkbox, Group, Popover, Select, Stack, Text } from '@mantine/core'
import { IconColumns3, IconMinus, IconPlus } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import {
  type Column,
  type DataTableProps,
  leastWidth,
  mostWidth,
  sortOf,
  sortText,
  widthOf,
} from './columns.ts'

/** Which columns, how wide; on a phone, where there is no head to press, also the order. */
export function ColumnMenu<Row>({ props, condensed }: { props: DataTableProps<Row>; condensed: boolean }) {
  const { columns, onHidden, onWidths, onSort } = props
  if (!onHidden && !onWidths && !(condensed && onSort)) return null
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon size={26} aria-label={t('ui.table.chooseColumns')}>
          <IconColumns3 size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('ui.table.chooseColumns')}>
        <Stack gap="xs" mah={420} style={{ overflowY: 'auto' }}>
          {condensed && onSort && <SortChoice props={props} />}
          {onHidden && (
            <Text size="xs" c="dimmed" fw={600}>
              {t('ui.table.columns')}
            </Text>
          )}
          {columns.map(column => (
            <ColumnLine key={column.id} column={column} props={props} condensed={condensed} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

interface ColumnLineProps<Row> {
  column: Column<Row>
  props: DataTableProps<Row>
  condensed: boolean
}

function ColumnLine<Row>({ column, props, condensed }: ColumnLineProps<Row>) {
  const { hidden = [], onHidden, widths = {}, onWidths } = props
  const width = widthOf(column, widths)
  const set = (to: number) =>
    onWidths?.({ ...widths, [column.id]: Math.min(mostWidth, Math.max(leastWidth, to)) })
  return (
    <Group justify="space-between" wrap="nowrap" gap="lg">
      <Checkbox
        size="xs"
        label={column.label}
        checked={!hidden.includes(column.id)}
        disabled={column.main || !onHidden}
        onChange={event =>
          onHidden?.(
            event.currentTarget.checked ? hidden.filter(id => id !== column.id) : [...hidden, column.id],
          )
        }
      />
      {onWidths && !condensed && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            size="sm"
            aria-label={t('ui.table.narrower', { column: column.label })}
            onClick={() => set(width - 32)}
          >
            <IconMinus size={14} />
          </ActionIcon>
          <ActionIcon
            size="sm"
            aria-label={t('ui.table.wider', { column: column.label })}
            onClick={() => set(width + 32)}
          >
            <IconPlus size={14} />
          </ActionIcon>
        </Group>
      )}
    </Group>
  )
}

function SortChoice<Row>({ props: { columns, sort, onSort } }: { props: DataTableProps<Row> }) {
  const choices = columns.flatMap(({ id, label, sortable }) =>
    sortable
      ? [
          { value: id, label: t('ui.table.ascending', { column: label }) },
          { value: `-${id}`, label: t('ui.table.descending', { column: label }) },
        ]
      : [],
  )
  return (
    <Select
      label={t('ui.table.sort')}
      data={choices}
      value={sortText(sort?.slice(0, 1) ?? []) || null}
      clearable
      comboboxProps={{ withinPortal: false }}
      onChange={value => onSort?.(sortOf(value ?? ''))}
    />
  )
}

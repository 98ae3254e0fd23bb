import { ActionIcon, Checkbox, Group, Popover, Select, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconColumns3, IconMinus, IconPlus } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import {
  type Column,
  type DataTableProps,
  leastWidth,
  mostWidth,
  moved,
  shownColumns,
  sortOf,
  sortText,
  widthOf,
} from './columns.ts'

interface ColumnMenuProps<Row> {
  props: DataTableProps<Row>
  condensed: boolean
}

/** Which columns, in which order, how wide; on a phone, where there is no head to press, also what is sorted by. */
export function ColumnMenu<Row>({ props, condensed }: ColumnMenuProps<Row>) {
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
      <Group gap={2} wrap="nowrap">
        <Places column={column} props={props} />
        {onWidths && !condensed && (
          <>
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
          </>
        )}
      </Group>
    </Group>
  )
}

/** Where a column stands among those that are shown, for who does not drag. */
function Places<Row>({ column, props }: { column: Column<Row>; props: DataTableProps<Row> }) {
  const { columns, hidden = [], onOrder } = props
  const ids = shownColumns(columns, hidden).map(one => one.id)
  const place = ids.indexOf(column.id)
  if (!onOrder || column.main || place < 0) return null
  const move = (by: -1 | 1) => onOrder(moved(ids, column.id, ids[place + by] ?? '', by > 0))
  const isFirst = place === 0 || columns.some(one => one.main && one.id === ids[place - 1])
  return (
    <>
      <ActionIcon
        size="sm"
        disabled={isFirst}
        aria-label={t('ui.table.earlier', { column: column.label })}
        onClick={() => move(-1)}
      >
        <IconArrowUp size={14} />
      </ActionIcon>
      <ActionIcon
        size="sm"
        disabled={place === ids.length - 1}
        aria-label={t('ui.table.later', { column: column.label })}
        onClick={() => move(1)}
      >
        <IconArrowDown size={14} />
      </ActionIcon>
    </>
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

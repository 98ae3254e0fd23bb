import { Text } from '@mantine/core'
import { useMemo } from 'react'
import type { Column, DataTableProps } from '../../ui/table/columns.ts'
import type { CatalogueField, CatalogueKind } from '../catalogue.contract.ts'
import type { FieldType } from '../kind.contract.ts'
import type { ViewColumn } from '../views.contract.ts'
import { labelText } from './catalogue.ts'
import { type References, useMembers, useTitles } from './names.ts'
import { RecordValue, valueText } from './RecordValue.tsx'
import { type AnyRecord, isEmpty, titleOf, valueOf } from './record.ts'

const widths: Partial<Record<FieldType, number>> = {
  text: 180,
  long_text: 260,
  email: 220,
  phone: 150,
  url: 200,
  number: 110,
  money: 130,
  boolean: 90,
  date: 120,
  date_time: 170,
  country: 180,
}

type TableParts = Pick<
  DataTableProps<AnyRecord>,
  'columns' | 'hidden' | 'onHidden' | 'widths' | 'onWidths' | 'onOrder'
>

interface ChosenColumns {
  /** Null for the usual ones. */
  columns: readonly ViewColumn[] | null
  onColumns: (columns: ViewColumn[]) => void
}

/** The columns of a list from the fields of its kind; which are shown, where and how wide is the view's or the address's. */
export function useColumns(
  visible: CatalogueKind,
  usual: readonly string[],
  rows: readonly AnyRecord[],
  { columns: chosen, onColumns }: ChosenColumns,
): { table: TableParts; nameOf: (row: AnyRecord) => string } {
  // As text: the columns are not made anew, and no row drawn anew, where only a width was changed.
  const inText = (chosen?.map(column => column.key) ?? usual).join()
  const order = useMemo(() => inText.split(','), [inText])
  const shown = useMemo(() => new Set(order), [order])
  const members = useMembers()
  const titles = useTitles(useReferences(visible.fields, shown, rows))
  const columns = useMemo(
    () =>
      inOrder(visible, order, usual).map((field): Column<AnyRecord> => {
        const value = (row: AnyRecord) => valueOf(row, field.key)
        return {
          id: field.key,
          label: labelText(field.label),
          width: field.key === visible.title ? 240 : (widths[field.type] ?? 160),
          sortable: field.sortable,
          ...(field.key === visible.title ? { main: true } : {}),
          ...(field.type === 'number' || field.type === 'money' ? { align: 'right' as const } : {}),
          isBlank: row => field.key !== visible.title && isEmpty(value(row)),
          render: row =>
            field.key === visible.title && isEmpty(value(row)) ? (
              // Whoever has no name is still somebody to be opened.
              <Text span inherit c="dimmed">
                {titleOf(visible, row)}
              </Text>
            ) : (
              <RecordValue
                field={field}
                value={value(row)}
                members={members}
                titles={titles}
                currency={currencyOf(row, field)}
              />
            ),
        }
      }),
    [visible, order, usual, members, titles],
  )
  const hidden = columns.filter(column => !shown.has(column.id) && !column.main).map(column => column.id)
  const visibleIds = columns.map(column => column.id).filter(id => !hidden.includes(id))
  const wide = useMemo(
    () => Object.fromEntries((chosen ?? []).flatMap(({ key, width }) => (width ? [[key, width]] : []))),
    [chosen],
  )
  const tell = (ids: readonly string[], by: Readonly<Record<string, number>> = wide) =>
    onColumns(
      ids.map(key => {
        const width = by[key]
        return width === undefined ? { key } : { key, width }
      }),
    )
  const title = visible.fields.find(field => field.key === visible.title)
  return {
    table: {
      columns,
      hidden,
      onHidden: next => tell(columns.map(column => column.id).filter(id => !next.includes(id))),
      widths: wide,
      onWidths: next => tell(visibleIds, next),
      onOrder: ids => tell(ids),
    },
    nameOf: row =>
      (title && valueText({ field: title, value: row[title.key], members, titles })) || titleOf(visible, row),
  }
}

/** Money of a built-in field stands beside its own currency. */
export function currencyOf(row: AnyRecord, field: CatalogueField): string | undefined {
  const currency = field.id === undefined ? row['currency'] : undefined
  return typeof currency === 'string' ? currency : undefined
}

/** Those that are shown first, in their order, then the other usual ones and the rest as described. */
function inOrder(
  visible: CatalogueKind,
  order: readonly string[],
  usual: readonly string[],
): CatalogueField[] {
  const rank = (field: CatalogueField) => {
    const place = order.indexOf(field.key)
    if (place >= 0) return place
    const among = usual.indexOf(field.key)
    return order.length + (among < 0 ? usual.length : among)
  }
  return visible.fields.toSorted((one, other) => rank(one) - rank(other))
}

function useReferences(
  fields: readonly CatalogueField[],
  shown: ReadonlySet<string>,
  rows: readonly AnyRecord[],
): References[] {
  return useMemo(
    () =>
      fields
        .filter(field => field.type === 'relation' && shown.has(field.key))
        .flatMap(field =>
          field.kind === undefined
            ? []
            : [
                {
                  kind: field.kind,
                  ids: rows.map(row => valueOf(row, field.key)).filter(id => typeof id === 'string'),
                },
              ],
        ),
    [fields, shown, rows],
  )
}

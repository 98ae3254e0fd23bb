import { memo } from 'react'
import { t } from '../../core/web/i18n.ts'
import type { Column } from './columns.ts'
import classes from './DataTable.module.css'

interface TableRowProps<Row> {
  domId: string
  row: Row
  id: string
  index: number
  columns: readonly Column<Row>[]
  condensed: boolean
  name: string | undefined
  checkable: boolean
  checked: boolean
  active: boolean
  open: boolean
  onCheck: (index: number, through: boolean) => void
}

/** Drawn anew only when its own facts change: scrolling past a row costs nothing. */
export const TableRow = memo(Row) as typeof Row

function Row<RowData>(props: TableRowProps<RowData>) {
  const { row, index, columns, condensed, checkable, checked, active, open, onCheck } = props
  return (
    <div
      id={props.domId}
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={checkable ? checked : open}
      className={classes.row}
      data-active={active || undefined}
      data-open={open || undefined}
      data-checked={checked || undefined}
    >
      <div role="gridcell" className={classes.mark}>
        {checkable && (
          <input
            type="checkbox"
            tabIndex={-1}
            checked={checked}
            aria-label={t('ui.table.check', { name: props.name ?? index + 1 })}
            onChange={event => onCheck(index, (event.nativeEvent as unknown as PointerEvent).shiftKey)}
          />
        )}
      </div>
      {columns.map(column =>
        condensed && column.isBlank?.(row) ? null : (
          <div
            key={column.id}
            role="gridcell"
            className={classOf(column)}
            data-main={column.main || undefined}
          >
            {column.render(row)}
          </div>
        ),
      )}
    </div>
  )
}

/** What can be told of a row that rushes by. */
export const PassingRow = memo(function PassingRow({ index, name }: PassingRowProps) {
  return (
    <div role="row" data-index={index} aria-rowindex={index + 2} className={classes.row}>
      <div role="gridcell" className={classes.passing}>
        {name}
      </div>
    </div>
  )
})

interface PassingRowProps {
  index: number
  name: string | undefined
}

const classOf = <RowData,>({ main, align }: Column<RowData>): string =>
  [classes.cell, main && classes.main, align === 'right' && classes.number].filter(Boolean).join(' ')

import { memo } from 'react'
import { t } from '../../core/web/i18n.ts'
import type { Column } from './columns.ts'
import classes from './DataTable.module.css'

interface TableRowProps<Row> {
  domId: string
  row: Row
  id: string
  index: number
  top: number
  columns: readonly Column<Row>[]
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
  const { row, index, columns, checkable, checked, active, open, onCheck } = props
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
      style={{ transform: `translateY(${props.top}px)` }}
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
      {columns.map(column => (
        <div
          key={column.id}
          role="gridcell"
          className={classes.cell}
          data-main={column.main}
          data-align={column.align}
        >
          {column.render(row)}
        </div>
      ))}
    </div>
  )
}

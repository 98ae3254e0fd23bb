import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { MouseEvent, PointerEvent, RefObject } from 'react'
import { t } from '../../core/web/i18n.ts'
import { ColumnMenu } from './ColumnMenu.tsx'
import { dragColumn } from './column-drag.ts'
import { type Column, type DataTableProps, moved, nextSort, type Sort } from './columns.ts'
import classes from './DataTable.module.css'
import { ResizeHandle } from './ResizeHandle.tsx'

interface TableHeadProps<Row> {
  props: DataTableProps<Row>
  shown: readonly Column<Row>[]
  condensed: boolean
  scroller: RefObject<HTMLDivElement | null>
}

export function TableHead<Row>({ props, shown, condensed, scroller }: TableHeadProps<Row>) {
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        <div role="columnheader" className={classes.mark}>
          {props.onChecked ? (
            <CheckAll props={props} />
          ) : (
            <span className={classes.unseen}>{t('ui.table.row')}</span>
          )}
        </div>
        {shown.map(column => (
          <HeadCell key={column.id} column={column} shown={shown} props={props}>
            {props.onWidths && !condensed && (
              <ResizeHandle column={column} shown={shown} props={props} scroller={scroller} />
            )}
          </HeadCell>
        ))}
        <div role="columnheader" className={classes.tools}>
          <ColumnMenu props={props} condensed={condensed} />
          <span className={classes.unseen}>{t('ui.table.columns')}</span>
        </div>
      </div>
    </div>
  )
}

function CheckAll<Row>({ props }: { props: DataTableProps<Row> }) {
  const { rows, rowId, checked, onChecked } = props
  const count = checked?.size ?? 0
  const all = rows.length > 0 && count >= rows.length
  return (
    <input
      type="checkbox"
      aria-label={t('ui.table.checkAll')}
      checked={all}
      ref={box => {
        if (box) box.indeterminate = count > 0 && !all
      }}
      onChange={() => onChecked?.(all ? new Set() : new Set(rows.map(rowId)))}
    />
  )
}

const noSort: readonly Sort[] = []

interface HeadCellProps<Row> {
  column: Column<Row>
  shown: readonly Column<Row>[]
  props: DataTableProps<Row>
  children: React.ReactNode
}

function HeadCell<Row>({ column, shown, props, children }: HeadCellProps<Row>) {
  const { sort = noSort, onSort, onOrder } = props
  const place = sort.findIndex(one => one.id === column.id)
  const sorted = sort[place]
  const press = (event: MouseEvent) => onSort?.(nextSort(sort, column.id, event.shiftKey))
  const ids = shown.map(one => one.id)
  const drag =
    onOrder && !column.main
      ? (event: PointerEvent<HTMLElement>) =>
          dragColumn(event, column.id, (onto, after) => onOrder(moved(ids, column.id, onto, after)))
      : undefined
  return (
    <div
      role="columnheader"
      data-column={column.id}
      aria-sort={
        sorted ? (sorted.descending ? 'descending' : 'ascending') : column.sortable ? 'none' : undefined
      }
      className={classes.headCell}
      data-main={column.main || undefined}
      data-align={column.align}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          className={classes.sort}
          onClick={press}
          onPointerDown={drag}
          title={t(drag ? 'ui.table.sortDragHint' : 'ui.table.sortHint')}
        >
          <span className={classes.label}>{column.label}</span>
          {sorted && (sorted.descending ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />)}
          {sorted && sort.length > 1 && <span className={classes.place}>{place + 1}</span>}
        </button>
      ) : (
        <span className={classes.label} onPointerDown={drag}>
          {column.label}
        </span>
      )}
      {children}
    </div>
  )
}

import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useRef } from 'react'
import { t } from '../../core/web/i18n.ts'
import { ErrorState } from '../ErrorState.tsx'
import { type DataTableProps, onPhone, shownColumns, widthOf } from './columns.ts'
import classes from './DataTable.module.css'
import { useRowKeys } from './row-keys.ts'
import { SkeletonRows } from './SkeletonRows.tsx'
import { TableHead } from './TableHead.tsx'
import { PassingRow, TableRow } from './TableRow.tsx'
import { useRows } from './virtual-rows.ts'

const none: readonly never[] = []
const noWidths = {}
const nobody: ReadonlySet<string> = new Set()

/** A table of any length: only the rows in sight exist, more are asked for on the way down. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns, hidden = none, widths = noWidths, hasMore = false, loading = false, error } = props
  const condensed = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const scroller = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => {
    const wanted = shownColumns(columns, hidden)
    return condensed ? onPhone(wanted) : wanted
  }, [columns, hidden, condensed])
  const checkable = Boolean(props.onChecked)
  const template = shown.map(column => `${widthOf(column, widths)}px`).join(' ')
  const virtual = useRows({ scroller, props, condensed })
  const keys = useRowKeys({ props, scrollTo: virtual.scrollToIndex })
  const width = shown.reduce((sum, column) => sum + widthOf(column, widths), checkable ? 40 : 12) + 44
  const failed = error && rows.length === 0
  const idle = rows.length === 0 && !loading && !failed
  const active = rows[keys.active]
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        data-condensed={condensed || undefined}
        data-checkable={checkable || undefined}
        data-idle={failed || idle || undefined}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={rowCount(props)}
        aria-colcount={shown.length + (checkable ? 1 : 0)}
        aria-multiselectable={checkable || undefined}
        aria-busy={loading}
        aria-activedescendant={
          active && virtual.isDrawn(keys.active) ? rowDomId(props.label, keys.active) : undefined
        }
        onKeyDown={keys.onKeyDown}
        onClick={keys.onClick}
        onFocus={keys.onFocus}
        style={
          {
            '--rp-columns': `${checkable ? '40px' : '12px'} ${template} minmax(44px, 1fr)`,
          } as React.CSSProperties
        }
      >
        <div className={classes.sheet} style={condensed ? {} : { minWidth: width }}>
          <TableHead props={props} shown={shown} condensed={condensed} scroller={scroller} />
          <div role="rowgroup" className={classes.rows} style={{ height: virtual.height }}>
            <div className={classes.window} style={{ transform: `translateY(${virtual.top}px)` }}>
              {virtual.indexes.map(index => {
                const row = rows[index]
                if (row === undefined) return null
                const id = props.rowId(row)
                if (virtual.flying && props.rowLabel)
                  return <PassingRow key={id} index={index} name={props.rowLabel(row)} />
                return (
                  <TableRow
                    key={id}
                    domId={rowDomId(props.label, index)}
                    row={row}
                    id={id}
                    index={index}
                    columns={shown}
                    condensed={condensed}
                    name={props.rowLabel?.(row)}
                    checkable={checkable}
                    checked={(props.checked ?? nobody).has(id)}
                    active={keys.focused && index === keys.active}
                    open={props.openId === id}
                    onCheck={keys.check}
                  />
                )
              })}
            </div>
          </div>
          {loading && rows.length === 0 && <SkeletonRows columns={shown} />}
          {hasMore && rows.length > 0 && <div className={classes.more}>{t('ui.table.more')}</div>}
        </div>
      </div>
      {(failed || idle) && (
        <div className={classes.instead}>
          {failed && (
            <ErrorState
              error={error}
              action={props.errorAction}
              {...(props.onRetry ? { onRetry: props.onRetry } : {})}
            />
          )}
          {idle && props.empty}
        </div>
      )}
      {error && rows.length > 0 && (
        <div className={classes.trouble} role="alert">
          <ErrorState compact error={error} {...(props.onRetry ? { onRetry: props.onRetry } : {})} />
        </div>
      )}
    </div>
  )
}

const rowDomId = (label: string, index: number): string => `row-${label.replaceAll(/\W+/g, '-')}-${index}`

/** With the head; -1 while nobody knows how many there are. */
function rowCount<Row>({ total, rows, hasMore }: DataTableProps<Row>): number {
  if (total !== undefined) return total + 1
  return hasMore ? -1 : rows.length + 1
}

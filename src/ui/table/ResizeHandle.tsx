import type { KeyboardEvent, PointerEvent, RefObject } from 'react'
import { t } from '../../core/web/i18n.ts'
import { type Column, type DataTableProps, leastWidth, mostWidth, usualWidth, widthOf } from './columns.ts'
import classes from './DataTable.module.css'

interface ResizeHandleProps<Row> {
  column: Column<Row>
  shown: readonly Column<Row>[]
  props: DataTableProps<Row>
  scroller: RefObject<HTMLDivElement | null>
}

/** Drag, or arrow keys, or a double click back to the usual width. Narrower and wider also stand in the column menu. */
export function ResizeHandle<Row>({ column, shown, props, scroller }: ResizeHandleProps<Row>) {
  const { widths = {}, onWidths } = props
  const width = widthOf(column, widths)
  const set = (to: number) =>
    onWidths?.({ ...widths, [column.id]: Math.round(Math.min(mostWidth, Math.max(leastWidth, to))) })

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault()
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const from = event.clientX
    let now = width
    const moved = (move: globalThis.PointerEvent) => {
      now = Math.min(mostWidth, Math.max(leastWidth, width + move.clientX - from))
      // Straight to the style while dragging: no row is drawn anew.
      const template = shown.map(one => `${one.id === column.id ? now : widthOf(one, widths)}px`).join(' ')
      const lead = props.onChecked ? '40px' : '12px'
      scroller.current?.style.setProperty('--rp-columns', `${lead} ${template} minmax(44px, 1fr)`)
    }
    handle.addEventListener('pointermove', moved)
    handle.addEventListener(
      'lostpointercapture',
      () => {
        handle.removeEventListener('pointermove', moved)
        set(now)
      },
      { once: true },
    )
  }
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    set(width + by)
  }
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('ui.table.width', { column: column.label })}
      aria-valuenow={width}
      aria-valuemin={leastWidth}
      aria-valuemax={mostWidth}
      className={classes.handle}
      onPointerDown={drag}
      onKeyDown={step}
      onDoubleClick={() => set(column.width ?? usualWidth)}
    />
  )
}

import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import type { DataTableProps } from './columns.ts'

interface Keys<Row> {
  props: DataTableProps<Row>
  scrollTo: (index: number) => void
}

const jumps: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

/** Marks one row, or with `through` all from the last one marked to it. */
function useMarks<Row>(latest: RefObject<{ props: DataTableProps<Row> }>) {
  const anchor = useRef(-1)
  const check = useCallback(
    (index: number, through: boolean) => {
      const { rows, rowId, checked = new Set<string>(), onChecked } = latest.current.props
      const row = rows[index]
      if (!onChecked || row === undefined) return
      const next = new Set(checked)
      const marking = !next.has(rowId(row)) || through
      const from = through && anchor.current >= 0 ? anchor.current : index
      for (const one of rows.slice(Math.min(from, index), Math.max(from, index) + 1)) {
        if (marking) next.add(rowId(one))
        else next.delete(rowId(one))
      }
      anchor.current = index
      onChecked(next)
    },
    [latest],
  )
  const begin = useCallback((index: number) => {
    if (anchor.current < 0) anchor.current = index
  }, [])
  return { check, begin }
}

/** The table as one stop of the Tab key: arrows move, Enter opens, Space marks, Shift marks on the way, Esc unmarks. */
export function useRowKeys<Row>({ props, scrollTo }: Keys<Row>) {
  const [active, setActive] = useState(-1)
  const [focused, setFocused] = useState(false)
  const latest = useRef({ props, active })
  useEffect(() => {
    latest.current = { props, active }
  })

  const { check, begin } = useMarks(latest)
  const press = useCallback((index: number) => {
    const { rows, onOpen } = latest.current.props
    const row = rows[index]
    setActive(index)
    if (row !== undefined) onOpen?.(row, index)
  }, [])

  const move = (by: number, marking: boolean) => {
    const last = props.rows.length - 1
    const next = Math.max(0, Math.min(last, active < 0 ? 0 : active + by))
    setActive(next)
    scrollTo(next)
    if (marking) check(next, true)
    // Beside an open record the arrows turn its pages.
    const row = props.rows[next]
    if (props.openId !== undefined && !marking && row !== undefined) props.onOpen?.(row, next)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.altKey || props.rows.length === 0) return
    const jump = jumps[event.key]
    if (jump !== undefined) {
      if (event.shiftKey) begin(active)
      move(jump, event.shiftKey && Boolean(props.onChecked))
    } else if (event.key === 'Enter' && active >= 0) press(active)
    else if (event.key === ' ' && active >= 0) check(active, event.shiftKey)
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && props.onChecked)
      props.onChecked(new Set(props.rows.map(props.rowId)))
    else if (event.key === 'Escape' && props.checked?.size) props.onChecked?.(new Set())
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const index = rowUnder(event.target)
    // Selecting text in a row, to copy it, does not open the row.
    if (index === undefined || window.getSelection()?.type === 'Range') return
    if (event.shiftKey && props.onChecked) check(index, true)
    else press(index)
  }

  return {
    active,
    focused,
    check,
    onClick,
    onKeyDown,
    onFocus: (event: FocusEvent<HTMLDivElement>) => {
      const own = event.target === event.currentTarget
      setFocused(own)
      if (own && active < 0 && props.rows.length > 0) setActive(0)
    },
  }
}

/** The row that was pressed, unless it was a link or button in it, which does its own thing. */
function rowUnder(target: EventTarget): number | undefined {
  if (!(target instanceof Element)) return undefined
  const row = target.closest<HTMLElement>('[role=row][data-index]')
  const control = target.closest('a,button,input,select,textarea,[role=button]')
  return !row || (control && row.contains(control)) ? undefined : Number(row.dataset['index'])
}

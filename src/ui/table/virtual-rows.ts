import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { DataTableProps } from './columns.ts'
import { drawnOf, moved, type Place, spaceOf } from './scroll-space.ts'

export const rowHeight = 36
export const cardHeight = 66
const headHeight = 36
/** Rows are added so many at a time: fewer drawings on the way. */
const stride = 4
const beyond = 6
const restMs = 120

interface Rows<Row> {
  scroller: RefObject<HTMLDivElement | null>
  props: DataTableProps<Row>
  condensed: boolean
}

interface Sight {
  first: number
  last: number
  /** How far the rows stand above where the whole table would have them. */
  shift: number
  /** Faster than anybody reads: names only, until it slows down. */
  flying: boolean
}

const same = (one: Sight, other: Sight): boolean =>
  one.first === other.first &&
  one.last === other.last &&
  one.shift === other.shift &&
  one.flying === other.flying

/** Which rows are in sight, and asking for more before the reader gets there. */
export function useRows<Row>({ scroller, props, condensed }: Rows<Row>) {
  const { rows, hasMore = false, loading = false, error, onMore } = props
  const height = condensed ? cardHeight : rowHeight
  const { sight, scrollTo } = useSight(scroller, rows.length, height)
  const last = Math.min(sight.last, rows.length - 1)
  useEffect(() => {
    // A page that failed is asked for again by hand.
    if (hasMore && !loading && !error && rows.length > 0 && last >= rows.length - 30) onMore?.()
  }, [hasMore, loading, error, last, rows.length, onMore])
  const indexes = Array.from({ length: Math.max(0, last - sight.first + 1) }, (_, at) => sight.first + at)
  return {
    indexes,
    top: sight.first * height - sight.shift,
    flying: sight.flying,
    height: spaceOf(rows.length * height, 0).drawn,
    scrollToIndex: scrollTo,
    isDrawn: (index: number) => index >= sight.first && index <= last,
  }
}

const elementOf = (scroller: RefObject<HTMLDivElement | null>) => scroller.current

function useSight(scroller: RefObject<HTMLDivElement | null>, count: number, height: number) {
  const place = useRef<Place>({ drawn: 0, whole: 0 })
  const [sight, setSight] = useState<Sight>({ first: 0, last: 39, shift: 0, flying: false })

  const spaceNow = useCallback(
    () => spaceOf(count * height, Math.max(height, (elementOf(scroller)?.clientHeight ?? 800) - headHeight)),
    [scroller, count, height],
  )
  const look = useCallback(
    (flying: boolean) => {
      const { drawn, whole } = place.current
      const { view } = spaceNow()
      const first = Math.floor((whole / height - beyond) / stride) * stride
      const last = Math.ceil(((whole + view) / height + beyond) / stride) * stride
      const next = { first: Math.max(0, first), last, shift: Math.round(whole - drawn), flying }
      setSight(now => (same(now, next) ? now : next))
    },
    [height, spaceNow],
  )
  /** The thumb and the table at once, so that nothing is seen to move. */
  const settle = useCallback(
    (whole: number) => {
      const drawn = drawnOf(spaceNow(), whole)
      place.current = { drawn, whole }
      flushSync(() => look(false))
      const element = elementOf(scroller)
      if (element && element.scrollTop !== drawn) element.scrollTop = drawn
    },
    [scroller, spaceNow, look],
  )

  useLayoutEffect(() => {
    const element = elementOf(scroller)
    if (!element) return undefined
    let rest = 0
    const onScroll = () => {
      const before = place.current
      if (element.scrollTop === before.drawn) return
      const space = spaceNow()
      place.current = moved(space, before, element.scrollTop)
      look(Math.abs(place.current.whole - before.whole) > space.view / 2)
      clearTimeout(rest)
      rest = window.setTimeout(() => settle(place.current.whole), restMs)
    }
    const observer = new ResizeObserver(() => look(false))
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      clearTimeout(rest)
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller, spaceNow, look, settle])

  const scrollTo = useCallback(
    (index: number) => {
      const { view } = spaceNow()
      const top = index * height
      const { whole } = place.current
      if (top < whole) settle(top)
      else if (top + height > whole + view) settle(top + height - view)
    },
    [height, spaceNow, settle],
  )
  return { sight, scrollTo }
}

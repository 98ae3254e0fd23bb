import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import { dayBefore, type FeedRow } from './feed-rows.ts'

const usualHeight = { day: 36, entry: 58 }

/** The part of the page that scrolls around an element. */
function scrollerOf(element: HTMLElement): HTMLElement {
  let at = element.parentElement
  while (at && !/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement
  return at ?? document.documentElement
}

/** Which rows of a feed exist: those in sight, the day they belong to, and the one that has the focus. */
export function useFeed(place: RefObject<HTMLElement | null>, rows: readonly FeedRow[], focused: number) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const [margin, setMargin] = useState(0)
  const [reading, setReading] = useState(false)
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return undefined
    const found = scrollerOf(element)
    const measure = () => {
      setScroller(found)
      setMargin(
        Math.round(element.getBoundingClientRect().top - found.getBoundingClientRect().top + found.scrollTop),
      )
    }
    measure()
    // What stands above may still grow.
    const observer = new ResizeObserver(measure)
    observer.observe(found)
    for (let at = element.parentElement; at && at !== found; at = at.parentElement) {
      observer.observe(at)
      for (const one of at.children) if (!one.contains(element)) observer.observe(one)
    }
    return () => observer.disconnect()
  }, [place])
  const virtual = useVirtualizer<HTMLElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: index => usualHeight[rows[index]?.type ?? 'entry'],
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    scrollMargin: margin,
    scrollPaddingStart: usualHeight.day,
    overscan: 8,
    // Above the list one wants to see what comes in; inside it, to go on reading.
    anchorTo: reading ? 'end' : 'start',
    onChange: now => setReading((now.scrollOffset ?? 0) > margin),
    rangeExtractor: useCallback(
      (range: Range) => {
        const wanted = new Set([dayBefore(rows, range.startIndex), ...defaultRangeExtractor(range)])
        if (focused >= 0 && focused < rows.length) wanted.add(focused)
        wanted.delete(-1)
        return [...wanted].toSorted((one, other) => one - other)
      },
      [rows, focused],
    ),
  })
  return { virtual, margin, heading: dayBefore(rows, virtual.range?.startIndex ?? 0) }
}

import { type RefObject, useEffect, useRef } from 'react'
import type { FeedRow } from './feed-rows.ts'

interface FeedKeys {
  rows: readonly FeedRow[]
  onCurrent: (key: string) => void
  scrollTo: (index: number) => void
}

const steps: Record<string, number> = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 }

/** Arrows go from one entry to the next, as in a feed; keys inside an entry are its own. */
export function useFeedKeys(place: RefObject<HTMLElement | null>, keys: FeedKeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const feed = place.current
    if (!feed) return undefined
    const onFocus = ({ target }: FocusEvent) => {
      const row = latest.current.rows[indexOf(target)]
      if (row) latest.current.onCurrent(row.key)
    }
    const onKey = (event: KeyboardEvent) => {
      const by = steps[event.key]
      const { target } = event
      if (by === undefined || !(target instanceof HTMLElement) || target.role !== 'article') return
      const { rows, onCurrent, scrollTo } = latest.current
      let next = indexOf(target) + by
      while (rows[next]?.type === 'day') next += by
      const row = rows[next]
      if (!row) return
      event.preventDefault()
      onCurrent(row.key)
      scrollTo(next)
      focusSoon(feed, next)
    }
    feed.addEventListener('focusin', onFocus)
    feed.addEventListener('keydown', onKey)
    return () => {
      feed.removeEventListener('focusin', onFocus)
      feed.removeEventListener('keydown', onKey)
    }
  }, [place])
}

/** An entry exists once the list has been drawn around it. */
function focusSoon(feed: HTMLElement, index: number, tries = 10): void {
  requestAnimationFrame(() => {
    const element = feed.querySelector<HTMLElement>(`[data-index="${index}"]`)
    if (element) element.focus({ preventScroll: true })
    else if (tries > 0) focusSoon(feed, index, tries - 1)
  })
}

const indexOf = (target: EventTarget | null): number =>
  target instanceof Element ? Number(target.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? -1) : -1

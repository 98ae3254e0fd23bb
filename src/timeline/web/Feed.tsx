import { useEffect, useMemo, useRef, useState } from 'react'
import { dayNamer } from '../../core/web/format.ts'
import { type FeedRow, rowsOf } from './feed-rows.ts'
import { byDay, type Entry } from './groups.ts'
import classes from './Timeline.module.css'
import { TimelineEntry } from './TimelineEntry.tsx'
import { useFeed } from './use-feed.ts'
import { useFeedKeys } from './use-feed-keys.ts'

interface FeedProps {
  label: string
  /** Whose timeline it is. */
  kind: string
  id: string
  entries: readonly Entry[]
  hasMore: boolean
  loading: boolean
  onMore: () => void
}

/** A timeline of any length: only what is in sight exists. Arrows go from one entry to the next, Tab into it. */
export function Feed({ label, kind, id, entries, hasMore, loading, onMore }: FeedProps) {
  const place = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsOf(byDay(entries, dayNamer())), [entries])
  // By key: what comes in above moves every number.
  const [current, setCurrent] = useState<string>()
  const focused = useMemo(() => rows.findIndex(row => row.key === current), [rows, current])
  const { virtual, margin, heading } = useFeed(place, rows, focused)
  const last = virtual.range?.endIndex ?? 0
  useEffect(() => {
    if (hasMore && !loading && rows.length > 0 && last >= rows.length - 25) onMore()
  }, [hasMore, loading, last, rows.length, onMore])

  useFeedKeys(place, {
    rows,
    onCurrent: setCurrent,
    scrollTo: index => virtual.scrollToIndex(index, { align: 'auto' }),
  })
  const firstEntry = rows.findIndex(row => row.type === 'entry')
  return (
    <section
      ref={place}
      aria-label={label}
      aria-busy={loading}
      className={classes.feed}
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index]
        if (!row) return null
        const pinned = index === heading
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className={classes.slot}
            data-pinned={pinned || undefined}
            {...(pinned ? {} : { style: { transform: `translateY(${start - margin}px)` } })}
            {...(row.type === 'entry'
              ? {
                  role: 'article',
                  tabIndex: index === (focused < 0 ? firstEntry : focused) ? 0 : -1,
                  'aria-posinset': row.place,
                  'aria-setsize': hasMore ? -1 : entries.length,
                }
              : {})}
          >
            <RowView row={row} kind={kind} id={id} />
          </div>
        )
      })}
    </section>
  )
}

function RowView({ row, kind, id }: { row: FeedRow; kind: string; id: string }) {
  if (row.type === 'day') return <h3 className={classes.day}>{row.day}</h3>
  return <TimelineEntry entry={row.entry} kind={kind} id={id} />
}

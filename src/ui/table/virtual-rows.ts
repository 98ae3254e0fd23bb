import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect } from 'react'
import type { DataTableProps } from './columns.ts'

export const rowHeight = 36
export const cardHeight = 66
const headHeight = 36

interface Rows<Row> {
  scroller: RefObject<HTMLDivElement | null>
  props: DataTableProps<Row>
  condensed: boolean
}

/** Which rows are in sight, and asking for more before the reader gets there. */
export function useRows<Row>({ scroller, props, condensed }: Rows<Row>) {
  const { rows, hasMore = false, loading = false, onMore } = props
  const height = condensed ? cardHeight : rowHeight
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => height, [height]),
    overscan: 12,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    useFlushSync: false,
  })
  useEffect(() => virtualizer.measure(), [virtualizer, height])
  const drawn = virtualizer.getVirtualItems()
  const last = drawn.at(-1)?.index ?? -1
  useEffect(() => {
    if (hasMore && !loading && rows.length > 0 && last >= rows.length - 30) onMore?.()
  }, [hasMore, loading, last, rows.length, onMore])
  const first = drawn[0]?.index ?? 0
  return {
    items: drawn.map(item => ({ index: item.index, top: item.start - headHeight })),
    height: virtualizer.getTotalSize(),
    scrollToIndex: useCallback(
      (index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }),
      [virtualizer],
    ),
    isDrawn: (index: number) => index >= first && index <= last,
  }
}

import { useThrottledCallback } from '@mantine/hooks'
import { useEffect } from 'react'
import { call } from '../../core/web/call.ts'
import { concerns, useLive } from '../../core/web/live.ts'
import { editPages, invalidate, useInfinite } from '../../core/web/query.ts'
import { companyTimeline, personSummary, personTimeline } from '../timeline.contract.ts'
import { withHead } from './fresh-head.ts'

/** So few pages are simply all asked again. */
const fewPages = 2
const pageSize = 200

interface Wanted {
  kind: string
  id: string
  query: NonNullable<Parameters<typeof call<typeof personTimeline>>[1]>['query']
}

/** A timeline's pages, and what happens while it is open: of a long one only the newest page is asked again. */
export function useTimeline({ kind, id, query }: Wanted) {
  const endpoint = kind === 'company' ? companyTimeline : personTimeline
  const input = { params: { id }, query: { ...query, limit: pageSize } }
  const list = useInfinite(endpoint, input, { keep: true, steady: true })
  const deep = list.items.length > fewPages * pageSize
  const refresh = async () => {
    void invalidate([personSummary])
    if (!deep) return invalidate([endpoint])
    const head = await call(endpoint, input)
    const merged = withHead(list.items, head.items, head.next === null)
    if (!merged) return invalidate([endpoint])
    const added = merged.slice(0, merged.length - list.items.length)
    editPages(endpoint, input, ([first, ...rest]) =>
      first ? [{ ...first, items: [...added, ...first.items] }, ...rest] : undefined,
    )
    return undefined
  }
  // A busy customer must not make us ask ten times a second; a page that cannot be had now comes with the next event.
  const ask = useThrottledCallback(() => void refresh().catch(() => undefined), 400)
  useLive(['interaction', 'change'], event => {
    if (concerns(event, kind, id)) ask()
  })
  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && ask()
    document.addEventListener('visibilitychange', seen)
    return () => document.removeEventListener('visibilitychange', seen)
  }, [ask])
  return list
}

import { useThrottledCallback } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import type { Call, Reply } from '../../core/endpoint.ts'
import { call } from '../../core/web/call.ts'
import { concerns, useLive } from '../../core/web/live.ts'
import { editPages, invalidate, readPages, useInfinite } from '../../core/web/query.ts'
import { companyTimeline, personSummary, personTimeline } from '../timeline.contract.ts'
import { joined, type Span, startOf, withFresh } from './fresh.ts'

/** So few pages are simply all asked again. */
const fewPages = 2
const pageSize = 200
/** Of a longer one so many are read again for what came in late. */
const mostLate = 6

type TimelineEndpoint = typeof personTimeline
type Input = Call<TimelineEndpoint>
type Item = Reply<TimelineEndpoint>['items'][number]

interface Wanted {
  kind: string
  id: string
  query: NonNullable<Parameters<typeof call<typeof personTimeline>>[1]>['query']
}

/** Puts what was read again into the pages that are there; false where they have changed beneath. */
function putFresh(endpoint: TimelineEndpoint, input: Input, index: number, read: readonly Item[]): boolean {
  const merged = withFresh(readPages(endpoint, input), index, read)
  if (merged) editPages(endpoint, input, () => merged)
  return merged !== undefined
}

/** The newest page; says down to which instant it reaches. */
async function readHead(endpoint: TimelineEndpoint, input: Input): Promise<string | undefined> {
  const { items, next } = await call(endpoint, input)
  const reached = next === null ? '' : (items.at(-1)?.at ?? '')
  return putFresh(endpoint, input, 0, items) ? reached : undefined
}

/** From the page where it begins down to the earliest of it, or to the end of what is shown. */
async function readLate(endpoint: TimelineEndpoint, input: Input, { from, until }: Span): Promise<boolean> {
  const pages = readPages(endpoint, input)
  const { index, after } = startOf(pages, until)
  if (startOf(pages, from).index - index >= mostLate) return false
  const oldest = pages.at(-1)?.items.at(-1)?.at ?? ''
  const read: Item[] = []
  let place = after
  for (let asked = 0; asked <= mostLate; asked++) {
    const query = { ...input.query, ...(place === null ? {} : { after: place }) }
    const { items, next } = await call(endpoint, { ...input, query })
    read.push(...items)
    const reached = items.at(-1)?.at ?? ''
    if (next === null || reached < from || reached < oldest) return putFresh(endpoint, input, index, read)
    place = next
  }
  return false
}

/** A timeline's pages, and what happens while it is open: of a long one only what it belongs to is asked again. */
export function useTimeline({ kind, id, query }: Wanted) {
  const endpoint = kind === 'company' ? companyTimeline : personTimeline
  const input = { params: { id }, query: { ...query, limit: pageSize } }
  const list = useInfinite(endpoint, input, { keep: true, steady: true })
  const told = useRef<Span>(undefined)
  const deep = list.items.length > fewPages * pageSize
  const refresh = async (span: Span | undefined) => {
    void invalidate([personSummary])
    if (!deep) return invalidate([endpoint])
    const reached = await readHead(endpoint, input)
    if (reached === undefined) return invalidate([endpoint])
    if (!span || span.from > reached) return undefined
    const below = { from: span.from, until: span.until < reached ? span.until : reached }
    return (await readLate(endpoint, input, below)) ? undefined : invalidate([endpoint])
  }
  // A busy customer must not make us ask ten times a second; a page that cannot be had now comes with the next event.
  const ask = useThrottledCallback(() => {
    const span = told.current
    told.current = undefined
    refresh(span).catch(() => {
      if (span) told.current = joined(told.current, span)
    })
  }, 400)
  useLive(['interaction', 'change'], event => {
    // Of a relation it is told at both ends, and whose they are the event does not say.
    if (!concerns(event, kind, id) && event.kind !== 'relationship') return
    if (event.topic === 'interaction') told.current = joined(told.current, event)
    ask()
  })
  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && ask()
    document.addEventListener('visibilitychange', seen)
    return () => document.removeEventListener('visibilitychange', seen)
  }, [ask])
  return list
}

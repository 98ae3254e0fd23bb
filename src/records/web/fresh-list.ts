import { useEffect, useRef } from 'react'
import { useLive } from '../../core/web/live.ts'
import { invalidate } from '../../core/web/query.ts'
import type { Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'

const soon_ms = 300
/** While an import runs everything changes all the time. */
const pause_ms = 3000
/** A list that somebody read far down is asked for page by page: only how many there are is told anew. */
const most = 1000

/** What others make, change, delete and bring back shows while the list is open. */
export function useFreshList(kind: Kind, loaded: number): void {
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const read_at = useRef(0)
  const shown = useRef(loaded)
  useEffect(() => {
    shown.current = loaded
  })
  useEffect(() => () => clearTimeout(waiting.current), [])
  useLive(['change'], event => {
    if ((event.kind !== kind.name && event.kind !== '*') || waiting.current !== undefined) return
    const wait = Math.max(soon_ms, read_at.current + pause_ms - Date.now())
    waiting.current = setTimeout(() => {
      waiting.current = undefined
      read_at.current = Date.now()
      const { list, count } = endpointsOf(kind)
      void invalidate(shown.current > most ? [count] : [list, count])
    }, wait)
  })
}

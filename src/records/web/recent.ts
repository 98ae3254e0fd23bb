import { useEffect } from 'react'
import { call } from '../../core/web/call.ts'
import { invalidate } from '../../core/web/query.ts'
import { listRecent, noteRecent } from '../recent.contract.ts'

/** Who only leafs through has not looked. */
const looked_ms = 1_000

/** Notes that a record was looked at, to lead back to it. */
export function useViewed(kind: string, id: string | undefined): void {
  useEffect(() => {
    if (id === undefined) return undefined
    const timer = setTimeout(async () => {
      // Whether it could be noted is nothing to tell anybody.
      await call(noteRecent, { body: { kind, id } }).catch(() => undefined)
      await invalidate([listRecent])
    }, looked_ms)
    return () => clearTimeout(timer)
  }, [kind, id])
}

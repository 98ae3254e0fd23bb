import { useRef, useState } from 'react'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { showDone, showError, showUndo } from '../../../ui/toast.tsx'
import type { Kind } from '../../kind.contract.ts'
import type { ManyReply } from '../../records.contract.ts'
import { nameOf } from '../catalogue.ts'
import { type BulkOutcome, type Chosen, refreshLists, runBulk, undoBulk } from './bulk.ts'

/** A change of many under way: how far it is, what it left as it was, and how to undo it. */
export function useBulk(kind: Kind, chosen: Chosen, told: 'deleted' | 'changed') {
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null)
  const [refused, setRefused] = useState<BulkOutcome>()
  const abort = useRef<AbortController>(undefined)

  const run = async (write: (ids: string[]) => Promise<ManyReply>): Promise<BulkOutcome> => {
    abort.current = new AbortController()
    const { signal } = abort.current
    setProgress({ done: 0, of: 0 })
    const watch = { signal, onProgress: (done: number, of: number) => setProgress({ done, of }) }
    const outcome = await runBulk(kind, chosen, write, watch)
    setProgress(null)
    if (outcome.failed !== undefined) showError(outcome.failed)
    await refreshLists(kind)
    report(kind, told, outcome)
    if (outcome.rejected.length > 0) setRefused(outcome)
    return outcome
  }
  return {
    run,
    stop: () => abort.current?.abort(),
    refused,
    progress: progress && (progress.of > 0 ? progress.done / progress.of : 0),
  }
}

function report(kind: Kind, told: 'deleted' | 'changed', outcome: BulkOutcome): void {
  if (outcome.done === 0) return
  const what = { n: formatNumber(outcome.done), kind: nameOf(kind, outcome.done) }
  const done = t(`records.bulk.${told}`, what)
  showUndo({
    message: outcome.stopped ? `${t('records.bulk.stopped')} ${done}` : done,
    undo: async () => {
      const kept = await undoBulk(kind, outcome.requests)
      if (kept > 0) showDone(t('records.bulk.kept', { count: kept }))
    },
  })
}

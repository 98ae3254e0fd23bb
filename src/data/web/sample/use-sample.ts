import { invalidate, useChange, useEndpoint } from '../../../core/web/query.ts'
import { getSample, loadSample, type SampleState } from '../../sample/sample.contract.ts'

const resting: ReadonlySet<SampleState['status']> = new Set([
  'none',
  'loaded',
  'cancelled',
  'failed',
  'removal_failed',
])

/** Whether the sample company is here; asked again and again while it comes or goes. */
export function useSample(): { sample: SampleState | undefined; pending: boolean } {
  const { data, isPending } = useEndpoint(getSample, {}, { refetch_ms: 15_000 })
  const busy = data !== undefined && !resting.has(data.status)
  useEndpoint(getSample, {}, { enabled: busy, refetch_ms: busy ? 700 : false })
  return { sample: data, pending: isPending }
}

export const refreshSample = (): void => void invalidate([getSample])

export function useLoadSample(): { load: () => void; pending: boolean } {
  const { change, pending } = useChange(loadSample, { onDone: refreshSample, onFailed: refreshSample })
  return { load: () => change({}), pending }
}

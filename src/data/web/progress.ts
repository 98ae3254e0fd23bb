import { useState } from 'react'
import { useEndpoint } from '../../core/web/query.ts'
import { getImport, type Import } from '../imports.contract.ts'

export const isUnderWay = ({ status }: Pick<Import, 'status'>): boolean =>
  ['queued', 'running', 'pausing', 'cancelling'].includes(status)

/** An import as it goes on; asked for again each second until it has come to an end. */
export function useImport(import_id: string) {
  const [ended, setEnded] = useState(false)
  const one = useEndpoint(getImport, { params: { id: import_id } }, { refetch_ms: ended ? false : 1000 })
  const over = one.data !== undefined && !isUnderWay(one.data) && one.data.status !== 'undoing'
  if (over !== ended) setEnded(over)
  return one
}

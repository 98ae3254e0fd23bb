import { concerns, useLive } from '../../core/web/live.ts'
import { invalidate } from '../../core/web/query.ts'
import type { Kind } from '../../records/kind.contract.ts'
import { endpointsOf } from '../../records/records.contract.ts'
import { listPersonIdentifiers } from '../identifiers.contract.ts'

/** What others change shows while the page is open. */
export function useFreshRecord(kind: Kind, id: string | undefined): void {
  useLive(['change'], event => {
    if (id === undefined || !concerns(event, kind.name, id)) return
    const { get, history } = endpointsOf(kind)
    void invalidate([get, history, listPersonIdentifiers])
  })
}

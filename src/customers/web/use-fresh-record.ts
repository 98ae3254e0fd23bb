import { useEffect } from 'react'
import { concerns, useLive } from '../../core/web/live.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { invalidate } from '../../core/web/query.ts'
import type { Kind } from '../../records/kind.contract.ts'
import { endpointsOf } from '../../records/records.contract.ts'
import { recordAddress } from '../../records/web/index.ts'
import { listPersonIdentifiers } from '../identifiers.contract.ts'

/** What others change shows while the page is open. */
export function useFreshRecord(kind: Kind, id: string | undefined): void {
  useLive(['change'], event => {
    if (id === undefined || !concerns(event, kind.name, id)) return
    const { get, history } = endpointsOf(kind)
    void invalidate([get, history, listPersonIdentifiers])
  })
}

/** An event may bring an identifier with it; one that brings nothing else leaves the record as it is. */
export function useFreshIdentifiers(id: string | undefined): void {
  useLive(['interaction'], event => {
    if (id !== undefined && concerns(event, 'person', id)) void invalidate([listPersonIdentifiers])
  })
}

/** A link to a record that was merged leads to the one it is read through. */
export function useRootAddress(kind: Kind, asked: string, id: string | undefined): void {
  const go = useGo()
  useEffect(() => {
    if (id !== undefined && id !== asked) go(recordAddress(kind, id), { replace: true })
  }, [kind, asked, id, go])
}

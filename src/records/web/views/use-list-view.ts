import { useMemo } from 'react'
import { ApiError } from '../../../core/web/api-error.ts'
import { useSearchParams } from '../../../core/web/navigation.tsx'
import { useEndpoint } from '../../../core/web/query.ts'
import { getView, listViews, type View } from '../../views.contract.ts'
import { addressOf, changesOf, isPlain, type Parts, partsOfAddress, partsOfView } from './parts.ts'

/** The list as it is without a view, where another opens by default. */
export const noView = 'all'

export interface ListView {
  /** False until it is known which view the list opens with. */
  ready: boolean
  views: readonly View[]
  view: View | undefined
  /** The address names one that is not there for this reader. */
  missing: boolean
  parts: Parts
  changes: ReturnType<typeof changesOf>
  changed: boolean
  change: (patch: Partial<Parts>) => void
  open: (id: string | null) => void
}

/** Not: the server was away. */
const isGone = (error: unknown) => error instanceof ApiError && (error.status === 404 || error.status === 400)

const nothing: readonly View[] = []
const blank = { filter: null, q: null, sort: null, columns: null, changed: null }

/**
 * What a list shows: its view, or what the address says. A view that was changed stands in the address with all its parts,
 * so that such a list can be sent and reloaded too.
 */
export function useListView(kind: string): ListView {
  const [search, set] = useSearchParams()
  const { data, isPending } = useEndpoint(listViews, { query: { kind } })
  const views = data?.items ?? nothing
  const asked = search['view']
  const plain = isPlain(search)
  const found = plain
    ? views.find(view => view.opens_list)
    : views.find(view => view.id === asked && view.kind === kind)
  // A list has its 200 first views at hand; another is asked for by itself.
  const isOther = asked !== undefined && asked !== noView && !isPending && !found
  const other = useEndpoint(getView, { params: { id: asked ?? '' } }, { enabled: isOther })
  const view = found ?? (isOther && other.data?.kind === kind ? other.data : undefined)
  const missing = isOther && !view && (isGone(other.error) || other.data !== undefined)
  const waits =
    (plain || (asked !== undefined && asked !== noView)) && (isPending || (isOther && other.isPending))
  const isSaved = view !== undefined && search['changed'] === undefined
  const parts = useMemo(() => (isSaved ? partsOfView(view) : partsOfAddress(search)), [isSaved, view, search])
  const changes = useMemo(() => (view ? changesOf(view, parts) : {}), [view, parts])
  const change = (patch: Partial<Parts>) => {
    const now = addressOf({ ...parts, ...patch })
    if (view) set({ ...now, view: view.id, changed: 1 }, { replace: true })
    else set({ ...now, view: views.some(one => one.opens_list) ? noView : null }, { replace: true })
  }
  return {
    ready: !waits,
    views,
    view,
    missing,
    parts,
    changes,
    changed: Object.keys(changes).length > 0,
    change,
    open: id => set({ ...blank, view: id ?? (views.some(one => one.opens_list) ? noView : null) }),
  }
}

import { useState } from 'react'
import type { AnyRecord } from '../record.ts'
import type { Chosen, ListQuery } from './bulk.ts'

interface State {
  /** The list it was chosen in: another filter is another choice. */
  list: string
  ids: ReadonlySet<string>
  everything: boolean
}

/** What is marked in a list: single rows, or everything that its filter and search find. */
export function useChosen(rows: readonly AnyRecord[], query: ListQuery, total: number | undefined) {
  const list = JSON.stringify(query)
  const [state, setState] = useState<State>({ list, ids: new Set(), everything: false })
  const here = state.list === list
  const everything = here && state.everything
  const ids: ReadonlySet<string> = everything
    ? new Set(rows.map(row => row.id))
    : here
      ? state.ids
      : new Set<string>()
  const chosen: Chosen = everything ? { query } : { ids: [...ids] }
  return {
    ids,
    everything,
    chosen,
    count: everything ? (total ?? ids.size) : ids.size,
    mark: (next: ReadonlySet<string>) => setState({ list, ids: next, everything: false }),
    chooseEverything: () => setState({ list, ids: new Set(), everything: true }),
    clear: () => setState({ list, ids: new Set(), everything: false }),
  }
}
export type ChosenRows = ReturnType<typeof useChosen>

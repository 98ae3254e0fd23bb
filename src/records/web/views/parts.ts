import type { View, ViewColumn } from '../../views.contract.ts'

// What a list shows, as it stands in the address. A view is the same under a name.

export interface Parts {
  filter: string
  q: string
  sort: string
  /** Null for the usual ones. */
  columns: readonly ViewColumn[] | null
}

/** `name:240,email`: columns in their order, with those widths that somebody chose. */
export const columnsText = (columns: Parts['columns']): string =>
  (columns ?? []).map(({ key, width }) => (width === undefined ? key : `${key}:${width}`)).join()

export function columnsOf(text: string | undefined): ViewColumn[] | null {
  if (!text) return null
  return text.split(',').map(one => {
    const [key = '', width] = one.split(':')
    return width && Number(width) > 0 ? { key, width: Number(width) } : { key }
  })
}

type Search = Readonly<Record<string, string | undefined>>

export const partsOfAddress = (search: Search): Parts => ({
  filter: search['filter'] ?? '',
  q: search['q'] ?? '',
  sort: search['sort'] ?? '',
  columns: columnsOf(search['columns']),
})

export const addressOf = (parts: Parts): Record<keyof Parts, string> => ({
  ...parts,
  columns: columnsText(parts.columns),
})

export const partsOfView = (view: View): Parts => ({
  filter: view.filter ?? '',
  q: view.search,
  sort: view.sort,
  columns: view.columns,
})

export const isPlain = (search: Search): boolean =>
  ['view', 'filter', 'q', 'sort', 'columns'].every(name => search[name] === undefined)

/** Those parts in which a list differs from its view, as they are saved. Parts that are withheld stay as they are. */
export function changesOf(view: View, parts: Parts) {
  const saved = partsOfView(view)
  return {
    ...(saved.filter === parts.filter ? {} : { filter: parts.filter }),
    ...(saved.q === parts.q ? {} : { search: parts.q }),
    ...(saved.sort === parts.sort ? {} : { sort: parts.sort }),
    ...(columnsText(saved.columns) === columnsText(parts.columns)
      ? {}
      : { columns: parts.columns && [...parts.columns] }),
  }
}

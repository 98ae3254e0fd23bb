import { useMemo } from 'react'
import { language } from '../../core/web/language.ts'
import { useEndpoint } from '../../core/web/query.ts'
import type { Catalogue, CatalogueField, CatalogueKind } from '../catalogue.contract.ts'
import { listKinds } from '../fields.contract.ts'
import { type Kind, labelIn } from '../kind.contract.ts'

export const labelText = (label: CatalogueField['label']): string => labelIn(label, language())

/** How many of them stands before it: `person`, `people`. */
export function nameOf(kind: Pick<Kind, 'label'>, count: number): string {
  const name = labelText(count === 1 ? kind.label.one : kind.label.many)
  // German nouns are large wherever they stand.
  return language() === 'de' ? name : name.toLocaleLowerCase()
}

/** Every kind and field the reader sees, custom ones included. */
export function useCatalogue(): { catalogue: Catalogue | undefined; error: Error | null; retry: () => void } {
  const { data, error, refetch } = useEndpoint(listKinds)
  const catalogue = useMemo(
    () => data && new Map<string, CatalogueKind>(data.items.map(kind => [kind.name, kind])),
    [data],
  )
  return { catalogue, error, retry: () => void refetch() }
}

/** Where the pages of a kind are: `/people`, `/people/…`. */
export const listAddress = (kind: { path: string }): string => kind.path.replace(/^\/api/, '')
export const recordAddress = (kind: { path: string }, id: string): string => `${listAddress(kind)}/${id}`

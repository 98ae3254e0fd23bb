import { type RawBuilder, sql } from 'kysely'
import type { Catalogue, CatalogueKind } from './catalogue.contract.ts'
import { findKind, type Kind } from './kind.contract.ts'
import type { Row } from './query.ts'

/** A record as its reader sees it. */
export interface Shown extends Record<string, unknown> {
  id: string
  custom: Record<string, unknown>
  created_at: Date
  updated_at: Date
}

/** The columns that this reader may see, and no others: what is not selected cannot leak. */
export function columnsOf(kind: Kind, catalogue: Catalogue): RawBuilder<unknown> {
  const visible = catalogue.get(kind.name)?.fields ?? []
  const columns = kind.fields
    .filter(field => visible.some(one => one.key === field.key))
    .map(field => field.column ?? field.key)
  const all = new Set(['id', ...columns, 'custom', 'created_at', 'updated_at'])
  return sql.join([...all].map(column => sql.ref(`t.${column}`)))
}

/** Custom values of fields that are archived or hidden stay behind. */
export function shownRecord(visible: CatalogueKind, row: Row): Shown {
  const described = findKind(visible.name)?.fields ?? []
  const stored = (row['custom'] ?? {}) as Record<string, unknown>
  const shown: Record<string, unknown> = {}
  const custom: Record<string, unknown> = {}
  for (const field of visible.fields) {
    if (field.id === undefined) {
      const column = described.find(one => one.key === field.key)?.column ?? field.key
      shown[field.key] = row[column] ?? null
    } else {
      const key = field.key.slice('custom.'.length)
      if (stored[key] !== undefined) custom[key] = stored[key]
    }
  }
  return {
    ...shown,
    id: row.id,
    custom,
    created_at: row['created_at'] as Date,
    updated_at: row['updated_at'] as Date,
  }
}

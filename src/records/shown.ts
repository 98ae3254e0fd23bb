import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Catalogue, CatalogueKind } from './catalogue.contract.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { shownIds } from './options.contract.ts'
import type { Row } from './query.ts'

/** A record as its reader sees it. */
export interface Shown extends Record<string, unknown> {
  id: string
  custom: Record<string, unknown>
  /** As text on the pages of lists, where hundreds are read only to be written again. */
  created_at: Date | string
  updated_at: Date | string
}

/** The columns that this reader may see, and no others: what is not selected cannot leak. */
export function columnsOf(kind: Kind, catalogue: Catalogue): RawBuilder<unknown> {
  const visible = catalogue.get(kind.name)?.fields ?? []
  const columns = kind.fields
    .filter(field => visible.some(one => one.key === field.key))
    .map(field => field.column ?? field.key)
  const all = new Set(['id', ...columns, 'custom', 'created_at', 'updated_at'])
  const told = [...all].map(column => throughRoot(kind, column) ?? `t."${column}"`)
  return sql.raw(told.join(', '))
}

/**
 * A reference to a record that was merged is shown as one to the record it is read through. As text, made of names that
 * descriptions of kinds give: a list asks for two dozen columns every time, and a builder for each is slow.
 */
function throughRoot(kind: Kind, column: string): string | undefined {
  const field = kind.fields.find(one => one.type === 'relation' && (one.column ?? one.key) === column)
  const target = field?.kind === undefined ? undefined : findKind(field.kind)
  if (!target?.merge) return undefined
  return `(select m."${target.merge.root}" from "${target.table}" as m
    where m.workspace_id = t.workspace_id and m.id = t."${column}") as "${column}"`
}

/** A row as it was written, with its references as a reader sees them. */
export async function shownWritten(ctx: Ctx, kind: Kind, visible: CatalogueKind, row: Row): Promise<Shown> {
  const followed = { ...row }
  for (const field of kind.fields) {
    const column = field.column ?? field.key
    const root = throughRoot(kind, column)
    if (root === undefined || row[column] === null || row[column] === undefined) continue
    const { rows } = await sql<Row>`select t.id, ${sql.raw(root)} from ${sql.table(kind.table)} as t
      where t.workspace_id = ${ctx.workspace_id}::uuid and t.id = ${row.id}::uuid`.execute(ctx.db)
    followed[column] = rows[0]?.[column] ?? null
  }
  return shownRecord(visible, followed)
}

/** How rows of a kind are shown to this reader. Custom values of fields that are archived or hidden stay behind. */
export function showing(visible: CatalogueKind): (row: Row) => Shown {
  const described = findKind(visible.name)?.fields ?? []
  const columns: [key: string, column: string][] = []
  const customKeys: string[] = []
  const moved = new Map<string, (held: unknown) => unknown>()
  for (const { key, id, options } of visible.fields) {
    const shownAs = id === undefined || options === undefined ? undefined : shownIds(options)
    if (shownAs) moved.set(key.slice('custom.'.length), shownAs)
    if (id === undefined) columns.push([key, described.find(one => one.key === key)?.column ?? key])
    else customKeys.push(key.slice('custom.'.length))
  }
  return row => {
    const stored = (row['custom'] ?? {}) as Record<string, unknown>
    const custom: Record<string, unknown> = {}
    const shown: Shown = {
      id: row.id,
      custom,
      created_at: row['created_at'] as Date | string,
      updated_at: row['updated_at'] as Date | string,
    }
    for (const [key, column] of columns) shown[key] = row[column] ?? null
    for (const key of customKeys) {
      const as = moved.get(key)
      const value = as ? as(stored[key]) : stored[key]
      if (value !== undefined) custom[key] = value
    }
    return shown
  }
}

export const shownRecord = (visible: CatalogueKind, row: Row): Shown => showing(visible)(row)

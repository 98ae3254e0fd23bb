import { type ImportKind, newFieldTypes, type PreviewColumn } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import { type ColumnChoice, choiceOf, columnName, type Draft, fieldKey, mappingOf } from './wizard.ts'

const longestLabel = 100

/** Only records have fields of one's own; an interaction keeps whatever came with it. */
export const canHaveFields = (kind: ImportKind): boolean => kind === 'person' || kind === 'company'

const usualType = (type: PreviewColumn['type']) =>
  type === 'money' ? 'number' : (newFieldTypes.find(known => known === type) ?? 'text')

/** A column as a field that the import makes. */
export function asNewField(column: PreviewColumn): ColumnChoice {
  const label = columnName(column.name, column.column).slice(0, longestLabel)
  return { target: `custom.${fieldKey(label)}`, new_field: { label, type: usualType(column.type) } }
}

/** Columns with something in them that go nowhere yet. */
export const leftOut = (preview: Preview, draft: Draft): PreviewColumn[] =>
  canHaveFields(preview.kind)
    ? preview.columns.filter(
        column => column.type !== 'empty' && choiceOf(preview, column, draft).target === null,
      )
    : []

/** All that is left out as fields, each of its own: of two columns with one name the second is numbered. */
export function withNewFields(preview: Preview, draft: Draft): Draft['columns'] {
  const taken = new Set(mappingOf(preview, draft).map(({ target }) => target))
  const known = new Set(preview.targets.map(({ key }) => key))
  const columns: Record<number, ColumnChoice> = { ...draft.columns }
  for (const column of leftOut(preview, draft)) {
    const { target: key, new_field } = asNewField(column)
    const free = Array.from({ length: preview.columns.length + 1 }, (_, at) => numbered(key ?? '', at)).find(
      one => !taken.has(one),
    )
    if (!free) continue
    taken.add(free)
    // What the workspace has already is filled, not made again.
    columns[column.column] = { target: free, ...(new_field && !known.has(free) ? { new_field } : {}) }
  }
  return columns
}

const numbered = (key: string, at: number): string =>
  at === 0 ? key : `${key.slice(0, 'custom.'.length + 46)}_${at + 1}`

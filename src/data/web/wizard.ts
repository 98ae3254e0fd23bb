import type { ColumnMapping, Dialect, ImportKind, PreviewColumn } from '../import-formats.contract.ts'
import {
  type ImportSettings,
  matchableBy,
  type NewImport,
  type Preview,
  suggestedMatch,
} from '../imports.contract.ts'

/** Where a person sends a column, over what was suggested. */
export interface ColumnChoice {
  target: string | null
  date_order?: ColumnMapping['date_order']
  decimal?: ColumnMapping['decimal']
  new_field?: ColumnMapping['new_field']
  question?: ColumnMapping['question']
}

/** What a person has said so far; everything else is as the file suggests. */
export interface Draft {
  dialect: Partial<Dialect>
  kind?: ImportKind
  columns: Readonly<Record<number, ColumnChoice>>
  match?: readonly string[]
  mode: 'create' | 'update' | 'both'
  settings: ImportSettings
}

/** Phones and times are read as the workspace has them, until somebody says otherwise. */
export const firstDraft = (place: { country: string; time_zone: string } | null): Draft => ({
  dialect: {},
  columns: {},
  mode: 'both',
  settings: {
    time_zone: place?.time_zone ?? 'UTC',
    ...(place ? { country: place.country } : {}),
    bad_cells: 'reject',
    defaults: {},
    source: 'import',
    refunds: { negative_amounts: true },
    make_people: true,
  },
})

export function choiceOf(column: PreviewColumn, draft: Draft): ColumnChoice {
  const chosen = draft.columns[column.column]
  return {
    target: column.suggestion,
    ...(column.date_order ? { date_order: column.date_order } : {}),
    ...(column.type === 'number' || column.type === 'money' ? { decimal: column.decimal } : {}),
    ...chosen,
  }
}

/** Properties are kept as they are written. */
export const isProperty = (target: string | null): boolean => target?.startsWith('properties.') ?? false

export function mappingOf(preview: Preview, draft: Draft): ColumnMapping[] {
  return preview.columns.flatMap((column): ColumnMapping[] => {
    const { target, question, ...format } = choiceOf(column, draft)
    if (!target) return []
    if (question) return [{ column: column.column, target, question: withCodes(question) }]
    return [{ column: column.column, target, ...(isProperty(target) ? {} : format) }]
  })
}

/** Blank codes are what a person has not finished writing. */
const withCodes = (question: NonNullable<ColumnMapping['question']>) => ({
  ...question,
  no_answer: question.no_answer.filter(Boolean),
})

export function matchOf(preview: Preview, draft: Draft, mapping: ColumnMapping[]): NewImport['match'] {
  const possible = matchableOf(preview, mapping)
  return draft.match ? possible.filter(key => draft.match?.includes(key)) : suggestedMatch(possible)
}

/** What rows can be recognised by, of what the mapping fills. */
export function matchableOf(preview: Preview, mapping: readonly ColumnMapping[]): string[] {
  const unique = preview.targets.filter(target => target.unique).map(({ key }) => key)
  return matchableBy(preview.kind, unique).filter(key => mapping.some(({ target }) => target === key))
}

/** A key for a field or property named by a person or by a header. */
export const fieldKey = (label: string): string =>
  label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 50) || 'field'

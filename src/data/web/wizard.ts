import { t, tKnown } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import {
  type ColumnMapping,
  type Dialect,
  type ImportKind,
  type PreviewColumn,
  unnamedColumn,
} from '../import-formats.contract.ts'
import {
  type ImportSettings,
  matchableBy,
  type NewImport,
  type Preview,
  suggestedMatch,
  withSuggested,
} from '../imports.contract.ts'

/** A column without a header is called by its number in the reader's language. */
export const columnName = (name: string, at: number): string =>
  name === unnamedColumn(at) ? t('data.columns.unnamed', { number: at + 1 }) : name

/** A custom field is called what the workspace calls it in the reader's language. */
export const targetName = (kind: ImportKind, { key, label, labels }: Preview['targets'][number]): string =>
  labels?.[language()] ?? tKnown(`data.targets.${kind}.${key}`, label)

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
  mode?: 'create' | 'update' | 'both'
  /** As a person has them; until they change one, as remembered, suggested or usual. */
  settings?: ImportSettings
  usual: ImportSettings
  /** What an earlier import of the same columns did is not taken over. */
  anew: boolean
  /** The import that the file is said to be a newer export of. */
  again?: string | undefined
  /** Whether only what changed since is applied, once somebody has said so. */
  compare?: boolean
  conflicts?: 'keep' | 'take'
  gone_tag?: string
}

/** Phones and times are read as the workspace has them, until somebody says otherwise. */
export const firstDraft = (place: { country: string; time_zone: string } | null, again?: string): Draft => ({
  again,
  dialect: {},
  columns: {},
  anew: false,
  usual: {
    time_zone: place?.time_zone ?? 'UTC',
    ...(place ? { country: place.country } : {}),
    bad_cells: 'reject',
    defaults: {},
    source: 'import',
    refunds: { negative_amounts: true },
    make_people: true,
  },
})

/** Whether a person has said anything yet. */
export const isCorrected = (draft: Draft, first: Draft): boolean =>
  JSON.stringify(draft) !== JSON.stringify(first)

/** A file with the same columns as an earlier one is mapped as that was. */
export const rememberedIn = (preview: Preview, draft: Draft): Preview['remembered'] =>
  draft.anew ? null : preview.remembered

/** A newer export is compared unless somebody says otherwise; a file that only looks like an earlier one is not. */
export const comparesIn = (preview: Preview, draft: Draft): boolean =>
  Boolean(rememberedIn(preview, draft)?.last) && (draft.compare ?? draft.again !== undefined)

export function sinceOf(preview: Preview, draft: Draft): NewImport['since'] {
  const last = rememberedIn(preview, draft)?.last
  if (!last || !comparesIn(preview, draft)) return undefined
  const tag = draft.gone_tag?.trim()
  return { import_id: last.import_id, conflicts: draft.conflicts ?? 'keep', ...(tag ? { tag } : {}) }
}

export function settingsOf(preview: Preview, draft: Draft): ImportSettings {
  const settings =
    draft.settings ?? rememberedIn(preview, draft)?.settings ?? withSuggested(draft.usual, preview.settings)
  if (preview.kind === 'answer') return settings
  // Chosen before somebody said that the rows are something else.
  const { survey: _survey, ...others } = settings
  return others
}

export const modeOf = (preview: Preview, draft: Draft): NonNullable<Draft['mode']> =>
  draft.mode ?? rememberedIn(preview, draft)?.mode ?? 'both'

export function choiceOf(preview: Preview, column: PreviewColumn, draft: Draft): ColumnChoice {
  const found = draft.columns[column.column]
  const before = rememberedIn(preview, draft)
  if (!before || found) return suggestedChoice(column, found)
  const was = before.mapping.find(one => one.column === column.column)
  return was ?? suggestedChoice(column, { target: null })
}

/** Which column of an earlier file of the survey this one was found by, until somebody sends it elsewhere. */
export const agreesWith = (preview: Preview, { column }: PreviewColumn, draft: Draft) =>
  draft.columns[column]
    ? undefined
    : rememberedIn(preview, draft)?.series?.columns.find(one => one.column === column)

type Question = NonNullable<ColumnMapping['question']>

export const sameQuestion = (a: Question, b: Question): boolean =>
  a.measure === b.measure && a.label === b.label && (a.touchpoint ?? '') === (b.touchpoint ?? '')

/** Questions of earlier files of the survey that no other column answers yet. */
export function openQuestions(preview: Preview, { column }: PreviewColumn, draft: Draft): Question[] {
  const others = mappingOf(preview, draft).filter(one => one.column !== column)
  const open = rememberedIn(preview, draft)?.series?.open ?? []
  return open.filter(one => !others.some(({ question }) => question && sameQuestion(question, one)))
}

function suggestedChoice(column: PreviewColumn, chosen: ColumnChoice | undefined): ColumnChoice {
  return {
    target: column.suggestion,
    ...(column.date_order ? { date_order: column.date_order } : {}),
    ...(column.type === 'number' || column.type === 'money' ? { decimal: column.decimal } : {}),
    ...(column.new_field && !chosen ? { new_field: column.new_field } : {}),
    ...(column.question && !chosen ? { question: column.question } : {}),
    ...chosen,
  }
}

/** Properties are kept as they are written. */
export const isProperty = (target: string | null): boolean => target?.startsWith('properties.') ?? false

export function mappingOf(preview: Preview, draft: Draft): ColumnMapping[] {
  return preview.columns.flatMap((column): ColumnMapping[] => {
    const { target, question, new_field, date_order, decimal } = choiceOf(preview, column, draft)
    const format = {
      ...(new_field ? { new_field: { ...new_field, language: language() } } : {}),
      ...(date_order ? { date_order } : {}),
      ...(decimal ? { decimal } : {}),
    }
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
  const chosen = draft.match ?? rememberedIn(preview, draft)?.match
  return chosen ? possible.filter(key => chosen.includes(key)) : suggestedMatch(possible)
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

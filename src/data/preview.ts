import { restored } from '../core/csv.ts'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { type Said, sentenceOf } from '../core/text-sentence.ts'
import { cellReader } from './cells.ts'
import { detectDialect } from './dialect.ts'
import { type Bookkeeping, bookkeepingIn } from './exports/bookkeeping.ts'
import type { KnownExport } from './exports/known-export.ts'
import { isPlumbing, recognise } from './exports/recognise.ts'
import { forgotten } from './forget.ts'
import type { Table } from './formats/table-file.ts'
import { sourceOf } from './import-files.ts'
import {
  type ColumnMapping,
  type Dialect,
  type Encoding,
  fileFormats,
  type ImportKind,
  type PreviewColumn,
  unnamedColumn,
} from './import-formats.contract.ts'
import { seesRowsOf } from './import-rights.ts'
import type { Preview } from './imports.contract.ts'
import { type SeenColumn, seeColumns, suggestKind, suggestMatch } from './mapping.ts'
import { findRemembered, rememberedOf } from './remembered.ts'
import { headerEnd, type Row, readRows, type Source, sampleText, UnreadableFile } from './rows.ts'
import { says } from './says.ts'
import { findSeries } from './series/series.ts'
import type { Sniffed } from './sniff.ts'
import { suggestedMapping, suggestFor } from './suggestions.ts'
import { loadTargets } from './target-catalogue.ts'
import { type Target, targetsOf } from './targets.ts'
import { findObjects } from './unpack.ts'

const sample_bytes = 256 * 1024
const looked_at_rows = 500
const shown_rows = 20

export interface FileRow {
  id: string
  name: string
  sha256: string
  size_bytes: number
  encoding: string
  lines: number
  format: string
  tables: unknown
}

export async function getFile(ctx: Ctx, file_id: string): Promise<FileRow> {
  const file = await ctx.db
    .selectFrom('import_file')
    .select([
      'id',
      'name',
      'sha256',
      'size_bytes',
      'encoding',
      'lines',
      'format',
      'tables',
      'deleted_at',
      'created_by',
    ])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', file_id)
    .executeTakeFirst()
  if (!file || !seesRowsOf(ctx.principal, file.created_by))
    throw fail('not_found', { detail: says.not_uploaded_here() })
  if (file.deleted_at) throw forgotten()
  return file
}

/** Tables of what was no CSV are written by ourselves: of them only the sheet and the header can be corrected. */
const own = { encoding: 'utf-8', delimiter: ',', quote: '"', escape: '"' } as const

/** How the file is written: as a person says, where they say; the rest as it looks. */
export async function findDialect(
  ctx: Ctx,
  file: FileRow,
  corrections: CorrectedDialect,
): Promise<{ dialect: Dialect; source: Source }> {
  const sheet = corrections.sheet ?? usualSheet(tablesOf(file))
  const source = sourceOf(ctx.machine, ctx.workspace_id, file, sheet)
  const encoding = corrections.encoding ?? (file.encoding as Encoding)
  const said = {
    ...(named(file) ? { header_row: 1 } : {}),
    ...corrections,
    encoding,
    ...(file.tables ? own : {}),
  }
  const detected = detectDialect(await sampleText(source, said.encoding, sample_bytes), said)
  const dialect = { encoding: said.encoding, ...detected, sheet }
  const unpack = corrections.unpack ?? (await objectsIn(source, dialect))
  return { dialect: { ...dialect, ...(unpack ? { unpack } : {}) }, source }
}

async function objectsIn(source: Source, dialect: Dialect): Promise<Dialect['unpack']> {
  const { header, rows } = await readBeginning(source, dialect, looked_at_rows)
  return findObjects(header, rows)
}
export type CorrectedDialect = { [Key in keyof Dialect]?: Dialect[Key] | undefined }

const named = ({ format }: FileRow) => format !== 'csv' && format !== 'workbook'
const tablesOf = ({ tables }: FileRow): Table[] => (Array.isArray(tables) ? (tables as Table[]) : [])

/** The first sheet with more than a line in it: covers and notes come first in many workbooks. */
const usualSheet = (tables: Table[]): number =>
  Math.max(
    0,
    tables.findIndex(({ rows }) => rows > 1),
  )

/** The beginning of a file: its header and the first rows below it. */
export async function readBeginning(source: Source, dialect: Dialect, limit: number) {
  let header: string[] = []
  const more: string[][] = []
  const rows: Row[] = []
  const end = headerEnd(dialect)
  let problem: Said | undefined
  try {
    for await (const batch of readRows(source, dialect, limit)) {
      for (const row of batch) {
        if (row.number === dialect.header_row) header = row.cells
        else if (row.number > end) rows.push(row)
        else if (row.number > (dialect.header_row ?? 0)) more.push(row.cells)
      }
      if (rows.length >= limit) break
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    problem = error.said
  }
  const import_ids = header.map((_name, at) => importIdIn(more.map(cells => cells[at] ?? '')))
  const descriptions = header.map((name, at) =>
    [...new Set(more.map(cells => cells[at] ?? ''))].filter(cell => tells(cell, name)).join(' · '),
  )
  return { header, descriptions, import_ids, rows: rows.slice(0, limit), problem }
}

const importIdIn = (cells: string[]): string =>
  cells.map(cell => /^\{"ImportId":"([^"]+)"/.exec(cell)?.[1]).find(one => one !== undefined) ?? ''

const tells = (cell: string, name: string) => cell !== '' && cell !== name && !cell.startsWith('{')

export async function previewFile(
  ctx: Ctx,
  {
    file,
    kind,
    dialect: corrections = {},
    again,
  }: {
    file: FileRow
    kind?: ImportKind | undefined
    dialect?: CorrectedDialect | undefined
    again?: string | undefined
  },
): Promise<Preview> {
  const { dialect, source } = await findDialect(ctx, file, corrections)
  const { header, descriptions, import_ids, rows, problem } = await readBeginning(
    source,
    dialect,
    looked_at_rows,
  )
  const width = rows.reduce((widest, row) => Math.max(widest, row.cells.length), header.length)
  const seen = seeColumns(header, rows, width)
  const { known, ...suggested } = suggestedFor(header, kind)
  const names = Array.from({ length: header.length || width }, (_, at) => header[at] || unnamedColumn(at))
  const { before, series } = await findEarlier(ctx, { seen, names, descriptions, kind, again })
  const chosen = kind ?? before?.plan.kind ?? (series ? 'answer' : (known?.kind ?? suggestKind(seen)))
  const targets = await loadTargets(ctx, chosen)
  const questions = questionsIn(chosen, known, { seen, descriptions, import_ids })
  const { targets: fields, in_name_only } = suggestFor(ctx, chosen, { columns: seen, targets, known })
  const guessed = fields.map((target, at) => (questions.has(at) ? `answers.${at}` : target))
  // Who says what the rows are all the same has the columns suggested for that.
  const bookkeeping = kind || known || before || series ? null : bookkeepingOf(seen, guessed)
  const suggestions = bookkeeping ? guessed.map(() => null) : guessed
  return {
    file: { id: file.id, name: file.name, size_bytes: file.size_bytes, sha256: file.sha256 },
    format: fileFormats.find(format => format === file.format) ?? 'csv',
    sheets: tablesOf(file).map(({ name, rows: count }) => ({ name, rows: count })),
    dialect,
    kind: chosen,
    columns: seen.map(({ cells: _cells, ...column }, at) => {
      const target = targets.find(({ key }) => key === suggestions[at])
      return describe({ ...column, description: descriptions[at] ?? '' }, at, rows, {
        suggestion: suggestions[at] ?? null,
        question: questions.get(at) ?? null,
        new_field: suggestions[at] ? in_name_only.get(at) : undefined,
        in_name_only: in_name_only.has(at),
        target,
      })
    }),
    rows: rows.slice(0, shown_rows),
    lines: tablesOf(file)[dialect.sheet ?? 0]?.rows ?? file.lines,
    targets: targets.map(offered),
    ...suggested,
    bookkeeping,
    match: suggestMatch(chosen, suggestions, targets),
    remembered: before
      ? await rememberedOf(ctx, before, { header: names, targets })
      : series
        ? withKnown(
            series,
            known ? suggestedMapping(ctx, chosen, { columns: seen, targets, known, questions }) : [],
          )
        : null,
    ...problemOf(problem ?? (rows.length ? undefined : says.no_rows())),
  }
}

type Remembered = NonNullable<Preview['remembered']>
/** What a known export itself says of columns, and earlier files of the survey did not, is taken from now on. */
function withKnown(series: Remembered, suggestions: readonly ColumnMapping[]): Remembered {
  const isNew = ({ column, target, question }: ColumnMapping) =>
    !series.mapping.some(one => one.column === column || (!question && one.target === target))
  return { ...series, mapping: [...series.mapping, ...suggestions.filter(isNew)] }
}

const offered = ({ key, label, labels, type, unique = false }: Target) => ({
  key,
  label,
  labels,
  type,
  custom: key.startsWith('custom.'),
  unique,
})

interface Looking {
  seen: readonly SeenColumn[]
  names: readonly string[]
  descriptions: readonly string[]
  kind: ImportKind | undefined
  again?: string | undefined
}

/** The import of a file with these columns, else the survey that this is the next file of, though they are not called as before. */
async function findEarlier(ctx: Ctx, { seen, names, descriptions, kind, again }: Looking) {
  const before = await findRemembered(ctx, { header: names, kind, again })
  const columns = seen.map(({ cells, date_order }, at) => {
    const name = names[at] ?? ''
    return { name, text: descriptions[at] || name, cells, date_order }
  })
  const series = before ? undefined : await findSeries(ctx, { columns, kind, targets: targetsOf('answer') })
  return { before, series }
}

/** What the page would offer to take over, for whoever sends a file without a mapping. */
export async function offeredFor(
  ctx: Ctx,
  looking: Looking,
  { targets, suggestions }: { targets: readonly Target[]; suggestions: readonly ColumnMapping[] },
): Promise<Remembered | undefined> {
  const { before, series } = await findEarlier(ctx, looking)
  const found = before
    ? await rememberedOf(ctx, before, { header: looking.names, targets })
    : series && withKnown(series, suggestions)
  return found?.mapping.length ? found : undefined
}

/** What no customer is in; also a pipeline's table of which no column says anything. */
function bookkeepingOf(seen: readonly SeenColumn[], guessed: readonly (string | null)[]): Bookkeeping | null {
  const found = bookkeepingIn(seen)
  if (found) return found
  const nobody = seen.some(({ name }) => isPlumbing(name)) && guessed.every(target => target === null)
  return nobody ? { what: 'unnamed', tool: null } : null
}

const problemOf = (why: Said | undefined) => ({
  problem: why?.text ?? null,
  problem_sentence: why ? sentenceOf(why) : null,
})

/** What is known of the export that has these columns; nothing where rows are said to be of another kind. */
export function suggestedFor(header: readonly string[], kind: ImportKind | undefined) {
  const found = recognise(header)
  const known = kind === undefined || found?.kind === kind ? found : undefined
  return {
    known,
    recognised: known ? { id: known.id, name: known.name } : null,
    settings: { ...(known ? { source: known.source } : {}), defaults: known?.defaults ?? {} },
  }
}

interface Asked {
  seen: readonly SeenColumn[]
  descriptions: readonly string[]
  import_ids: readonly string[]
}

/** What columns ask, in an export that says so. */
export const questionsIn = (
  kind: ImportKind,
  known: KnownExport | undefined,
  { seen, descriptions, import_ids }: Asked,
): Map<number, NonNullable<PreviewColumn['question']>> =>
  (kind === 'answer' &&
    known?.questions?.(
      seen.map(({ name, cells }, at) => ({
        name,
        cells,
        description: descriptions[at] ?? '',
        import_id: import_ids[at] ?? '',
      })),
    )) ||
  new Map()

function describe(
  column: Sniffed & { name: string; description: string },
  at: number,
  rows: Row[],
  {
    target,
    ...suggested
  }: Pick<PreviewColumn, 'suggestion' | 'new_field' | 'question' | 'in_name_only'> & {
    target: Target | undefined
  },
): PreviewColumn {
  const filled = rows.map(row => row.cells[at] ?? '').filter(cell => cell !== '')
  const { name, description, ...found } = column
  const { date_order, decimal } = found
  const format = { decimal, ...(date_order ? { date_order } : {}) }
  const read = target && cellReader(target.type, format, { time_zone: 'UTC' }, target)
  const unreadable = read ? filled.filter(cell => 'problem' in read(restored(cell).trim())).length : 0
  return {
    column: at,
    name: name || unnamedColumn(at),
    description: description.slice(0, 300),
    samples: [...new Set(filled)].slice(0, 4).map(cell => cell.slice(0, 80)),
    filled_percent: rows.length ? Math.round((filled.length / rows.length) * 100) : 0,
    ...found,
    ...suggested,
    unreadable_percent: filled.length ? Math.ceil((unreadable / filled.length) * 100) : 0,
  }
}

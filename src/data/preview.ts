import { restored } from '../core/csv.ts'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { cellReader } from './cells.ts'
import { detectDialect } from './dialect.ts'
import { forgotten } from './forget.ts'
import { pathOf } from './import-files.ts'
import type { Dialect, Encoding, ImportKind, PreviewColumn } from './import-formats.contract.ts'
import type { Preview } from './imports.contract.ts'
import { seeColumns, suggestKind, suggestMatch, suggestTargets } from './mapping.ts'
import { type Row, readRows, sampleText, UnreadableFile } from './rows.ts'
import type { Sniffed } from './sniff.ts'
import { loadTargets } from './target-catalogue.ts'
import type { Target } from './targets.ts'

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
}

export async function getFile(ctx: Ctx, file_id: string): Promise<FileRow> {
  const file = await ctx.db
    .selectFrom('import_file')
    .select(['id', 'name', 'sha256', 'size_bytes', 'encoding', 'lines', 'deleted_at'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', file_id)
    .executeTakeFirst()
  if (!file) throw fail('not_found', { detail: 'This file was not uploaded here.' })
  if (file.deleted_at) throw forgotten()
  return file
}

/** How the file is written: as a person says, where they say; the rest as it looks. */
export async function findDialect(
  path: string,
  found: Encoding,
  corrections: CorrectedDialect,
): Promise<Dialect> {
  const encoding = corrections.encoding ?? found
  const detected = detectDialect(await sampleText(path, encoding, sample_bytes), corrections)
  return { encoding, ...detected }
}
export type CorrectedDialect = { [Key in keyof Dialect]?: Dialect[Key] | undefined }

/** The beginning of a file: its header and the first rows below it. */
export async function readBeginning(path: string, dialect: Dialect, limit: number) {
  let header: string[] = []
  const rows: Row[] = []
  let problem: string | null = null
  try {
    for await (const batch of readRows(path, dialect, limit)) {
      for (const row of batch) {
        if (row.number === dialect.header_row) header = row.cells
        else if (row.number > (dialect.header_row ?? 0)) rows.push(row)
      }
      if (rows.length >= limit) break
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    problem = error.message
  }
  return { header, rows: rows.slice(0, limit), problem }
}

export async function previewFile(
  ctx: Ctx,
  {
    file,
    kind,
    dialect: corrections = {},
  }: { file: FileRow; kind?: ImportKind | undefined; dialect?: CorrectedDialect | undefined },
): Promise<Preview> {
  const path = pathOf(ctx.machine, ctx.workspace_id, file.sha256)
  const dialect = await findDialect(path, file.encoding as Encoding, corrections)
  const { header, rows, problem } = await readBeginning(path, dialect, looked_at_rows)
  const width = rows.reduce((widest, row) => Math.max(widest, row.cells.length), header.length)
  const seen = seeColumns(header, rows, width)
  const chosen = kind ?? suggestKind(seen)
  const targets = await loadTargets(ctx, chosen)
  const suggestions = suggestTargets(chosen, seen, targets)
  return {
    file: { id: file.id, name: file.name, size_bytes: file.size_bytes, sha256: file.sha256 },
    dialect,
    kind: chosen,
    columns: seen.map(({ cells: _cells, ...column }, at) => {
      const target = targets.find(({ key }) => key === suggestions[at])
      return describe(column, at, rows, { suggestion: suggestions[at] ?? null, target })
    }),
    rows: rows.slice(0, shown_rows),
    lines: file.lines,
    targets: targets.map(({ key, label, type, unique = false }) => ({
      key,
      label,
      type,
      custom: key.startsWith('custom.'),
      unique,
    })),
    match: suggestMatch(chosen, suggestions, targets),
    problem: problem ?? (rows.length ? null : 'There is no row of data in this file.'),
  }
}

function describe(
  column: Sniffed & { name: string },
  at: number,
  rows: Row[],
  { suggestion, target }: { suggestion: string | null; target: Target | undefined },
): PreviewColumn {
  const filled = rows.map(row => row.cells[at] ?? '').filter(cell => cell !== '')
  const { name, ...found } = column
  const { date_order, decimal } = found
  const format = { decimal, ...(date_order ? { date_order } : {}) }
  const read = target && cellReader(target.type, format, { time_zone: 'UTC' }, target)
  const unreadable = read ? filled.filter(cell => 'problem' in read(restored(cell).trim())).length : 0
  return {
    column: at,
    name: name || `Column ${at + 1}`,
    samples: [...new Set(filled)].slice(0, 4).map(cell => cell.slice(0, 80)),
    filled_percent: rows.length ? Math.round((filled.length / rows.length) * 100) : 0,
    ...found,
    suggestion,
    unreadable_percent: filled.length ? Math.ceil((unreadable / filled.length) * 100) : 0,
  }
}

import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Download } from '../../core/area.ts'
import { csvRow } from '../../core/csv.ts'
import type { Ctx, Principal } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import type { Language } from '../../core/languages.contract.ts'
import type { Machine } from '../../core/machine.ts'
import type { Said } from '../../core/text-sentence.ts'
import { saidIn } from '../../core/text-translated.ts'
import { getKind } from '../../records/index.ts'
import type { RowConflict } from '../import-chunk.ts'
import type { ImportKind } from '../import-formats.contract.ts'
import { mayImport, seesRowsOf } from '../import-rights.ts'
import { openImport } from '../import-with-file.ts'
import { getImport } from '../imports.ts'
import { says } from '../says.ts'
import type { Conflict } from './delta.contract.ts'

const page_rows = 1000

export async function saveConflicts(
  ctx: Ctx,
  { import_id, kind }: { import_id: string; kind: string },
  conflicts: readonly (RowConflict & { row_number: number })[],
): Promise<void> {
  if (!conflicts.length) return
  await sql`
    insert into import_conflict (workspace_id, import_id, row_number, kind, record_id, name, field, here, there, taken)
    select ${ctx.workspace_id}, ${import_id}, c.row_number, ${kind}, c.record_id, c.name, c.field, c.here, c.there, c.taken
    from jsonb_to_recordset(${JSON.stringify(conflicts)}::jsonb)
      as c (row_number bigint, record_id uuid, name text, field text, here text, there text, taken boolean)`.execute(
    ctx.db,
  )
}

interface Page {
  limit: number
  after?: string | undefined
}

/** Values of fields that the reader may not see are left out. */
export async function listConflicts(ctx: Ctx, id: string, { limit, after }: Page) {
  const one = await getImport(ctx, id)
  mayImport(ctx.principal, one.kind)
  if (!seesRowsOf(ctx.principal, one.created_by))
    throw fail('forbidden', {
      detail: says.rows_of_another(),
    })
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  if (one.kind !== 'person' && one.kind !== 'company') return { items: [], next: null }
  const { fields } = await getKind(ctx, one.kind)
  const visible = new Set(fields.map(field => field.key))
  const rows = await ctx.db
    .selectFrom('import_conflict')
    .select(['id', 'row_number', 'kind', 'record_id', 'name', 'field', 'here', 'there', 'taken'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('import_id', '=', id)
    .where('id', '>', Number(after ?? 0))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(({ row_number, taken, here, there, ...row }): Conflict => {
    const shown = row.field === null || visible.has(row.field)
    return {
      ...row,
      id: String(row.id),
      row: row_number,
      here: shown ? here : null,
      there: shown ? there : null,
      taken: taken ? 'there' : 'here',
    }
  })
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

const columns = [
  says.rejects_row(),
  says.conflicts_name(),
  says.conflicts_field(),
  says.conflicts_here(),
  says.conflicts_there(),
  says.conflicts_kept(),
]

interface Asked {
  id: string
  language: Language
}

export async function conflictsFile(machine: Machine, principal: Principal, asked: Asked): Promise<Download> {
  const { id, language } = asked
  // Before anything is sent: a refusal in the middle is a broken file.
  const one = await openImport(machine, principal, id)
  mayImport(principal, one.kind as ImportKind)
  const names = await machine.transaction({ principal, readOnly: true }, ctx =>
    namesOfFields(ctx, one.kind, language),
  )
  const name = one.name.replace(/(\.[a-z]{2,5})?(\.(gz|zip))?$/i, '')
  return {
    filename: saidIn(language, says.conflicts_file({ file: name })),
    stream: Readable.from(lines(machine, principal, { ...asked, names })),
  }
}

/** Programs know fields by their keys, readers of other languages by what they are called. */
async function namesOfFields(ctx: Ctx, kind: string, language: Language): Promise<Map<string, string>> {
  if (language === 'en' || (kind !== 'person' && kind !== 'company')) return new Map()
  const { fields } = await getKind(ctx, kind)
  return new Map(fields.map(({ key, label }) => [key, label[language] ?? label.en ?? key]))
}

async function* lines(
  machine: Machine,
  principal: Principal,
  { id, language, names }: Asked & { names: ReadonlyMap<string, string> },
) {
  const said = (one: Said) => saidIn(language, one)
  // Spreadsheets take a CSV for UTF-8 only when it begins with this mark.
  yield `\ufeff${csvRow(columns.map(said))}`
  let after: string | undefined
  for (;;) {
    const { items, next } = await machine.transaction({ principal, readOnly: true }, ctx =>
      listConflicts(ctx, id, { limit: page_rows, after }),
    )
    yield items
      .map(({ row, name, field, here, there, taken }) =>
        csvRow([
          String(row),
          name ?? '',
          field === null ? '' : (names.get(field) ?? field),
          here ?? '',
          there ?? '',
          said(taken === 'here' ? says.kept_here() : says.kept_there()),
        ]),
      )
      .join('')
    if (next === null) return
    after = next
  }
}

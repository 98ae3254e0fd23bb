import { Readable } from 'node:stream'
import type { Download } from '../core/area.ts'
import { csvRow } from '../core/csv.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Language } from '../core/languages.contract.ts'
import type { Machine } from '../core/machine.ts'
import type { Sentence } from '../core/text-sentence.ts'
import { saidIn, tellIn } from '../core/text-translated.ts'
import { forgotten } from './forget.ts'
import { seesRowsOf } from './import-rights.ts'
import { rejectColumns } from './mapping.ts'
import { says } from './says.ts'

const page_rows = 2000

/** The rejected rows as they stood, each with its number and the reason, in the shape they came in. */
export async function rejectsFile(
  machine: Machine,
  principal: Principal,
  { id: import_id, language }: { id: string; language: Language },
): Promise<Download> {
  const job = await machine.transaction({ principal, readOnly: true }, ctx =>
    ctx.db
      .selectFrom('import_job')
      .innerJoin('import_file', join =>
        join
          .onRef('import_file.workspace_id', '=', 'import_job.workspace_id')
          .onRef('import_file.id', '=', 'import_job.file_id'),
      )
      .select(['header', 'name', 'import_file.deleted_at', 'import_job.created_by'])
      .where('import_job.workspace_id', '=', ctx.workspace_id)
      .where('import_job.id', '=', import_id)
      .executeTakeFirst(),
  )
  if (!job) throw fail('not_found', { detail: says.no_such_import() })
  if (!seesRowsOf(principal, job.created_by))
    throw fail('forbidden', {
      detail: says.rows_of_another(),
    })
  const lines = rejectLines(machine, principal, { import_id, language, header: job.header as string[] })
  if (job.deleted_at) throw forgotten()
  const name = job.name.replace(/(\.[a-z]{2,5})?(\.(gz|zip))?$/i, '')
  return { filename: saidIn(language, says.rejects_file({ file: name })), stream: Readable.from(lines) }
}

interface Asked {
  import_id: string
  language: Language
  header: string[]
}

async function* rejectLines(machine: Machine, principal: Principal, { import_id, language, header }: Asked) {
  // Spreadsheets take a CSV for UTF-8 only when it begins with this mark.
  yield `\ufeff${csvRow([...header, ...rejectColumns(language)])}`
  let after = 0
  for (;;) {
    const rows = await machine.transaction({ principal, readOnly: true }, ctx =>
      ctx.db
        .selectFrom('import_reject')
        .select(['row_number', 'cells', 'reason', 'sentence'])
        .where('workspace_id', '=', ctx.workspace_id)
        .where('import_id', '=', import_id)
        .where('row_number', '>', after)
        .orderBy('row_number')
        .limit(page_rows)
        .execute(),
    )
    yield rows
      .map(({ sentence, ...row }) => ({
        ...row,
        reason: tellIn(language, sentence as Sentence | null, row.reason),
      }))
      .map(row => line(row, header.length))
      .join('')
    const last = rows.at(-1)
    if (!last || rows.length < page_rows) return
    after = last.row_number
  }
}

function line(row: { row_number: number; cells: unknown; reason: string }, width: number): string {
  const cells = row.cells as string[]
  const padded = Array.from({ length: width }, (_, at) => cells[at] ?? '')
  // cells beyond the header follow after the reason, so that nothing of the row is lost
  return csvRow([...padded, String(row.row_number), row.reason, ...cells.slice(width)])
}

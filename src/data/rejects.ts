import { Readable } from 'node:stream'
import type { Download } from '../core/area.ts'
import { csvRow } from '../core/csv.ts'
import type { Principal } from '../core/ctx.ts'
import type { Language } from '../core/languages.contract.ts'
import type { Machine } from '../core/machine.ts'
import type { Sentence } from '../core/text-sentence.ts'
import { saidIn, tellIn } from '../core/text-translated.ts'
import { openImport } from './import-with-file.ts'
import { rejectColumns } from './mapping.ts'
import { says } from './says.ts'

const page_rows = 2000

/** The rejected rows as they stood, each with its number and the reason, in the shape they came in. */
export async function rejectsFile(
  machine: Machine,
  principal: Principal,
  { id: import_id, language }: { id: string; language: Language },
): Promise<Download> {
  const job = await openImport(machine, principal, import_id)
  const lines = rejectLines(machine, principal, { import_id, language, header: job.header as string[] })
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

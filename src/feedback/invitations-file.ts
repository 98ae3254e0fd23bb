import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Download } from '../core/area.ts'
import { csvRow } from '../core/csv.ts'
import type { Ctx, Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Language } from '../core/languages.contract.ts'
import type { Machine } from '../core/machine.ts'
import { saidIn } from '../core/text-translated.ts'
import { linkTo } from './invitations.ts'
import { says } from './says.ts'
import { getSurveyRecord } from './surveys.ts'

const pageRows = 2_000
const columns = [
  says.links_name(),
  says.links_email(),
  says.links_language(),
  says.links_link(),
  says.links_until(),
]

interface LinkRow {
  id: string
  expires_at: Date
  name: string | null
  email: string | null
  language: string | null
}

async function rowsAfter(
  ctx: Ctx,
  survey: { id: string; anonymity: string },
  after: string,
): Promise<LinkRow[]> {
  // What is missing must not tell who has answered a confidential survey.
  const open = survey.anonymity === 'identified' ? sql`and i.completed_at is null` : sql``
  const { rows } = await sql<LinkRow>`
    select i.id, i.expires_at, p.name, p.email, p.language
    from invitation i
    join person a on a.workspace_id = i.workspace_id and a.id = i.person_id
    join person p on p.workspace_id = a.workspace_id and p.id = a.root_id and p.deleted_at is null
    where i.workspace_id = ${ctx.workspace_id} and i.survey_id = ${survey.id} and i.id > ${after}::uuid
      and i.expires_at > ${ctx.now} and p.do_not_contact is not true ${open}
    order by i.id limit ${pageRows}`.execute(ctx.db)
  return rows
}

export async function invitationsFile(
  machine: Machine,
  principal: Principal,
  { id, language }: { id: string; language: Language },
): Promise<Download> {
  if (principal.hidden_classes.includes('personal'))
    throw fail('forbidden', { detail: says.file_holds_names() })
  const survey = await machine.transaction({ principal, readOnly: true }, ctx => getSurveyRecord(ctx, id))
  const { read } = principal.kinds['person'] ?? principal.kinds['*'] ?? { read: 'none' }
  if (read !== 'all') throw fail('forbidden', { detail: says.file_holds_all() })
  const header = csvRow(columns.map(said => saidIn(language, said)))
  return {
    filename: saidIn(language, says.links_file({ survey: survey.name })),
    stream: Readable.from(lines(machine, principal, survey, header)),
  }
}

async function* lines(
  machine: Machine,
  principal: Principal,
  survey: { id: string; anonymity: string },
  header: string,
) {
  // Spreadsheets take a CSV for UTF-8 only when it begins with this mark.
  yield `\ufeff${header}`
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await machine.transaction({ principal, readOnly: true }, async ctx => {
      const rows = await rowsAfter(ctx, survey, after)
      const text = rows
        .map(row =>
          csvRow([
            row.name ?? '',
            row.email ?? '',
            row.language ?? '',
            linkTo(ctx, row.id, row.expires_at),
            row.expires_at.toISOString().slice(0, 10),
          ]),
        )
        .join('')
      return { text, last: rows.at(-1)?.id, full: rows.length === pageRows }
    })
    yield page.text
    if (!page.full || page.last === undefined) return
    after = page.last
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApp } from '../testing/app.ts'
import { type Importing, startImporting } from '../testing/imports.ts'
import type { TestWorkspace } from '../testing/workspace.ts'

const shared = join(import.meta.dirname, '../../../shared/data')
const filesIn = (folder: string) =>
  existsSync(join(shared, folder)) ? readdirSync(join(shared, folder)) : []
const bytesOf = (folder: string, name: string) => readFileSync(join(shared, folder, name))
const plainText = (bytes: Buffer) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()
const times = (text: string, what: RegExp) => text.match(what)?.length ?? 0
/** What is in a table, counted apart from how the import reads it. */
const rowsIn = (bytes: Buffer, header_rows: number) =>
  parse(bytes, { bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true }).length -
  header_rows

describe.runIf(existsSync(shared))('real files of other tools (needs ../shared/data)', () => {
  let app: TestApp
  let home: TestWorkspace
  let files: Importing
  beforeAll(async () => {
    ;({ app, home, files } = await startImporting())
  })
  afterAll(() => app.close())

  type Asked = Parameters<Importing['run']>[0]
  /** Brings a file in and holds that every row of it is told. */
  async function bring(folder: string, name: string, asked: Partial<Asked> = {}) {
    const preview = await files.upload(name, bytesOf(folder, name))
    const done = await files.run({ file_id: preview.file.id, kind: preview.kind, ...asked })
    const { rows, created, updated, unchanged, rejected } = done.counts
    expect(done.status).toBe('done')
    expect(created + updated + unchanged + rejected).toBe(rows)
    expect(done.rejects.every(({ reason }) => reason.length > 10)).toBe(true)
    return { preview, counts: done.counts, rejects: done.rejects, file_id: preview.file.id }
  }

  // rows of data, or why there are none
  const horror: Record<string, number | RegExp> = {
    'complex.csv': 3,
    'example.tsv': 140,
    'excel_pasting.csv': 16,
    'libreoffice.xlsx': /no row of data/,
    'long.csv': 4000,
    'null.csv': 10,
    'simple.csv': 6,
    'simple.ods': 3,
    'simple.psv': 28,
    'simple.ssv': 6,
    'simple.unknown': /The file is empty/,
    'simple.xls': 6,
    'simple.xlsx': 6,
    'simple.zip': 6,
    'small.csv': /no row of data/,
    'spanish_chars.csv': 115,
    'unicode_sheet_name.xls': /no row of data/,
    'utf8bom.csv': /no row of data/,
  }
  test.each(filesIn('csv_horror'))(
    'csv_horror/%s is read to its last row, or refused in words',
    async name => {
      const expected = horror[name]
      const reply = await files.ask(name, bytesOf('csv_horror', name))
      const answer = reply.json<{ detail?: string; problem?: string }>()
      if (expected instanceof RegExp) {
        expect(answer.detail ?? answer.problem).toMatch(expected)
        return
      }
      expect(answer.problem).toBeNull()
      const column = { column: 0, target: 'name' }
      const { counts } = await bring('csv_horror', name, {
        kind: 'person',
        mapping: [column],
        match: [],
      })
      expect(counts.rows).toBe(expected)
    },
  )

  const known: Record<string, string> = {
    'hubspot/company_data.csv': 'hubspot.companies',
    'hubspot/company_data_databricks.csv': 'hubspot.companies',
    'hubspot/company_data_postgres.csv': 'hubspot.companies',
    'hubspot/company_data_snowflake.csv': 'hubspot.companies',
    'hubspot/contact_data.csv': 'hubspot.contacts',
    'hubspot/contact_form_submission_data.csv': 'hubspot.form_submissions',
    'hubspot/contact_list_member_data.csv': 'hubspot.list_members',
    'hubspot/email_event_data.csv': 'hubspot.email_events',
    'zendesk/organization_data.csv': 'zendesk.organizations',
    'zendesk/ticket_comment_data.csv': 'zendesk.comments',
    'zendesk/ticket_data.csv': 'zendesk.tickets',
    'zendesk/user_data.csv': 'zendesk.users',
    'zendesk/user_data_snowflake.csv': 'zendesk.users',
  }
  const tables = ['hubspot', 'zendesk'].flatMap(tool =>
    filesIn(`saas_exports/${tool}`).map(name => `${tool}/${name}`),
  )
  test('saas_exports: the tables of people, companies and interactions are told from the 76 others, and these say what they are', async () => {
    const found: Record<string, string> = {}
    const others: Record<string, string> = {}
    for (const name of tables) {
      const preview = await files.upload(name, bytesOf('saas_exports', name))
      if (preview.recognised) found[name] = preview.recognised.id
      else others[name] = preview.bookkeeping?.what ?? 'customers'
      if (!preview.recognised)
        expect([name, preview.columns.flatMap(one => one.suggestion ?? [])]).toEqual([name, []])
    }
    expect(found).toEqual(known)
    const told = (what: string) =>
      Object.keys(others)
        .filter(name => others[name] === what)
        .map(name => name.replace('_data.csv', ''))
    expect(told('customers')).toEqual([])
    expect(told('staff')).toEqual(['hubspot/owner', 'hubspot/users'])
    expect(told('teams')).toEqual([
      'hubspot/owner_team',
      'hubspot/role',
      'hubspot/team_user',
      'zendesk/group',
    ])
    expect(told('merges')).toEqual(['hubspot/contact_merge_audit', 'hubspot/merged_deal'])
    expect(told('deals')).toEqual(['hubspot/deal'])
  })

  test('users of another tool are imported all the same by whoever asks for people', async () => {
    const csv =
      'id,primary_team_id,role_id,email,first_name,last_name\n1,2,3,jean@staff.example,Jean,Picard\n'
    const { file, bookkeeping, columns } = await files.upload('users.csv', csv)
    expect(bookkeeping).toEqual({ what: 'staff', tool: 'HubSpot' })
    expect(columns.flatMap(one => one.suggestion ?? [])).toEqual([])
    expect((await files.run({ file_id: file.id, kind: 'person' })).counts).toMatchObject({ created: 1 })
  })

  test.each(Object.keys(known).filter(name => tables.includes(name)))(
    'saas_exports/%s: every row is told, and none is made twice',
    async name => {
      // names and addresses are hashes in these copies
      const settings = { bad_cells: 'skip' } as const
      const { counts, file_id, preview } = await bring('saas_exports', name, { settings })
      expect(counts.rows).toBe(rowsIn(bytesOf('saas_exports', name), 1))
      const again = await files.run({ file_id, kind: preview.kind, settings })
      expect(again.counts).toMatchObject({ rows: counts.rows, created: 0, rejected: counts.rejected })
    },
  )

  test('saas_exports: what is deleted there is told and not imported', async () => {
    const text = bytesOf('saas_exports', 'hubspot/contact_list_member_data.csv').toString()
    const { counts, rejects } = await bring('saas_exports', 'hubspot/contact_list_member_data.csv')
    expect(counts.rejected).toBe(times(text, /,true,/g))
    expect(rejects[0]?.reason).toBe('It is deleted in the other system, so it is not imported.')
  })

  test.each(filesIn('qualtrics_export'))('qualtrics_export/%s: only answers are rows', async name => {
    const { preview, counts } = await bring('qualtrics_export', name)
    expect(preview.recognised?.id).toBe('qualtrics.responses')
    expect(counts.rows).toBe(1)
    expect(preview.columns.map(column => column.name)).toEqual(
      expect.arrayContaining(name === 'sample.csv' ? ['Q1', 'Q2'] : ['This is a free text question.']),
    )
  })

  test.each(filesIn('vcard_ezvcard'))('vcard_ezvcard/%s: one person a card', async name => {
    const text = bytesOf('vcard_ezvcard', name).toString()
    if (name.endsWith('.json')) {
      expect((await files.ask(name, text)).json<{ detail: string }>().detail).toMatch(
        /Send one JSON object a line/,
      )
      return
    }
    const { counts, file_id } = await bring('vcard_ezvcard', name)
    expect(counts).toMatchObject({ rows: times(text, /^END:VCARD/gim), rejected: 0 })
    const again = await files.run({ file_id, kind: 'person' })
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: counts.rows })
  })

  const logs: [folder: string, name: string, cases: number][] = [
    ['pm4py_logs', 'running-example.xes', 6],
    ['pm4py_logs', 'running-example.csv', 6],
    ['pm4py_logs', '08_receipt.xes.gz', 1434],
    ['helpdesk_log', 'helpdesk.xes.gz', 4580],
  ]
  test.each(logs.filter(([folder, name]) => filesIn(folder).includes(name)))(
    '%s/%s: every event is an interaction of its case',
    async (folder, name, cases) => {
      const source = name.replace(/\W/g, '_')
      const { preview, counts } = await bring(folder, name, { settings: { source } })
      const bytes = bytesOf(folder, name)
      const events = name.endsWith('.csv') ? rowsIn(bytes, 1) : times(plainText(bytes), /<event[\s>]/g)
      expect(preview.recognised?.id).toBe('process_log')
      expect(counts).toEqual({ rows: events, created: events, updated: 0, unchanged: 0, rejected: 0 })
      const { rows } = await app.machine.system(db =>
        sql<{ cases: number }>`
          select greatest(count(distinct ref_id), count(distinct identifier_id))::int as cases
          from interaction where workspace_id = ${home.id} and source = ${source}`.execute(db),
      )
      expect(rows[0]?.cases).toBe(cases)
    },
    60_000,
  )
})

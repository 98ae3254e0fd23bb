import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { companies } from '../customers/customers.contract.ts'
import type { TestApp } from '../testing/app.ts'
import { type Importing, startImporting } from '../testing/imports.ts'
import type { TestWorkspace } from '../testing/workspace.ts'
import type { Preview } from './imports.contract.ts'

const shared = join(import.meta.dirname, '../../../shared/data')
const full = process.env.RAPPORT_FULL_IMPORT === '1'

describe.runIf(existsSync(shared))('real files (needs ../shared/data)', () => {
  let app: TestApp
  let home: TestWorkspace
  let files: Importing
  beforeAll(async () => {
    ;({ app, home, files } = await startImporting())
  })
  afterAll(() => app.close())

  /** What is in a file, counted apart from how the import reads it. */
  const rowsIn = (content: Buffer, { delimiter, quote, escape, header_row }: Preview['dialect']) =>
    parse(content, {
      delimiter,
      quote,
      escape,
      bom: true,
      trim: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
    }).length - (header_row ? 1 : 0)

  const total = (counts: Record<string, number>) =>
    (counts.created ?? 0) + (counts.updated ?? 0) + (counts.unchanged ?? 0) + (counts.rejected ?? 0)

  test('airbnb_sessions: visits by the ids of visitors, whose flags are no words', async () => {
    const content = readFileSync(join(shared, 'airbnb_sessions/airbnb-session-data.txt'))
    const { file, kind, columns, dialect } = await files.upload('sessions.txt', content)
    expect([kind, dialect.delimiter]).toEqual(['interaction', '|'])
    expect(Object.fromEntries(columns.map(one => [one.name, one.suggestion]))).toMatchObject({
      id_visitor: 'anonymous_id',
      ds: 'occurred_at',
      sent_message: 'properties.sent_message',
    })
    const { counts } = await files.run({ file_id: file.id, kind, dry_run: true })
    expect([counts.rows, total(counts)]).toEqual([rowsIn(content, dialect), rowsIn(content, dialect)])
    expect(counts.rejected).toBe(0)
  })

  test('maven_crm: 85 companies, and none more the second time', async () => {
    const { file, kind } = await files.upload(
      'accounts.csv',
      readFileSync(join(shared, 'maven_crm/accounts.csv')),
    )
    expect(kind).toBe('company')
    const first = await files.run({ file_id: file.id, kind })
    expect(first.counts).toEqual({ rows: 85, created: 85, updated: 0, unchanged: 0, rejected: 0 })
    const again = await files.run({ file_id: file.id, kind })
    expect(again.counts).toEqual({ rows: 85, created: 0, updated: 0, unchanged: 85, rejected: 0 })
    const acme = (await app.call(companies.list, { key: home.keys.admin, query: { search: 'Acme' } }))
      .items[0]
    expect(acme).toMatchObject({
      name: 'Acme Corporation',
      industry: 'technolgy',
      employees: 2822,
      revenue_minor: 110_004,
      country: 'US',
    })
  })

  const contacts = join(shared, 'contacts_import')
  test.each(existsSync(contacts) ? readdirSync(contacts) : [])(
    'contacts_import/%s is imported, each row made or refused with a reason',
    async name => {
      const content = readFileSync(join(contacts, name))
      const preview = await files.upload(name, content)
      expect(preview.problem).toBeNull()
      const done = await files.run({
        file_id: preview.file.id,
        kind: preview.kind,
        settings: { source: name, bad_cells: 'reject' },
      })
      expect(done.status).toBe('done')
      expect(done.counts.rows).toBe(rowsIn(content, preview.dialect))
      expect(total(done.counts)).toBe(done.counts.rows)
      expect(done.rejects.every(reject => reject.reason.length > 5)).toBe(true)
      const again = await files.run({
        file_id: preview.file.id,
        kind: preview.kind,
        settings: { source: name },
      })
      expect(again.counts).toMatchObject({
        created: 0,
        rows: done.counts.rows,
        rejected: done.counts.rejected,
      })
    },
  )

  const retail = join(shared, 'online_retail', full ? 'online_retail_all.csv.gz' : 'sample_2011-12-05.csv')
  test.runIf(existsSync(retail))(
    'online_retail: order lines become purchases and refunds of their customers, to the penny',
    async () => {
      const content = readFileSync(retail)
      const preview = await files.upload('online_retail.csv', content)
      expect(preview.kind).toBe('interaction')
      const settings = {
        currency: 'GBP',
        time_zone: 'Europe/London',
        source: 'retail',
        refunds: { reference_prefix: 'C' },
      }
      const done = await files.run({ file_id: preview.file.id, kind: 'interaction', settings }, 1_200_000)
      const expected = full
        ? { rows: 541_909, created: 406_829, updated: 0, unchanged: 0, rejected: 135_080 }
        : {
            rows: rowsIn(content, preview.dialect),
            created: done.counts.rows - done.counts.rejected,
            updated: 0,
            unchanged: 0,
            rejected: done.counts.rejected,
          }
      expect(done.counts).toEqual(expected)
      expect(done.rejects[0]?.reason).toBe('It does not say who the customer is.')
      const { rows } = await app.machine.system(db =>
        sql<{ kind: string; lines: number; pence: number; customers: number }>`
          select kind, count(*)::int as lines, sum(amount_minor)::bigint as pence, count(distinct identifier_id)::int as customers
          from interaction where workspace_id = ${home.id} and source = 'retail' group by kind order by kind`.execute(
          db,
        ),
      )
      expect(rows.map(row => row.kind)).toEqual(['purchase', 'refund'])
      expect(rows.reduce((sum, row) => sum + row.lines, 0)).toBe(done.counts.created)
      if (full) {
        expect(rows).toMatchObject([{ lines: 397_924, customers: 4339 }, { lines: 8905 }])
        const people = await app.machine.system(db =>
          sql<{
            n: number
          }>`select count(*)::int as n from person where workspace_id = ${home.id} and external_id ~ '^[0-9]+$'`.execute(
            db,
          ),
        )
        expect(people.rows[0]?.n).toBe(4372)
      }
    },
    1_300_000,
  )
})

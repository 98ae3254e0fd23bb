import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { people } from '../../customers/customers.contract.ts'
import { getSurvey, listSurveys } from '../../feedback/surveys.contract.ts'
import { startTestApp, type TestApp } from '../../testing/app.ts'
import { type Importing, importing } from '../../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../../testing/workspace.ts'
import { previewImport } from '../imports.contract.ts'
import { bookkeepingIn } from './bookkeeping.ts'
import { recognise } from './recognise.ts'

// Headers as the tools' own pages document them, and as pipelines copy their tables.
const headers: [string, string][] = [
  [
    'hubspot.contacts',
    'Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Last Activity Date,Lead Status,Create Date,Associated Company,Associated Company IDs',
  ],
  [
    'hubspot.contacts',
    'id,properties_email,properties_firstname,properties_associatedcompanyid,_airbyte_raw_id',
  ],
  ['hubspot.contacts', 'property_email__value,property_firstname__value,vid,_sdc_batched_at'],
  ['hubspot.companies', 'Record ID,Company name,Company owner,Create Date,Company Domain Name,Industry'],
  ['hubspot.companies', 'id,property_name,property_domain,property_numberofemployees,is_deleted'],
  [
    'zendesk.tickets',
    'Id,Requester,Requester id,Requester email,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Organization',
  ],
  ['zendesk.users', 'name,email,external_id,details,notes,phone,role,restriction,organization,tags,brand'],
  [
    'google.contacts',
    'First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - City',
  ],
  [
    'google.contacts',
    'Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title',
  ],
  [
    'outlook.contacts',
    'Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,Business State,Business Postal Code,Business Country/Region,Home Phone,Business Phone,Mobile Phone,E-mail Address,E-mail Type,E-mail Display Name',
  ],
  [
    'outlook.contacts',
    'First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Business Phone,Mobile Phone,Company,Job Title',
  ],
  ['listmonk.subscribers', 'uuid,email,name,attributes,status,created_at,updated_at'],
  ['mautic.contacts', 'id,date_identified,title,firstname,lastname,email,points,stage,last_active'],
  [
    'segment.events',
    'id,received_at,original_timestamp,sent_at,user_id,anonymous_id,event,event_text,context_ip',
  ],
  ['hubspot.contact_companies', 'contact_id,company_id,type_id,_fivetran_synced,category'],
  ['process_log', 'Case ID,Activity,Complete Timestamp,Resource'],
]

describe('known exports', () => {
  test.each(headers)('%s is recognised by the columns %s', (id, line) => {
    expect(recognise(line.split(','))?.id).toBe(id)
  })

  test.each([
    ['deals', 'Record ID,Deal Name,Deal Stage,Pipeline,Amount'],
    [undefined, 'Record ID,Deal Name,Deal Stage,Amount,Associated Company'],
    [undefined, 'id,email,first_name,last_name,role_id'],
    [undefined, 'name,value,timestamp,email'],
    [undefined, 'customer_id,name'],
    ['links', 'contact_id,list_id'],
    ['staff', 'id,email,first_name,last_name,role_id,primary_team_id'],
  ])('%s: what %s holds', (what, line) => {
    expect(bookkeepingIn(line.split(',').map(name => ({ name, cells: [] })))?.what).toBe(what)
  })

  test.each([
    'first_name,last_name,email,phone,company',
    'Kundennummer;Vorname;Nachname;E-Mail'.replaceAll(';', ','),
    'id,name,email',
    'points,email,firstname',
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
    'date,amount,note',
  ])('%s is nobody’s in particular', line => {
    expect(recognise(line.split(','))).toBeUndefined()
  })
})

describe('imports of known exports', () => {
  let app: TestApp
  let home: TestWorkspace
  let files: Importing
  beforeAll(async () => {
    app = await startTestApp()
    home = await makeWorkspace(app)
    files = importing(app, home.keys.admin)
    await app.work()
  })
  afterAll(() => app.close())

  async function bring(name: string, lines: string[]) {
    const preview = await files.upload(name, lines.join('\n'))
    const done = await files.run({ file_id: preview.file.id, kind: preview.kind })
    return { preview, counts: done.counts, reasons: done.rejects.map(one => one.reason) }
  }
  const find = async (search: string) =>
    (await app.call(people.list, { key: home.keys.admin, query: { search } })).items[0]
  const companyOf = async (search: string) => {
    const { rows } = await app.machine.system(db =>
      sql<{ name: string; domain: string | null }>`
        select c.name, c.domain from person p join company c on c.workspace_id = p.workspace_id and c.id = p.company_id
        where p.workspace_id = ${home.id} and p.email = ${search}`.execute(db),
    )
    return rows[0]
  }

  const contacts = [
    'Record ID,First Name,Last Name,Email,Contact owner,Lead Status,Associated Company,Associated Company IDs',
    '11,Ann,Archer,ann@acme.example,,NEW,Acme Inc;Other,901;902',
    '12,Bob,Baker,bob@byte.example,,,,903',
    '13,Eve,,eve@none.example,,,,',
  ]
  const companies = [
    'Record ID,Company name,Company owner,Company Domain Name,Industry',
    '901,Acme,,acme.example,Tools',
    '903,Byte,,byte.example,Software',
    '904,Acme,,other.example,Tools',
  ]

  test('HubSpot contacts before their companies: people join the companies by id, which get their names later', async () => {
    const { preview, counts } = await bring('contacts.csv', contacts)
    expect(preview.recognised).toEqual({ id: 'hubspot.contacts', name: 'HubSpot contacts' })
    expect(preview.settings.source).toBe('hubspot')
    expect(counts).toMatchObject({ rows: 3, created: 3, rejected: 0 })
    expect(await companyOf('ann@acme.example')).toEqual({ name: 'Acme Inc', domain: null })
    expect(await companyOf('bob@byte.example')).toEqual({ name: '903', domain: null })
    expect((await bring('companies.csv', companies)).counts).toMatchObject({ rows: 3, rejected: 0 })
    expect(await companyOf('bob@byte.example')).toEqual({ name: 'Byte', domain: 'byte.example' })
    expect((await bring('contacts.csv', contacts)).counts).toMatchObject({ unchanged: 3 })
    const links = [
      'contact_id,company_id,type_id,_fivetran_synced',
      '11,901,1,x',
      '11,903,279,x',
      '13,904,1,x',
    ]
    const tied = await bring('contact_company.csv', links)
    expect(tied.preview).toMatchObject({
      kind: 'relation',
      bookkeeping: null,
      settings: { source: 'hubspot' },
    })
    // Ann's main employer is known by her own row; Eve had none.
    expect(tied.counts).toMatchObject({ rows: 3, created: 2, unchanged: 1, rejected: 0 })
    expect(await companyOf('eve@none.example')).toEqual({ name: 'Acme', domain: 'other.example' })
    expect((await bring('contact_company.csv', links)).counts).toMatchObject({ rows: 3, unchanged: 3 })
  })

  test('a column called e-mail that holds hashes is kept as text, and the contacts come in by their ids', async () => {
    const header = '_fivetran_synced,property_email,id,property_firstname,property_lastname'
    const rows = ['fcb67ef3', '6528bb72', '3abfda16'].map((hash, at) => `x,${hash},7${at},Ha${at},Sh`)
    const { preview, counts } = await bring('hashed.csv', [header, ...rows])
    expect(preview.recognised?.id).toBe('hubspot.contacts')
    expect(preview.columns[1]).toMatchObject({
      suggestion: 'custom.property_email',
      new_field: { label: 'property_email', type: 'text' },
      in_name_only: true,
      unreadable_percent: 0,
    })
    expect([preview.match, counts]).toEqual([
      ['external_id'],
      { rows: 3, created: 3, updated: 0, unchanged: 0, rejected: 0 },
    ])
    expect((await bring('hashed.csv', [header, ...rows])).counts).toMatchObject({ rows: 3, unchanged: 3 })
    // One address among them, and the others are mistakes.
    const address = 'x,ha0@sh.example,70,Ha0,Sh'
    const mixed = await bring(
      'mixed.csv',
      [`${header},city`, ...rows.slice(1), address].map((row, at) => (at ? `${row},` : row)),
    )
    expect(mixed.preview.columns[1]).toMatchObject({ suggestion: 'email', in_name_only: false })
    expect(mixed.counts).toMatchObject({ rows: 3, updated: 1, rejected: 2 })
  })

  test('Zendesk organizations before their users: the users are theirs; deleted users are told and left out', async () => {
    await bring('organizations.csv', [
      'id,_fivetran_synced,name,shared_comments,shared_tickets,external_id',
      '370,2026-01-01 10:00:00,Cobalt,false,false,',
      '371,2026-01-01 10:00:00,Cobalt,false,false,',
    ])
    const { counts, reasons } = await bring('users.csv', [
      'id,_fivetran_synced,active,email,locale_id,name,organization_id,role,time_zone',
      '1,2026-01-01 10:00:00,TRUE,una@cobalt.example,1,Una User,370,end-user,Pacific Time (US & Canada)',
      '2,2026-01-01 10:00:00,FALSE,old@cobalt.example,1,Old User,370,end-user,',
    ])
    expect(counts).toMatchObject({ created: 1, rejected: 1 })
    expect(reasons).toEqual(['It is no longer active in the other system, so it is not imported.'])
    expect(await companyOf('una@cobalt.example')).toMatchObject({ name: 'Cobalt' })
    const { preview } = await bring('tickets.csv', [
      'id,requester_id,submitter_id,subject,status,created_at,description,via_channel,type',
      '501,1,1,No light,open,2026-01-02 10:00:00,It is dark,email,incident',
      '502,1,1,Gone,deleted,2026-01-03 10:00:00,,web,',
    ])
    expect(preview.kind).toBe('interaction')
    const { rows } = await app.machine.system(db =>
      sql`select kind, name, channel, properties from interaction where workspace_id = ${home.id} and source = 'zendesk'`.execute(
        db,
      ),
    )
    expect(rows).toEqual([
      {
        kind: 'ticket',
        name: 'No light',
        channel: 'email',
        properties: { submitter_id: '1', ticket_type: 'incident' },
      },
    ])
  })

  test('an object in a cell becomes columns; who is blocklisted must not be contacted', async () => {
    const { preview, counts } = await bring('subscribers.csv', [
      'uuid,email,name,attributes,status',
      '5b0e8c1c-6f0e-4a51-8f2e-000000000001,li@list.example,Li,"{""city"": ""Pune"", ""id"": ""x""}",enabled',
      '5b0e8c1c-6f0e-4a51-8f2e-000000000002,mo@list.example,Mo,"{""city"": ""Goa"", ""id"": ""x""}",blocklisted',
    ])
    expect(preview.columns.map(({ name, suggestion }) => [name, suggestion])).toEqual([
      ['uuid', 'external_id'],
      ['email', 'email'],
      ['name', 'name'],
      ['attributes', null],
      ['status', 'do_not_contact'],
      ['attributes.city', 'city'],
      ['attributes.id', null],
    ])
    expect(counts).toMatchObject({ created: 2 })
    expect(await find('Mo')).toMatchObject({ city: 'Goa', do_not_contact: true })
    expect(await find('Li')).toMatchObject({ city: 'Pune' })
  })

  test('a log of Segment events becomes the interactions of its users, once', async () => {
    const log = [
      {
        type: 'track',
        messageId: 'm1',
        userId: 'u1',
        event: 'Order Completed',
        timestamp: '2026-01-02T10:00:00Z',
        properties: { revenue: 12.5, currency: 'EUR', sku: 'A' },
      },
      {
        type: 'page',
        messageId: 'm2',
        anonymousId: 'a1',
        name: 'Home',
        timestamp: '2026-01-02T11:00:00Z',
        context: { page: { url: 'https://x.example/' } },
      },
    ].map(one => JSON.stringify(one))
    const { preview, counts } = await bring('events.jsonl', log)
    expect({ id: preview.recognised?.id, format: preview.format }).toEqual({
      id: 'segment.events',
      format: 'json_lines',
    })
    expect(counts).toMatchObject({ created: 2 })
    expect((await bring('events.jsonl', log)).counts).toMatchObject({ unchanged: 2 })
    const { rows } = await app.machine.system(db =>
      sql`select kind, name, amount_minor::int, properties from interaction where workspace_id = ${home.id} and source = 'segment' order by occurred_at`.execute(
        db,
      ),
    )
    expect(rows).toEqual([
      { kind: 'event', name: 'Order Completed', amount_minor: 1250, properties: { sku: 'A' } },
      {
        kind: 'page_view',
        name: null,
        amount_minor: null,
        properties: { page_url: 'https://x.example/', page_name: 'Home' },
      },
    ])
  })

  test('the three header rows of a Qualtrics export are none of its answers, and can be corrected', async () => {
    const lines = [
      'StartDate,RecordedDate,ResponseId,RecipientEmail,DistributionChannel,Q1,Q2,Q3,Q1_NPS_GROUP',
      'Start Date,Recorded Date,Response ID,Recipient Email,Distribution Channel,How likely are you to recommend us?,How often do you come?,Why?,How likely are you to recommend us? - Group',
      [
        'startDate',
        'recordedDate',
        '_recordId',
        'recipientEmail',
        'distributionChannel',
        'QID1',
        'QID2',
        'QID3_TEXT',
        'QID1_NPS_GROUP',
      ]
        .map(id => `"{""ImportId"":""${id}""}"`)
        .join(','),
      '2026-01-02 10:00:00,2026-01-02 10:05:00,R_1,kim@answer.example,email,9,Monthly,Very good,Promoter',
      '2026-01-02 11:00:00,2026-01-02 11:05:00,R_2,,anonymous,3,Never,,Detractor',
      '2026-01-02 12:00:00,2026-01-02 12:05:00,R_3,,anonymous,10,Monthly,Kept me waiting,Promoter',
    ]
    const preview = await files.upload('answers.csv', lines.join('\n'))
    expect(preview).toMatchObject({
      dialect: { header_row: 1, header_rows: 3 },
      kind: 'answer',
      recognised: { id: 'qualtrics.responses' },
    })
    expect(
      preview.columns.slice(2).map(({ suggestion, question }) => [suggestion, question?.measure]),
    ).toEqual([
      ['message_id', undefined],
      ['email', undefined],
      [null, undefined],
      ['answers.5', 'nps'],
      ['answers.6', 'choice'],
      ['answers.7', 'comment'],
      [null, undefined],
    ])
    // Nothing is asked: the survey comes with its questions, and a later file with a choice that nobody had made before.
    const body = { kind: 'answer', settings: { survey: { name: 'From Qualtrics' } } } as const
    const done = await files.run({ ...body, file_id: preview.file.id })
    expect(done.counts).toMatchObject({ rows: 3, created: 3 })
    const later = await files.upload(
      'later.csv',
      [...lines.slice(0, 3), lines[3]?.replace('R_1', 'R_4').replace('Monthly', 'Daily')].join('\n'),
    )
    expect((await files.run({ ...body, file_id: later.file.id })).counts).toMatchObject({
      rows: 1,
      created: 1,
    })
    const { items } = await app.call(listSurveys, { key: home.keys.admin, query: {} })
    const survey = await app.call(getSurvey, { key: home.keys.admin, params: { id: items[0]?.id ?? '' } })
    expect(survey).toMatchObject({ name: 'From Qualtrics', responses: 4 })
    expect(survey.questions.map(({ measure, label }) => [measure, label.en])).toEqual([
      ['nps', 'How likely are you to recommend us?'],
      ['choice', 'How often do you come?'],
      ['comment', 'Why?'],
    ])
    expect(survey.questions[1]?.options.map(option => option.label.en)).toEqual(['Monthly', 'Never', 'Daily'])
    const dialect = { header_row: 2, header_rows: 2 }
    const corrected = await app.call(previewImport, {
      key: home.keys.admin,
      body: { file_id: preview.file.id, dialect },
    })
    expect(corrected.columns.at(5)?.name).toBe('How likely are you to recommend us?')
    expect(corrected.rows.map(row => row.number)).toEqual([4, 5, 6])
  })

  test('tables that only have ids are not taken for people', async () => {
    const preview = await files.upload(
      'bounce.csv',
      'id,_fivetran_synced,category\nb7,2026-01-01 10:00:00,HARD\n',
    )
    expect(preview.columns.map(column => column.suggestion)).toEqual([null, null, null])
    const bare = await files.upload('things.csv', 'id,category\n1,HARD\n2,SOFT\n')
    expect(bare.columns.map(column => column.suggestion)).toEqual([null, null])
  })
})

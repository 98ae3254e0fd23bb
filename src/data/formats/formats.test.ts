import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CFB, utils, type WorkBook, write } from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, test } from 'vitest'
import { understandFile } from './understand-file.ts'
import { inspectZip } from './zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapport-formats-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const stored = (content: string | Uint8Array): string => {
  const path = join(folder, String(count++))
  writeFileSync(path, content)
  return path
}
const understand = (content: string | Uint8Array, limit_bytes = 1_000_000_000) =>
  understandFile(stored(content), { sha256: 'as sent', size_bytes: content.length }, limit_bytes)

/** The tables of a file as rows of cells, by the names of the sheets. */
async function tables(content: string | Uint8Array): Promise<Record<string, string[][]>> {
  const { path, tables: found } = await understand(content)
  const bytes = readFileSync(path)
  return Object.fromEntries(
    (found ?? []).map(({ name, start, end }) => [
      name,
      parse(bytes.subarray(start, end), { relax_column_count: true }),
    ]),
  )
}

const archive = (files: Record<string, string | Uint8Array>): Buffer => {
  const zip = CFB.utils.cfb_new()
  CFB.utils.cfb_del(zip, '/\u0001Sh33tJ5')
  for (const [name, content] of Object.entries(files))
    CFB.utils.cfb_add(zip, `/${name}`, Buffer.from(content))
  return CFB.write(zip, { type: 'buffer', fileType: 'zip', compression: true }) as Buffer
}

function workbook(): WorkBook {
  const book = utils.book_new()
  const people = utils.aoa_to_sheet([
    ['Name', 'Postal code', 'Since', 'Seen', 'Call', 'Amount', 'Active', 'Wrong'],
    ['Ann, "A."', 1067, 43_831, 43_831.5, 0.25, 1234.1, true, { t: 'e', v: 42 }],
    [],
    ['Bob\nB.', 80331],
    [],
  ])
  const formats: Record<string, string> = {
    B2: '00000',
    C2: 'dd/mm/yyyy',
    D2: 'yyyy-mm-dd hh:mm',
    E2: 'h:mm',
    F2: '#,##0.00 €',
  }
  for (const [at, format] of Object.entries(formats)) Object.assign(people[at], { z: format })
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Report']]), 'Cover')
  utils.book_append_sheet(book, people, 'Kunden')
  return book
}
const written = (bookType: 'xlsx' | 'xlsb' | 'ods' | 'biff8', book = workbook()) =>
  write(book, { type: 'buffer', bookType }) as Buffer

describe('workbooks', () => {
  test.each(['xlsx', 'xlsb', 'biff8'] as const)(
    '%s: each sheet is a table of what its cells hold, and rows keep their number',
    async type => {
      expect(await tables(written(type))).toEqual({
        Cover: [['Report']],
        Kunden: [
          ['Name', 'Postal code', 'Since', 'Seen', 'Call', 'Amount', 'Active', 'Wrong'],
          ['Ann, "A."', '01067', '2020-01-01', '2020-01-01 12:00:00', '06:00:00', '1234.1', 'true'],
          [''],
          ['Bob\nB.', '80331'],
        ],
      })
    },
  )

  test('ods: the same, dates and numbers too', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Name', 'Since', 'Amount'],
      ['Ann', 43_831, 1234.1],
    ])
    Object.assign(sheet['B2'], { z: 'yyyy-mm-dd' })
    const book = utils.book_new()
    utils.book_append_sheet(book, sheet, 'Kunden')
    expect(await tables(written('ods', book))).toEqual({
      Kunden: [
        ['Name', 'Since', 'Amount'],
        ['Ann', '2020-01-01', '1234.1'],
      ],
    })
  })

  test('what only looks like a workbook is refused in words', async () => {
    await expect(understand(written('xlsx').subarray(0, 3000))).rejects.toThrow('The file is damaged')
    await expect(understand(archive({ 'word/document.xml': '<w/>' }))).rejects.toThrow('This is a document')
    await expect(understand(Buffer.from('d0cf11e0a1b11ae1' + '00'.repeat(600), 'hex'))).rejects.toThrow(
      'This workbook cannot be read',
    )
  })

  test('one that unpacks to more than is allowed is refused before it is read, whatever size it states', async () => {
    const bomb = archive({ 'xl/workbook.xml': '0'.repeat(2_000_000) })
    const limits = { archive_bytes: 10_000_000, workbook_bytes: 1_000_000 }
    await expect(inspectZip(stored(bomb), limits)).rejects.toThrow('larger than 1 MB')
    const stated = Buffer.from(bomb)
    const directory = stated.indexOf(Buffer.from('PK\u0001\u0002'))
    expect(stated.readUInt32LE(directory + 24)).toBe(2_000_000)
    stated.writeUInt32LE(1000, directory + 24)
    await expect(inspectZip(stored(stated), limits)).rejects.toThrow('damaged')
  })
})

describe('archives', () => {
  test('the one table in a zip is taken, a workbook too', async () => {
    const { format, lines, path } = await understand(archive({ 'list/people.csv': 'a,b\n1,2\n' }))
    expect({ format, lines }).toEqual({ format: 'csv', lines: 2 })
    expect(readFileSync(path, 'utf8')).toBe('a,b\n1,2\n')
    expect(Object.keys(await tables(archive({ 'book.xlsx': written('xlsx') })))).toEqual(['Cover', 'Kunden'])
  })

  test('several files, none, or an archive in it are refused with what to do', async () => {
    await expect(understand(archive({ 'a.csv': 'a', 'b.csv': 'b' }))).rejects.toThrow(
      'The archive holds 2 files (a.csv, b.csv). Unpack it and send them one by one.',
    )
    await expect(understand(archive({ 'a.zip': archive({ 'a.csv': 'a' }) }))).rejects.toThrow(
      'another archive',
    )
    await expect(understand(archive({ 'a.csv': '1,2\n'.repeat(1000) }), 500)).rejects.toThrow('larger than')
  })
})

describe('contact cards', () => {
  const cards = [
    'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg=\r\n M=FCller\r\nTEL;FAX:1\r\nTEL;CELL;PREF:+49 170 1234567\r\nTEL;WORK:+49 30 1234\r\nPHOTO;ENCODING=BASE64;JPEG:\r\n AAAA\r\n BBBB\r\n\r\nORG:M\\;K GmbH;Vertrieb\r\nEND:VCARD',
    'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n  Archer\nN:Archer;Ann;;;\nitem1.EMAIL;type=INTERNET:a@example.com\nEMAIL;TYPE=INTERNET,PREF:ann@example.com\nEMAIL:third@example.com\nNOTE:two\\nlines\\, one comma\nBDAY:19800322\nEND:VCARD',
    'BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\nFN:Eve\r\nTEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254\r\nADR;TYPE=work:;;2875 Laurier;Quebec;QC;G1V 2M2;Canada\r\nEND:VCARD\r\n',
  ]

  test('of all three versions become people, pictures and fax numbers left out', async () => {
    const { Contacts = [] } = await tables(cards.join('\r\n'))
    const [header = [], ...rows] = Contacts
    const people = rows.map(row =>
      Object.fromEntries(header.flatMap((name, at) => (row[at] ? [[name, row[at]]] : []))),
    )
    expect(people).toEqual([
      {
        Name: 'Jörg Müller',
        'First name': 'Jörg',
        'Last name': 'Müller',
        Phone: '+49 170 1234567',
        'Other phone': '+49 30 1234',
        Company: 'M;K GmbH',
        Department: 'Vertrieb',
      },
      {
        Name: 'Ann Archer',
        'First name': 'Ann',
        'Last name': 'Archer',
        'E-mail': 'ann@example.com',
        'Other e-mail': 'a@example.com',
        'More e-mails': 'third@example.com',
        Note: 'two\nlines, one comma',
        Birthday: '1980-03-22',
      },
      {
        Id: '4fbe8971-0bc3-424c-9c26-36c3e1eff6b1',
        Name: 'Eve',
        Phone: '+1-418-656-9254',
        Street: '2875 Laurier',
        City: 'Quebec',
        Region: 'QC',
        'Postal code': 'G1V 2M2',
        Country: 'Canada',
      },
    ])
  })
})

describe('files that say little and would take much', () => {
  test('a contact card of endless lines is read in a moment, one without an end is refused', async () => {
    const long = `BEGIN:VCARD\nFN:Ann\n${'quoted-printable'.repeat(60_000)}\nNOTE:${`${'x'.repeat(70)}\n `.repeat(20_000)}\nEND:VCARD\n`
    const [, [, name] = []] = (await tables(long)).Contacts ?? []
    expect(name).toBe('Ann')
    const endless = `BEGIN:VCARD\n${'EMAIL:a@example.com\n'.repeat(10_001)}`
    await expect(understand(endless)).rejects.toThrow('has no end')
  })

  test('a process log of tags within tags, or of one tag without an end, is refused', async () => {
    await expect(understand(`<log>${'<trace>'.repeat(200)}`)).rejects.toThrow('more of one event than')
    await expect(understand(`<log><string key="${'x'.repeat(1_600_000)}`)).rejects.toThrow('more than 1 MB')
  })

  test('a table that grows past what may be kept is refused', async () => {
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`column ${at}`, 1])),
    )
    const lines = `${wide}\n${'{}\n'.repeat(3000)}`
    await expect(understand(lines, 500_000)).rejects.toThrow('Written as a table, this file is too large')
  })
})

describe('process logs', () => {
  const log = `<?xml version="1.0" encoding="UTF-8"?><log xmlns="http://www.xes-standard.org/">
    <global scope="event"><string key="unused" value="x"/></global>
    <trace><string key="concept:name" value="Case 1"/><string key="channel" value="A &amp; B"/>
      <event><string key="concept:name" value="open"><string key="nested" value="n"/></string><date key="time:timestamp" value="2026-01-02T10:00:00.000+01:00"/></event>
      <event><string key="concept:name" value="close"/><int key="cost" value="5"/></event></trace>
    <trace><string key="concept:name" value="Case 2"/><event><string key="concept:name" value="open"/></event></trace></log>`

  test.each([
    ['plain', Buffer.from(log)],
    ['gzipped', gzipSync(log)],
  ])('%s: each event is a row with what is said of its case', async (_name, bytes) => {
    expect((await tables(bytes)).Events).toEqual([
      ['case:concept:name', 'case:channel', 'concept:name', 'time:timestamp', 'cost'],
      ['Case 1', 'A & B', 'open', '2026-01-02T10:00:00.000+01:00', ''],
      ['Case 1', 'A & B', 'close', '', '5'],
      ['Case 2', '', 'open', '', ''],
    ])
  })

  test('a damaged log and other XML are refused in words', async () => {
    await expect(understand(log.slice(0, -40))).rejects.toThrow('This process log is damaged')
    await expect(understand('<!DOCTYPE html><table></table>')).rejects.toThrow(
      'a web page or an XML document',
    )
  })
})

describe('events as JSON lines', () => {
  test('are a table whose columns are the paths to the values', async () => {
    const lines = [
      {
        type: 'track',
        userId: 'u1',
        event: 'Order Completed',
        properties: { total: 12.5, items: [{ sku: 1 }] },
      },
      { type: 'identify', anonymousId: 'a1', traits: { email: 'a@example.com', plan: null } },
    ]
    expect((await tables(`${lines.map(one => JSON.stringify(one)).join('\n')}\n\n`)).Events).toEqual([
      ['type', 'userId', 'event', 'properties.total', 'properties.items', 'anonymousId', 'traits.email'],
      ['track', 'u1', 'Order Completed', '12.5', '[{"sku":1}]', '', ''],
      ['identify', '', '', '', '', 'a1', 'a@example.com'],
    ])
  })

  test.each([
    '[{"id":1,"tags":["x"]},\n{"id":2,"at":{"city":"Ulm"}}]',
    '{"users":[{"id":1,"tags":["x"]},{"id":2,"at":{"city":"Ulm"}}],"next":null}',
  ])('a list of objects in one document is a table as well: %s', async document => {
    expect((await tables(document)).Records).toEqual([
      ['id', 'tags', 'at.city'],
      ['1', '["x"]', ''],
      ['2', '', 'Ulm'],
    ])
  })

  test('a line that is none is named; a JSON document without a list of objects is refused with what to do', async () => {
    await expect(understand('{"a":1}\n{"a":\n')).rejects.toThrow('Line 2 is not a JSON object.')
    await expect(understand('{\n "a": 1\n}')).rejects.toThrow('Send one JSON object a line')
    await expect(understand('["vcard", [["fn"]]]')).rejects.toThrow('Send one JSON object a line')
    await expect(understand('[{"a":1},\n{"a":')).rejects.toThrow('Send one JSON object a line')
  })
})

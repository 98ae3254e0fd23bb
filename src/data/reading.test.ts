import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { detectDialect } from './dialect.ts'
import { refusal, scanEncoding } from './encoding.ts'
import { openBytes, readRows, sampleText } from './rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapport-reading-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const file = (content: string | Uint8Array): string => {
  const path = join(folder, `${count++}.csv`)
  writeFileSync(path, content)
  return path
}

async function understand(path: string) {
  const scan = scanEncoding()
  for await (const chunk of await openBytes({ path })) scan.add(chunk as Uint8Array)
  const encoding = scan.finish()
  return { encoding, ...detectDialect(await sampleText({ path }, encoding, 256 * 1024)) }
}

async function readAll(path: string, dialect?: Awaited<ReturnType<typeof understand>>) {
  const rows = []
  for await (const batch of readRows({ path }, dialect ?? (await understand(path)))) rows.push(...batch)
  return rows
}

const cells = async (content: string | Uint8Array) => (await readAll(file(content))).map(row => row.cells)

describe('encodings', () => {
  const text = 'name,city\nJosé,Zürich\n'
  const utf16 = (bigEndian: boolean, mark: boolean) => {
    const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le')
    return bigEndian ? bytes.swap16() : bytes
  }
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['utf-16 little-endian with a mark', utf16(false, true)],
    ['utf-16 little-endian', utf16(false, false)],
    ['utf-16 big-endian with a mark', utf16(true, true)],
    ['utf-16 big-endian', utf16(true, false)],
    ['windows-1252', Buffer.from(text, 'latin1')],
    ['gzip', gzipSync(text)],
  ])('%s is recognised and read', async (_name, bytes) => {
    expect(await cells(bytes)).toEqual([
      ['name', 'city'],
      ['José', 'Zürich'],
    ])
  })

  test('an umlaut far behind the sample still decides the encoding', async () => {
    const lines = `name\n${'plain text\n'.repeat(60_000)}`
    const path = file(Buffer.concat([Buffer.from(lines), Buffer.from('Müller\n', 'latin1')]))
    expect((await understand(path)).encoding).toBe('windows-1252')
    expect((await readAll(path)).at(-1)?.cells).toEqual(['Müller'])
  })

  test('characters split between two chunks are whole', async () => {
    const path = file(`a\n${'€'.repeat(200_000)}\n`)
    expect((await understand(path)).encoding).toBe('utf-8')
    expect((await readAll(path))[1]?.cells[0]).toBe('€'.repeat(200_000))
  })
})

describe('shapes', () => {
  test.each([',', ';', '\t', '|'])('the delimiter %j is found', async delimiter => {
    const content =
      ['name', 'amount', 'note'].join(delimiter) + '\n' + ['Ann', '1', 'x'].join(delimiter) + '\n'
    expect(detectDialect(content)).toMatchObject({ delimiter, header_row: 1 })
  })

  test('decimal commas do not make a comma the delimiter', () => {
    expect(detectDialect('name;betrag;menge\nAnn;1,50;2,5\nBob;2,75;1,0\n').delimiter).toBe(';')
  })

  test('empty first cells of a tab-separated file stay where they are', async () => {
    expect(await cells('a\tb\tc\n\t\tx\n\ty\tz\n')).toEqual([
      ['a', 'b', 'c'],
      ['', '', 'x'],
      ['', 'y', 'z'],
    ])
  })

  test('mixed line ends, blank lines and blanks around quotes are read; rows keep their number', async () => {
    const rows = await readAll(file('a,b\r\n1, "x, y" \n\n2,z\r3,w'))
    expect(rows).toEqual([
      { number: 1, cells: ['a', 'b'] },
      { number: 2, cells: ['1', 'x, y'] },
      { number: 4, cells: ['2', 'z'] },
      { number: 5, cells: ['3', 'w'] },
    ])
  })

  test('single quotes and backslash escapes are found', () => {
    expect(detectDialect("a,b\n'x, y',1\n'z',2\n").quote).toBe("'")
    // Spreadsheets leave thousands of empty rows behind the last: a minute's reading, once.
    expect(detectDialect(`a\tb\n'x'\t1\n${'\t\n'.repeat(64_000)}`).quote).toBe("'")
    expect(detectDialect('a,b\n"say \\"hi\\", ok",1\n').escape).toBe('\\')
  })

  test('a file without column names has none', () => {
    expect(detectDialect('1,ann@example.com,Ann\n2,bob@example.com,Bob\n').header_row).toBeNull()
    expect(detectDialect('foo\nfoo\nfoo\n').header_row).toBeNull()
    expect(detectDialect('Report of May,,\n,,\nname,email,city\nAnn,a@example.com,Bonn\n').header_row).toBe(3)
  })

  test('a quote that is never closed is named with its row, and the rows before it are read', async () => {
    const path = file('a,b\n1,x\n2,"never closed\n3,y\n')
    const seen: number[] = []
    await expect(async () => {
      for await (const batch of readRows({ path }, await understand(path)))
        seen.push(...batch.map(row => row.number))
    }).rejects.toThrow('Row 3 cannot be read: a quoted cell that begins here is never closed.')
    expect(seen).toEqual([1, 2])
  })

  test('a delimiter that is rarely used is found where none of the usual ones cuts', () => {
    expect(detectDialect('name~email~city\nAnn~a@example.com~Bonn\nBob~b@example.com~Ulm\n').delimiter).toBe(
      '~',
    )
    expect(detectDialect('a\u0001b\u0001c\n1\u00012\u00013\n').delimiter).toBe('\u0001')
    expect(detectDialect('url\nhttps://example.com:80/a\nhttps://example.com:80/b\n').delimiter).toBe(',')
  })

  test('all the rows that name the columns of a survey export are found, and can be corrected', async () => {
    const qualtrics =
      'StartDate,ResponseId,Q1,Q1 - Topics\nStart Date,Response ID,How likely?,Q1 - Topics\n' +
      '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""x""}"\n' +
      '2026-01-02 10:00:00,R_1,9,\n'
    expect(detectDialect(qualtrics)).toMatchObject({ header_row: 1, header_rows: 3 })
    expect(detectDialect(qualtrics, { header_row: 2 })).toMatchObject({ header_row: 2, header_rows: 1 })
    const legacy = 'V1,V2,V3,Q1\nResponseID,ResponseSet,Name,How likely?\nR_1,Default,Ann,9\n'
    expect(detectDialect(legacy)).toMatchObject({ header_row: 2, header_rows: 1 })
    const monkey = 'Respondent ID,Start Date,What do you think?\n,,Open-Ended Response\n1,01/02/2026,Good\n'
    expect(detectDialect(monkey)).toMatchObject({ header_row: 1, header_rows: 2 })
  })

  test('archives in archives, pictures and empty files are refused in words', () => {
    expect(refusal(new Uint8Array())?.text).toMatch(/empty/)
    expect(refusal(Buffer.from('PK\u0003\u0004…'))?.text).toMatch(/inside a compressed file/)
    expect(refusal(Buffer.from([137, 80, 78, 71, 0, 0, 0, 13]))?.text).toMatch(/neither text nor a workbook/)
    expect(refusal(Buffer.from('a,b\n'))).toBeUndefined()
  })
})

const shared = join(import.meta.dirname, '../../../shared/data')
describe.runIf(existsSync(shared))('real files (needs ../shared/data)', () => {
  const spectrum = join(shared, 'csv_spectrum')
  const names = existsSync(spectrum) ? readdirSync(join(spectrum, 'csvs')) : []
  test.each(names)('csv_spectrum/%s is read as its answer says', async name => {
    const rows = await readAll(join(spectrum, 'csvs', name))
    const [header, ...data] = rows.map(row => row.cells)
    const records = data.map(row => Object.fromEntries((header ?? []).map((key, at) => [key, row[at]])))
    const answer = readFileSync(join(spectrum, 'json', name.replace('csv', 'json')), 'utf8')
    // the copies of the CRLF files carry bare line feeds
    expect(records).toEqual(JSON.parse(answer.replaceAll('\\r\\n', '\\n')))
  })
})

import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import type { TableFile } from './table-file.ts'

// vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350). No kept library reads the 2.1 that phones and Outlook still write.

export const vcardColumns = [
  'Id',
  'Name',
  'First name',
  'Last name',
  'E-mail',
  'Other e-mail',
  'More e-mails',
  'Phone',
  'Other phone',
  'More phones',
  'Job title',
  'Company',
  'Department',
  'Street',
  'City',
  'Region',
  'Postal code',
  'Country',
  'Language',
  'Time zone',
  'Birthday',
  'Website',
  'Nickname',
  'Categories',
  'Note',
  'Kind',
] as const

const line_limit_chars = 10_000_000
/** Of a property before its value. */
const params_limit_chars = 2_000
const properties_limit = 10_000
const tooLong = () => new UnreadableFile(says.line_too_long())

interface Property {
  name: string
  types: string[]
  pref: boolean
  value: string
}

const quotedPrintable = (text: string, charset: string): string => {
  const bytes = Buffer.from(
    text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
  // what is not written as =XX has been decoded already
  if (Buffer.from(text, 'latin1').toString('latin1') !== text)
    return text.replace(/(?:=[0-9a-f]{2})+/gi, run => quotedPrintable(run, charset))
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** Splits at a separator that no backslash stands before. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = ['']
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === '\\') parts[parts.length - 1] += char + (text[++at] ?? '')
    else if (char === separator) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

const unescaped = (text: string): string =>
  text.replace(/\\([\s\S])/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char)).trim()

/** Reads one unfolded line: `item1.TEL;TYPE=cell,pref:+49 30 1`. */
function property(line: string): Property | undefined {
  const colon = /^(?:[^":]|"[^"]*")*?:/.exec(line.slice(0, params_limit_chars))
  if (!colon) return undefined
  const [named = '', ...params] = splitAt(colon[0].slice(0, -1), ';')
  const types: string[] = []
  let charset = 'utf-8'
  let encoding = ''
  let pref = false
  for (const param of params) {
    const [key = '', value] = param.split('=', 2).map(part => part.replace(/^"|"$/g, '').trim())
    if (value === undefined) types.push(key.toLowerCase())
    else if (/^charset$/i.test(key)) charset = value
    else if (/^encoding$/i.test(key)) encoding = value.toUpperCase()
    else if (/^type$/i.test(key)) types.push(...value.toLowerCase().split(','))
    else if (/^pref$/i.test(key)) pref = value === '1'
  }
  if (types.includes('quoted-printable')) encoding = 'QUOTED-PRINTABLE'
  const raw = line.slice(colon[0].length)
  return {
    name: named.replace(/^.*\./, '').trim().toUpperCase(),
    types,
    pref: pref || types.includes('pref'),
    value: encoding === 'QUOTED-PRINTABLE' ? quotedPrintable(raw, charset) : raw,
  }
}

const isQuotedPrintable = (line: string) => /quoted-printable/i.test(line.slice(0, line.indexOf(':') + 1))

// pictures, sounds and keys may be megabytes long, and no column takes them
const ignored = /^(?:[\w-]+\.)?(photo|logo|sound|key|agent|label|x-[\w-]+)[;:]/i

/** A property and the lines that it is folded into; of one that is ignored nothing is kept. */
interface Folded {
  lines: string[]
  chars: number
  quoted: boolean
  ignored: boolean
}

function begin(line: string): Folded {
  const isIgnored = ignored.test(line)
  return {
    lines: isIgnored ? [] : [line],
    chars: line.length,
    quoted: !isIgnored && isQuotedPrintable(line),
    ignored: isIgnored,
  }
}

/** Adds a line that goes on with the property; false where it begins another. */
function folds(open: Folded, line: string): boolean {
  const last = open.lines.at(-1) ?? ''
  const soft = open.quoted && last.endsWith('=')
  if (!soft && !/^[ \t]/.test(line)) return false
  if (open.ignored) return true
  if (soft) open.lines[open.lines.length - 1] = last.slice(0, -1)
  open.lines.push(soft ? line : line.slice(1))
  open.chars += line.length
  if (open.chars > line_limit_chars) throw tooLong()
  return true
}

/** Cards one by one, as lines of unfolded properties. */
async function* cardsOf(text: AsyncIterable<string>): AsyncGenerator<Property[]> {
  let card: Property[] | undefined
  let open: Folded | undefined
  const end = (): Property[] | undefined => {
    const line = open?.lines.join('') ?? ''
    if (/^BEGIN:VCARD\s*$/i.test(line)) card = []
    else if (/^END:VCARD\s*$/i.test(line)) {
      const whole = card
      card = undefined
      return whole
    } else if (line && card) {
      const read = property(line)
      if (read && card.push(read) > properties_limit) throw new UnreadableFile(says.card_without_end())
    }
    return undefined
  }
  for await (const next of linesOf(text)) {
    if (open && folds(open, next)) continue
    const whole = end()
    if (whole) yield whole
    open = begin(next)
  }
  const whole = end()
  if (whole) yield whole
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of text) {
    const parts = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = parts.pop() ?? ''
    if (rest.length > line_limit_chars) throw tooLong()
    yield* parts
  }
  if (rest) yield rest.replace(/\r$/, '')
}

const preferred = (found: Property[]): Property[] => found.toSorted((a, b) => Number(b.pref) - Number(a.pref))

// a fax or a pager is no number at which somebody is reached
const isCallable = ({ types }: Property) => !types.some(type => type === 'fax' || type === 'pager')

function cells(card: Property[]): string[] {
  const all = (name: string) => card.filter(one => one.name === name && one.value.trim() !== '')
  const first = (name: string) => unescaped(preferred(all(name))[0]?.value ?? '')
  const plain = (name: string) => preferred(all(name)).map(one => unescaped(one.value))
  const parts = (name: string) => splitAt(preferred(all(name))[0]?.value ?? '', ';').map(unescaped)
  const [family = '', given = ''] = parts('N')
  const [company = '', department = ''] = parts('ORG')
  const work = preferred(all('ADR')).toSorted(
    (a, b) => Number(b.types.includes('work')) - Number(a.types.includes('work')),
  )
  const address = splitAt(work[0]?.value ?? '', ';').map(unescaped)
  // what is no address is told in the column that nobody maps
  const emails = [...new Set(plain('EMAIL').map(one => one.replace(/^mailto:/i, '')))].toSorted(
    (a, b) => Number(b.includes('@')) - Number(a.includes('@')),
  )
  const addressed = emails.filter(one => one.includes('@'))
  const phones = [
    ...new Set(
      preferred(all('TEL').filter(isCallable)).map(one => unescaped(one.value).replace(/^tel:/i, '')),
    ),
  ]
  const filled: Record<(typeof vcardColumns)[number], string> = {
    Id: first('UID').replace(/^urn:uuid:/i, ''),
    Name: first('FN') || [given, family].filter(Boolean).join(' '),
    'First name': given,
    'Last name': family,
    'E-mail': addressed[0] ?? '',
    'Other e-mail': addressed[1] ?? '',
    'More e-mails': emails.slice(Math.min(addressed.length, 2)).join(', '),
    Phone: phones[0] ?? '',
    'Other phone': phones[1] ?? '',
    'More phones': phones.slice(2).join(', '),
    'Job title': first('TITLE'),
    Company: company,
    Department: department,
    Street: address[2] ?? '',
    City: address[3] ?? '',
    Region: address[4] ?? '',
    'Postal code': address[5] ?? '',
    Country: address[6] ?? '',
    Language: first('LANG'),
    'Time zone': first('TZ'),
    Birthday: first('BDAY').replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3'),
    Website: first('URL'),
    Nickname: first('NICKNAME'),
    Categories: plain('CATEGORIES').join(', '),
    Note: first('NOTE'),
    Kind: first('KIND'),
  }
  return vcardColumns.map(column => filled[column])
}

export async function vcardToTable(text: AsyncIterable<string>, file: TableFile): Promise<void> {
  file.begin('Contacts')
  await file.add(vcardColumns)
  for await (const card of cardsOf(text)) await file.add(cells(card))
}

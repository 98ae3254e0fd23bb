import type { CountryCode } from 'libphonenumber-js/max'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Said } from '../core/text-sentence.ts'
import { phoneOf } from '../customers/index.ts'
import { countryMeant } from './countries.ts'
import { parseMoment } from './dates.ts'
import type { ColumnMapping } from './import-formats.contract.ts'
import type { ImportSettings } from './imports.contract.ts'
import { zoneClock } from './instants.ts'
import { parseNumber } from './numbers.ts'
import { says } from './says.ts'

/** What a cell says, or what is wrong with it in words that fit behind its column's name. */
export type Cell<T = unknown> = { value: T } | { problem: Said }
export type CellReader = (raw: string) => Cell

const shortened = (raw: string) => (raw.length > 60 ? `${raw.slice(0, 60)}…` : raw)
const problem = (raw: string, what: Said) => ({ problem: says.cell({ value: shortened(raw), what }) })

// Google writes several values of a contact into one cell
const firstOf = (raw: string): string => raw.split(' ::: ', 1)[0]?.trim() ?? raw

const emailPattern = /^[^\s@"(),:;<>[\]\\]+@[^\s@.,;:]+(\.[^\s@.,;:]+)+$/
const readEmail: CellReader = raw => {
  const email = firstOf(raw)
    .replace(/^mailto:/i, '')
    .toLowerCase()
  return emailPattern.test(email) && email.length <= 254 ? { value: email } : problem(raw, says.not_email())
}

// A number nobody can dial is still worth keeping as it was noted; it only cannot identify anyone.
const phoneReader = (country: string | undefined): CellReader => {
  return written => {
    const raw = firstOf(written)
    if (raw.replace(/\D/g, '').length < 5) return { value: raw }
    const plain = phoneOf(raw, country)
    if (plain !== undefined) return { value: plain }
    const among = parsePhoneNumberFromString(raw, country as CountryCode | undefined)
    return { value: among?.isValid() ? among.number : raw }
  }
}

const numberReader =
  (decimal: '.' | ','): CellReader =>
  raw => {
    const parsed = parseNumber(raw, decimal)
    return parsed ? { value: Number(parsed.number) } : problem(raw, says.not_number({ decimal }))
  }

export interface Amount {
  number: string
  currency?: string
}
const moneyReader =
  (decimal: '.' | ','): CellReader =>
  raw => {
    const parsed = parseNumber(raw, decimal)
    return parsed ? { value: parsed satisfies Amount } : problem(raw, says.not_amount({ decimal }))
  }

const orderNames = {
  ymd: says.order_ymd(),
  dmy: says.order_dmy(),
  mdy: says.order_mdy(),
  excel: says.order_excel(),
}
const dateReader = (
  order: 'ymd' | 'dmy' | 'mdy' | 'excel',
  clock?: ReturnType<typeof zoneClock>,
): CellReader => {
  return raw => {
    const moment = parseMoment(raw, order)
    if (!moment) return problem(raw, says.not_date({ order: orderNames[order] }))
    return { value: clock ? clock(moment) : moment.date }
  }
}

const truths = new Map(
  Object.entries({
    true: true,
    yes: true,
    ja: true,
    oui: true,
    vrai: true,
    si: true,
    sí: true,
    y: true,
    j: true,
    wahr: true,
    on: true,
    x: true,
    1: true,
    false: false,
    no: false,
    nein: false,
    non: false,
    faux: false,
    n: false,
    falsch: false,
    off: false,
    0: false,
  }),
)
const readBoolean: CellReader = raw => {
  const value = truths.get(raw.toLowerCase())
  return value === undefined ? problem(raw, says.not_yes_no()) : { value }
}

const words = (text: string) => new Set(text.split(' '))
const silenced = words('blocklisted blacklisted disabled unsubscribed unsubscribe optout bounced complained')
const reachable = words('enabled active subscribed subscribe confirmed unconfirmed optin')
/** Whether somebody must not be contacted, as mailing tools say it too. */
const readNoContact: CellReader = raw => {
  const word = raw.toLowerCase().replace(/[\s_-]/g, '')
  if (silenced.has(word) || reachable.has(word)) return { value: silenced.has(word) }
  return readBoolean(raw)
}

// What other systems mark deleted rows with: a yes, the word itself, or the instant.
const deletedWord = /^(true|t|yes|y|1|deleted|removed|archived|\d{4}-\d{2}-\d{2}.*|\d{10,})$/i
const readDeleted: CellReader = raw => ({ value: deletedWord.test(raw) })
const readStillThere: CellReader = raw => ({ value: !/^(false|f|no|n|0|inactive|deleted)$/i.test(raw) })

const readUrl: CellReader = raw => {
  const text = /^https?:\/\//i.test(raw) ? raw : `https://${raw}`
  return URL.canParse(text) && new URL(text).hostname.includes('.')
    ? { value: text }
    : problem(raw, says.not_url())
}

export const domainOf: CellReader = raw => {
  const found = readUrl(raw)
  if ('problem' in found) return found
  return { value: new URL(String(found.value)).hostname.replace(/^www\./, '').toLowerCase() }
}

const readCountry: CellReader = raw => {
  const value = countryMeant(raw)
  return value ? { value } : problem(raw, says.not_country())
}

// Ids that went through a spreadsheet come back as numbers: "17850.0" is customer 17850.
const readId: CellReader = raw => ({ value: raw.replace(/^(\d+)\.0+$/, '$1') })

// A record may belong to several: "4711;4712". The first is the one that counts.
const readFirstId: CellReader = raw => readId(raw.split(/[;,]/, 1)[0]?.trim() ?? '')

const textReader =
  (max: number): CellReader =>
  raw =>
    raw.length <= max ? { value: raw } : { problem: says.too_long({ most: max }) }

export interface FieldFacts {
  max_length?: number | undefined
  options?: { id: string; names: string[] }[] | undefined
}

const optionReader = ({ options = [] }: FieldFacts): CellReader => {
  const ids = new Map(
    options.flatMap(option => [option.id, ...option.names].map(name => [name.toLowerCase(), option.id])),
  )
  return raw => {
    const value = ids.get(raw.toLowerCase())
    const known = options.slice(0, 8).map(option => option.names[0] ?? option.id)
    return value === undefined ? problem(raw, says.no_option({ options: known })) : { value }
  }
}

/** By name; those that are not there are made when the row is written. */
const readTags: CellReader = raw => {
  const value = raw
    .split(/[,;|]/)
    .map(part => part.trim())
    .filter(Boolean)
  return value.some(one => one.length > 60) ? problem(raw, says.tag_too_long()) : { value }
}

const optionsReader = (facts: FieldFacts): CellReader => {
  const readOne = optionReader(facts)
  return raw => {
    const found = raw
      .split(/[,;|]/)
      .map(part => part.trim())
      .filter(Boolean)
      .map(readOne)
    return (
      found.find(one => 'problem' in one) ?? { value: found.map(one => ('value' in one ? one.value : null)) }
    )
  }
}

const memberReader = (facts: FieldFacts): CellReader => {
  const readOne = optionReader(facts)
  return raw => {
    const found = readOne(raw)
    return 'value' in found ? found : problem(raw, says.no_member())
  }
}

/** How cells of one column are read, by the type of the field they go to. */
export function cellReader(
  type: string,
  mapping: Pick<ColumnMapping, 'date_order' | 'decimal'>,
  settings: Pick<ImportSettings, 'time_zone' | 'country'>,
  facts: FieldFacts = {},
): CellReader {
  const order = mapping.date_order ?? 'ymd'
  const decimal = mapping.decimal ?? '.'
  switch (type) {
    case 'email':
      return readEmail
    case 'phone':
      return phoneReader(settings.country)
    case 'number':
      return numberReader(decimal)
    case 'money':
      return moneyReader(decimal)
    case 'date':
      return dateReader(order)
    case 'date_time':
      return dateReader(order, zoneClock(settings.time_zone))
    case 'boolean':
      return readBoolean
    case 'no_contact':
      return readNoContact
    case 'deleted':
      return readDeleted
    case 'still_there':
      return readStillThere
    case 'first_id':
      return readFirstId
    case 'url':
      return readUrl
    case 'domain':
      return domainOf
    case 'country':
      return readCountry
    case 'option':
      return optionReader(facts)
    case 'tags':
      return readTags
    case 'options':
      return optionsReader(facts)
    case 'member':
      return memberReader(facts)
    case 'id':
      return readId
    default:
      return textReader(facts.max_length ?? 400)
  }
}

import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { IdentifierType } from './identifiers.contract.ts'

// One spelling per identifier: two spellings of one e-mail address or phone number are one identifier, and nothing else is guessed.

export interface Identifier {
  type: IdentifierType
  value: string
}

export type Unusable =
  | 'empty'
  | 'too_long'
  | 'not_storable'
  | 'identifies_nobody'
  | 'not_an_email'
  | 'not_a_phone_number'

/** What broken integrations send for everybody. One of them let through would glue thousands of people into one. */
const nobody = new Set(
  `null undefined nil nan none nobody unknown anonymous anon guest visitor user users userid user_id id email name test
  0 00 000 -1 1234 - -- _ . ? n/a na #n/a true false yes no default empty blank distinct_id distinctid anonymousid anonymous_id
  not_authenticated unauthenticated logged_out [object object] {} [] "" '' not_set notset (not_set) (none) (null) missing
  00000000-0000-0000-0000-000000000000 ffffffff-ffff-ffff-ffff-ffffffffffff`
    .split(/\s+/)
    .concat('[object object]', 'not set', '(not set)'),
)

const nobodysMailbox = new Set(
  'test@test.com none@none.com no@email.com noemail@noemail.com email@email.com null@null.com a@a.com na@na.com'.split(
    ' ',
  ),
)

const longest: Record<IdentifierType, number> = {
  user_id: 100,
  anonymous_id: 100,
  external_id: 100,
  group_id: 100,
  email: 200,
  phone: 100,
  person: 36,
  company: 36,
}

const mailbox = /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@.,;<>()"]+$/

/** An id with its source in front (`shop:0`) names nobody when the id does not. */
const namesNobody = (value: string): boolean => {
  const plain = value.toLowerCase()
  return nobody.has(plain) || nobody.has(plain.slice(plain.indexOf(':') + 1))
}

export const emailOf = (value: string): string => value.trim().toLowerCase()
export const isEmail = (value: string): boolean => mailbox.test(value)

function parsePhone(value: string, country: string | undefined): string | undefined {
  const region = country?.toUpperCase()
  const known = region !== undefined && isSupportedCountry(region) ? region : undefined
  const digits = value.trim().replace(/^00(?=[1-9])/, '+')
  const phone = parsePhoneNumberFromString(digits, {
    ...(known === undefined ? {} : { defaultCountry: known }),
    extract: false,
  })
  return phone?.isValid() ? phone.number : undefined
}

/** Parsing is what costs most of a row in an import, and each number is asked for a few times in a row. */
const parsed = new Map<string, string | undefined>()
const mostParsed = 20_000

/** E.164, or undefined when it is no valid number of any country (a national number needs the country). */
export function phoneOf(value: string, country: string | undefined): string | undefined {
  const key = `${country ?? ''} ${value}`
  if (parsed.has(key)) return parsed.get(key)
  const phone = parsePhone(value, country)
  if (parsed.size >= mostParsed) parsed.clear()
  parsed.set(key, phone)
  if (phone !== undefined) parsed.set(`${country ?? ''} ${phone}`, phone)
  return phone
}

export function normalForm(
  type: IdentifierType,
  raw: string,
  country?: string,
): { value: string } | { unusable: Unusable } {
  const value = raw.trim()
  if (value === '') return { unusable: 'empty' }
  if (value.includes('\u0000') || !value.isWellFormed()) return { unusable: 'not_storable' }
  if (value.length > longest[type]) return { unusable: 'too_long' }
  if (type === 'phone') {
    const phone = phoneOf(value, country)
    return phone === undefined ? { unusable: 'not_a_phone_number' } : { value: phone }
  }
  if (type === 'email') {
    const email = emailOf(value)
    if (!isEmail(email)) return { unusable: namesNobody(email) ? 'identifies_nobody' : 'not_an_email' }
    return nobodysMailbox.has(email) ? { unusable: 'identifies_nobody' } : { value: email }
  }
  return namesNobody(value) ? { unusable: 'identifies_nobody' } : { value }
}

/** For maps: one text per identifier. */
export const keyOf = (identifier: Identifier): string => `${identifier.type}\u0000${identifier.value}`

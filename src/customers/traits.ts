import { countryCode } from './countries.ts'
import { emailOf, isEmail, phoneOf } from './normal-form.ts'

// Traits of identify and group calls become fields by these rules; each field keeps since when it is so, and a trait that arrives late
// does not overwrite a later one. What no rule and no custom field knows is kept beside the record.

const personRules: Record<string, string[]> = {
  name: ['name', 'fullName', 'full_name', 'displayName'],
  given_name: ['firstName', 'first_name', 'firstname', 'given_name', 'givenName'],
  family_name: ['lastName', 'last_name', 'lastname', 'family_name', 'familyName', 'surname'],
  email: ['email', 'emailAddress', 'email_address'],
  phone: ['phone', 'phoneNumber', 'phone_number', 'mobile'],
  job_title: ['title', 'jobTitle', 'job_title', 'position'],
  city: ['address.city', 'city'],
  region: ['address.state', 'address.region', 'state', 'region'],
  country: ['address.country', 'country'],
  language: ['language', 'locale'],
  time_zone: ['timezone', 'time_zone', 'timeZone'],
  external_id: [],
}

const companyRules: Record<string, string[]> = {
  name: ['name', 'companyName', 'company_name'],
  domain: ['domain', 'website', 'url'],
  industry: ['industry'],
  phone: ['phone', 'phoneNumber'],
  employees: ['employees', 'employeeCount', 'employee_count', 'size'],
  city: ['address.city', 'city'],
  region: ['address.state', 'address.region', 'state', 'region'],
  country: ['address.country', 'country'],
}

const rulesOf = { person: personRules, company: companyRules }
/** Read on their own, so no leftovers. */
const readElsewhere: Record<string, string[]> = {
  person: ['address', 'company', 'createdAt', 'created_at'],
  company: ['address', 'id', 'createdAt', 'created_at'],
}

export type Traits = Record<string, unknown>
export type FieldValue = string | number | boolean | null

export interface ReadTraits {
  fields: Record<string, FieldValue>
  rest: Traits
  created_at?: number
  company?: { id?: string; name?: string; traits: Traits }
}

const longestText = 500
const longestRest = 2000

const isObject = (value: unknown): value is Traits =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const plain = String(value).trim()
  if (plain === '' || plain.length > longestText || plain.includes('\u0000') || !plain.isWellFormed())
    return undefined
  return plain
}

function at(traits: Traits, path: string): unknown {
  let value: unknown = traits
  for (const key of path.split('.'))
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value
}

function hostOf(value: string): string | undefined {
  const host = value
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/^www\./i, '')
    .split(/[/?#]/)[0]
  return host && host.includes('.') ? host.toLowerCase() : undefined
}

function fieldValue(field: string, raw: unknown, country: string | undefined): FieldValue | undefined {
  const value = textOf(raw)
  if (value === undefined) return undefined
  if (field === 'email') return isEmail(emailOf(value)) ? emailOf(value) : undefined
  if (field === 'phone') return phoneOf(value, country) ?? value
  if (field === 'domain') return hostOf(value)
  if (field === 'country') return countryCode(value)
  if (field === 'employees') return /^\d{1,12}$/.test(value) ? Number(value) : undefined
  return value
}

function instantIn(traits: Traits): number | undefined {
  const value = traits['createdAt'] ?? traits['created_at']
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const time = typeof value === 'number' ? (value < 1e11 ? value * 1000 : value) : Date.parse(value)
  return Number.isFinite(time) && time > 0 && time < 4102444800000 ? time : undefined
}

const storable = (value: unknown): boolean => {
  const json = JSON.stringify(value)
  return (
    json !== undefined &&
    json.length <= longestRest &&
    !json.includes('\\u0000') &&
    !/\\ud[89a-f]/i.test(json)
  )
}

function restOf(traits: Traits, used: Set<string>): Traits {
  const rest: Traits = {}
  for (const [key, value] of Object.entries(traits)) {
    if (used.has(key) || key === '__proto__' || key.length > 100 || textOf(key) === undefined) continue
    if (value === null || value === undefined || value === '' || !storable(value)) continue
    rest[key] = value
  }
  return rest
}

function companyIn(traits: Traits): ReadTraits['company'] {
  const value = traits['company']
  const company = isObject(value) ? value : typeof value === 'string' ? { name: value } : undefined
  if (company === undefined) return undefined
  const companyId = textOf(company['id'])
  const name = textOf(company['name'])
  if (companyId === undefined && name === undefined) return undefined
  return {
    ...(companyId === undefined ? {} : { id: companyId }),
    ...(name === undefined ? {} : { name }),
    traits: company,
  }
}

export function readTraits(kind: 'person' | 'company', traits: Traits, country?: string): ReadTraits {
  const used = new Set(readElsewhere[kind])
  const fields: Record<string, FieldValue> = {}
  for (const [field, paths] of Object.entries(rulesOf[kind])) {
    for (const path of paths) {
      const value = fieldValue(field, at(traits, path), country)
      if (value === undefined) continue
      used.add(path)
      fields[field] ??= value
    }
  }
  if (kind === 'person') nameFromParts(fields)
  const created = instantIn(traits)
  const company = kind === 'person' ? companyIn(traits) : undefined
  return {
    fields,
    rest: restOf(traits, used),
    ...(created === undefined ? {} : { created_at: created }),
    ...(company === undefined ? {} : { company }),
  }
}

/** The full name is what lists show; when only its parts are known it is put together from them. */
export function nameFromParts(fields: Record<string, unknown>): void {
  const { given_name: given, family_name: family } = fields
  if (!fields['name'] && (given || family)) fields['name'] = [given, family].filter(Boolean).join(' ')
}

/** A record being folded: its values, and since when each is so. */
export interface Draft {
  values: Record<string, unknown>
  custom: Record<string, unknown>
  traits: Record<string, unknown>
  as_of: Record<string, string>
  /** What is not in `as_of` is at least this old. */
  since: number
}

function set(
  draft: Draft,
  box: Record<string, unknown>,
  key: string,
  asOfKey: string,
  value: unknown,
  time: number,
): boolean {
  const current = box[key] ?? null
  const known = draft.as_of[asOfKey]
  const since =
    known === undefined ? (current === null ? Number.NEGATIVE_INFINITY : draft.since) : Date.parse(known)
  const same = JSON.stringify(current) === JSON.stringify(value)
  // Two values of one instant: the larger one, so that the order of arrival decides nothing.
  if (time < since || (time === since && (same || JSON.stringify(value) < JSON.stringify(current))))
    return false
  box[key] = value
  draft.as_of[asOfKey] = new Date(time).toISOString()
  return true
}

const mostRest = 100

/** Returns whether anything moved, be it only the instant. */
export function fold(
  draft: Draft,
  read: Pick<ReadTraits, 'fields' | 'rest'>,
  custom: Record<string, unknown>,
  time: number,
): boolean {
  let moved = false
  for (const [field, value] of Object.entries(read.fields))
    moved = set(draft, draft.values, field, field, value, time) || moved
  for (const [key, value] of Object.entries(custom))
    moved = set(draft, draft.custom, key, `custom.${key}`, value, time) || moved
  for (const [key, value] of Object.entries(read.rest)) {
    if (!(key in draft.traits) && Object.keys(draft.traits).length >= mostRest) continue
    moved = set(draft, draft.traits, key, `traits.${key}`, value, time) || moved
  }
  return moved
}

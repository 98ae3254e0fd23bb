import type { Sentence } from '../core/text-sentence.ts'
// What bulk writers (the import, the batch endpoints) hand to the customers area, and what they get back for each item.

export type UpsertMode = 'create' | 'update' | 'both'

export interface UpsertOptions<Match extends string> {
  mode: UpsertMode
  /** Keys by which an item finds its record, tried in this order. */
  match: readonly Match[]
  /** Everything is tried and nothing kept. */
  dry_run?: boolean
  /** Name of the system the external ids come from: ids of two systems may be equal. */
  source?: string
}

/** `custom.…` names a unique custom field. */
type CustomMatch = `custom.${string}`
export const isCustomMatch = (match: string): match is CustomMatch => match.startsWith('custom.')
export type PersonMatch = 'id' | 'email' | 'phone' | 'external_id' | 'user_id' | CustomMatch
export type CompanyMatch = 'id' | 'domain' | 'external_id' | 'name' | CustomMatch

export interface UpsertOutcome {
  index: number
  status: 'created' | 'updated' | 'unchanged' | 'rejected'
  id?: string
  code?: string
  detail?: string
  sentence?: Sentence
}

interface Common {
  id?: string | null
  name?: string | null
  phone?: string | null
  owner_id?: string | null
  city?: string | null
  region?: string | null
  country?: string | null
  external_id?: string | null
  custom?: Record<string, unknown>
  /** By name; added to those that the record has. */
  tags?: readonly string[] | null
}

export interface PersonItem extends Common {
  given_name?: string | null
  family_name?: string | null
  email?: string | null
  job_title?: string | null
  company_id?: string | null
  language?: string | null
  time_zone?: string | null
  user_id?: string | null
  do_not_contact?: boolean | null
  /** Found by the other system's id (`source` of the options), else by domain, else by name, else made. */
  company?: { name?: string; domain?: string; external_id?: string }
  other_emails?: readonly string[]
  other_phones?: readonly string[]
}

export interface CompanyItem extends Common {
  domain?: string | null
  industry?: string | null
  employees?: number | null
  revenue_minor?: number | null
  currency?: string | null
}

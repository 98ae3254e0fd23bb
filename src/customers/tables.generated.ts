// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json = ColumnType<unknown, string, string>
type JsonOrDefault = ColumnType<unknown, string | undefined, string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

export interface CannotLinkTable {
  workspace_id: string
  person_id: string
  other_id: string
  reason: string
  actor: Generated<string | null>
  created_at: InstantOrDefault
}

export interface CompanyTable {
  workspace_id: string
  id: string
  merged_into: string | null
  root_id: ColumnType<string, never, never>
  name: string | null
  domain: string | null
  industry: string | null
  phone: string | null
  employees: number | null
  revenue_minor: number | null
  currency: string | null
  city: string | null
  region: string | null
  country: string | null
  owner_id: string | null
  external_id: string | null
  custom: JsonOrDefault
  traits: JsonOrDefault
  as_of: JsonOrDefault
  own: JsonOrNull
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  deleted_at: InstantOrNull
  name_sort: ColumnType<string | null, never, never>
  domain_norm: ColumnType<string | null, never, never>
  phone_digits: ColumnType<string | null, never, never>
  search_text: ColumnType<string | null, never, never>
}

export interface CompanyMergeTable {
  workspace_id: string
  id: string
  seq: Generated<number>
  winner_id: string
  loser_id: string
  keep: JsonOrDefault
  evidence: JsonOrNull
  opened_at: InstantOrDefault
  opened_by: Generated<string | null>
  closed_at: InstantOrNull
  closed_by: string | null
}

export interface IdentifierTable {
  workspace_id: string
  id: Generated<number>
  type: string
  value: string
  shared_at: InstantOrNull
  created_at: InstantOrDefault
}

export interface IdentifierCompanyTable {
  workspace_id: string
  identifier_id: number
  company_id: string
  rule: string
  created_at: InstantOrDefault
}

export interface IdentifierPersonTable {
  workspace_id: string
  id: Generated<number>
  identifier_id: number
  person_id: string
  root_id: string
  valid_from: InstantOrDefault
  valid_to: InstantOrDefault
  claimed_at: Instant
  rule: string
  evidence: JsonOrNull
  actor: Generated<string | null>
  created_at: InstantOrDefault
  retracted_at: InstantOrNull
  xid: Generated<string>
}

export interface IdentityReviewTable {
  workspace_id: string
  id: string
  person_id: string
  other_id: string
  reason: string
  evidence: Json
  occurrences: Generated<number>
  created_at: InstantOrDefault
  last_at: InstantOrDefault
  resolved_at: InstantOrNull
  resolved_by: string | null
  resolution: string | null
}

export interface PersonTable {
  workspace_id: string
  id: string
  merged_into: string | null
  root_id: ColumnType<string, never, never>
  name: string | null
  given_name: string | null
  family_name: string | null
  email: string | null
  phone: string | null
  job_title: string | null
  company_id: string | null
  owner_id: string | null
  city: string | null
  region: string | null
  country: string | null
  language: string | null
  time_zone: string | null
  external_id: string | null
  do_not_contact: boolean | null
  custom: JsonOrDefault
  traits: JsonOrDefault
  as_of: JsonOrDefault
  own: JsonOrNull
  first_seen_at: InstantOrNull
  last_seen_at: InstantOrNull
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  deleted_at: InstantOrNull
  name_sort: ColumnType<string | null, never, never>
  email_norm: ColumnType<string | null, never, never>
  phone_digits: ColumnType<string | null, never, never>
  search_text: ColumnType<string | null, never, never>
}

export interface PersonMergeTable {
  workspace_id: string
  id: string
  seq: Generated<number>
  winner_id: string
  loser_id: string
  keep: JsonOrDefault
  evidence: JsonOrNull
  opened_at: InstantOrDefault
  opened_by: Generated<string | null>
  closed_at: InstantOrNull
  closed_by: string | null
  xid: Generated<string>
}

export interface RelationshipTable {
  workspace_id: string
  id: string
  type: string
  person_id: string | null
  company_id: string | null
  other_person_id: string | null
  other_company_id: string | null
  role: string | null
  from_on: string | null
  to_on: string | null
  note: string | null
  follows: Generated<boolean>
  replaces: string | null
  custom: JsonOrDefault
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  deleted_at: InstantOrNull
}

declare module '../core/tables.ts' {
  interface Tables {
    cannot_link: CannotLinkTable
    company: CompanyTable
    company_merge: CompanyMergeTable
    identifier: IdentifierTable
    identifier_company: IdentifierCompanyTable
    identifier_person: IdentifierPersonTable
    identity_review: IdentityReviewTable
    person: PersonTable
    person_merge: PersonMergeTable
    relationship: RelationshipTable
  }
}

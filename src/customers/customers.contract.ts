import { defineKind } from '../records/kind.contract.ts'
import { recordEndpoints } from '../records/records.contract.ts'
import { companyRelations, personRelations } from './relations.contract.ts'
import { times } from './times.contract.ts'

// The two kinds of customer, described; lists, filters, pages, import and the API come from here.

/** Where a person lives is personal, where a company is at home is not. */
const ownerAndPlace = <Class extends 'personal' | 'internal'>(privacy_class: Class) =>
  [
    { key: 'owner_id', type: 'member', label: { en: 'Owner', de: 'Zuständig' }, privacy_class: 'internal' },
    {
      key: 'city',
      type: 'text',
      label: { en: 'City', de: 'Ort' },
      privacy_class,
      max_length: 100,
    },
    {
      key: 'region',
      type: 'text',
      label: { en: 'Region', de: 'Region' },
      privacy_class,
      max_length: 100,
    },
    {
      key: 'country',
      type: 'country',
      label: { en: 'Country', de: 'Land' },
      privacy_class: 'internal',
      analytic: true,
    },
  ] as const

export const personKind = defineKind({
  name: 'person',
  plural: 'people',
  table: 'person',
  path: '/api/people',
  label: { one: { en: 'Person', de: 'Person' }, many: { en: 'People', de: 'Personen' } },
  title: 'name',
  named_by: ['email', 'phone', 'external_id'],
  owner: 'owner_id',
  merge: { root: 'root_id', into: 'merged_into' },
  search: { text: 'search_text', digits: 'phone_digits', prefix: 'name_sort' },
  fields: [
    {
      key: 'name',
      type: 'text',
      label: { en: 'Name', de: 'Name' },
      privacy_class: 'personal',
      normal_column: 'name_sort',
      never_null: true,
      searchable: true,
      max_length: 200,
    },
    {
      key: 'given_name',
      type: 'text',
      label: { en: 'Given name', de: 'Vorname' },
      privacy_class: 'personal',
      max_length: 100,
    },
    {
      key: 'family_name',
      type: 'text',
      label: { en: 'Family name', de: 'Nachname' },
      privacy_class: 'personal',
      max_length: 100,
    },
    {
      key: 'email',
      type: 'email',
      label: { en: 'E-mail', de: 'E-Mail' },
      privacy_class: 'personal',
      normal_column: 'email_norm',
      searchable: true,
      unique: true,
      max_length: 200,
    },
    {
      key: 'phone',
      type: 'phone',
      label: { en: 'Phone', de: 'Telefon' },
      privacy_class: 'personal',
      normal_column: 'phone_digits',
      searchable: true,
      max_length: 60,
    },
    {
      key: 'job_title',
      type: 'text',
      label: { en: 'Job title', de: 'Position' },
      privacy_class: 'personal',
      max_length: 200,
    },
    {
      key: 'company_id',
      type: 'relation',
      label: { en: 'Company', de: 'Firma' },
      privacy_class: 'internal',
      kind: 'company',
    },
    ...ownerAndPlace('personal'),
    {
      key: 'language',
      type: 'text',
      label: { en: 'Language', de: 'Sprache' },
      privacy_class: 'internal',
      max_length: 35,
    },
    {
      key: 'time_zone',
      type: 'text',
      label: { en: 'Time zone', de: 'Zeitzone' },
      privacy_class: 'internal',
      max_length: 60,
    },
    {
      key: 'external_id',
      type: 'text',
      label: { en: 'External id', de: 'Externe ID' },
      privacy_class: 'internal',
      searchable: true,
      max_length: 100,
    },
    {
      key: 'do_not_contact',
      type: 'boolean',
      label: { en: 'Do not contact', de: 'Nicht kontaktieren' },
      privacy_class: 'internal',
    },
    {
      key: 'first_seen_at',
      type: 'date_time',
      label: { en: 'First seen', de: 'Zuerst gesehen' },
      privacy_class: 'internal',
      read_only: true,
      sortable: false,
    },
    {
      key: 'last_seen_at',
      type: 'date_time',
      label: { en: 'Last seen', de: 'Zuletzt gesehen' },
      privacy_class: 'internal',
      read_only: true,
    },
    ...times,
  ],
  relations: [
    { name: 'company', label: { en: 'Company', de: 'Firma' }, kind: 'company', by: 'company_id' },
    ...personRelations,
  ],
})

export const companyKind = defineKind({
  name: 'company',
  plural: 'companies',
  table: 'company',
  path: '/api/companies',
  label: { one: { en: 'Company', de: 'Firma' }, many: { en: 'Companies', de: 'Firmen' } },
  title: 'name',
  named_by: ['domain', 'phone', 'external_id'],
  owner: 'owner_id',
  merge: { root: 'root_id', into: 'merged_into' },
  search: { text: 'search_text', digits: 'phone_digits', prefix: 'name_sort' },
  fields: [
    {
      key: 'name',
      type: 'text',
      label: { en: 'Name', de: 'Name' },
      privacy_class: 'internal',
      normal_column: 'name_sort',
      required: true,
      searchable: true,
      max_length: 200,
    },
    {
      key: 'domain',
      type: 'text',
      label: { en: 'Domain', de: 'Domain' },
      privacy_class: 'internal',
      normal_column: 'domain_norm',
      searchable: true,
      max_length: 253,
    },
    {
      key: 'industry',
      type: 'text',
      label: { en: 'Industry', de: 'Branche' },
      privacy_class: 'internal',
      max_length: 100,
      analytic: true,
    },
    {
      key: 'phone',
      type: 'phone',
      label: { en: 'Phone', de: 'Telefon' },
      privacy_class: 'internal',
      normal_column: 'phone_digits',
      searchable: true,
      max_length: 60,
    },
    {
      key: 'employees',
      type: 'number',
      whole: true,
      label: { en: 'Employees', de: 'Beschäftigte' },
      privacy_class: 'internal',
    },
    {
      key: 'revenue_minor',
      type: 'money',
      label: { en: 'Yearly revenue', de: 'Jahresumsatz' },
      privacy_class: 'internal',
    },
    {
      key: 'currency',
      type: 'text',
      label: { en: 'Currency', de: 'Währung' },
      privacy_class: 'internal',
      max_length: 3,
    },
    ...ownerAndPlace('internal'),
    {
      key: 'external_id',
      type: 'text',
      label: { en: 'External id', de: 'Externe ID' },
      privacy_class: 'internal',
      searchable: true,
      max_length: 100,
    },
    ...times,
  ],
  relations: [
    { name: 'people', label: { en: 'People', de: 'Personen' }, kind: 'person', by: 'company_id', many: true },
    ...companyRelations,
  ],
})

export const people = recordEndpoints(personKind)
export const companies = recordEndpoints(companyKind)

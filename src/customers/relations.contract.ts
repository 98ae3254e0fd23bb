import { defineKind, type Label } from '../records/kind.contract.ts'
import { recordEndpoints } from '../records/records.contract.ts'

// What people and companies are to each other: a small list of types, each told from both sides, with a role and a period.

export type End = 'person_id' | 'company_id' | 'other_person_id' | 'other_company_id'

interface RelationType {
  id: string
  /** The columns of its two ends; what each side is called on the page of the one at `from`, and at `to`. */
  from: End
  to: End
  label: Label
  inverse: Label
}

export const relationTypes = [
  {
    id: 'works_at',
    from: 'person_id',
    to: 'company_id',
    label: { en: 'Works at', de: 'Arbeitet bei' },
    inverse: { en: 'Works here', de: 'Arbeitet hier' },
  },
  {
    id: 'buys_for',
    from: 'person_id',
    to: 'company_id',
    label: { en: 'Buys for', de: 'Kauft ein für' },
    inverse: { en: 'Buys for it', de: 'Kauft für sie ein' },
  },
  {
    id: 'household',
    from: 'person_id',
    to: 'other_person_id',
    label: { en: 'Household', de: 'Haushalt' },
    inverse: { en: 'Household', de: 'Haushalt' },
  },
  {
    id: 'reports_to',
    from: 'person_id',
    to: 'other_person_id',
    label: { en: 'Reports to', de: 'Berichtet an' },
    inverse: { en: 'Manages', de: 'Leitet' },
  },
  {
    id: 'parent_company',
    from: 'company_id',
    to: 'other_company_id',
    label: { en: 'Parent company', de: 'Muttergesellschaft' },
    inverse: { en: 'Subsidiary', de: 'Tochtergesellschaft' },
  },
] as const satisfies readonly RelationType[]

export type RelationTypeId = (typeof relationTypes)[number]['id']
export const relationType = (id: unknown): RelationType | undefined => relationTypes.find(one => one.id === id)

/** The same whichever of the two one looks from. */
export const isMutual = ({ label, inverse }: RelationType): boolean => label['en'] === inverse['en']

export const kindAt = (end: End): 'person' | 'company' => (end.endsWith('person_id') ? 'person' : 'company')

export const relationshipKind = defineKind({
  name: 'relationship',
  plural: 'relationships',
  table: 'relationship',
  path: '/api/relationships',
  label: { one: { en: 'Relation', de: 'Beziehung' }, many: { en: 'Relations', de: 'Beziehungen' } },
  title: 'role',
  ends: { person_id: 'person', company_id: 'company', other_person_id: 'person', other_company_id: 'company' },
  fields: [
    {
      key: 'type',
      type: 'option',
      label: { en: 'Relation', de: 'Beziehung' },
      privacy_class: 'internal',
      required: true,
      options: relationTypes.map(({ id, label }) => ({ id, label })),
    },
    {
      key: 'person_id',
      type: 'relation',
      label: { en: 'Person', de: 'Person' },
      privacy_class: 'internal',
      kind: 'person',
    },
    {
      key: 'company_id',
      type: 'relation',
      label: { en: 'Company', de: 'Firma' },
      privacy_class: 'internal',
      kind: 'company',
    },
    {
      key: 'other_person_id',
      type: 'relation',
      label: { en: 'Other person', de: 'Andere Person' },
      privacy_class: 'internal',
      kind: 'person',
    },
    {
      key: 'other_company_id',
      type: 'relation',
      label: { en: 'Other company', de: 'Andere Firma' },
      privacy_class: 'internal',
      kind: 'company',
    },
    {
      key: 'role',
      type: 'text',
      label: { en: 'Role', de: 'Rolle' },
      privacy_class: 'personal',
      max_length: 200,
    },
    { key: 'from_on', type: 'date', label: { en: 'Since', de: 'Seit' }, privacy_class: 'internal' },
    { key: 'to_on', type: 'date', label: { en: 'Until', de: 'Bis' }, privacy_class: 'internal' },
    {
      key: 'note',
      type: 'text',
      label: { en: 'Note', de: 'Notiz' },
      privacy_class: 'personal',
      max_length: 1000,
    },
    {
      key: 'created_at',
      type: 'date_time',
      label: { en: 'Created', de: 'Angelegt' },
      privacy_class: 'internal',
      read_only: true,
      never_null: true,
    },
    {
      key: 'updated_at',
      type: 'date_time',
      label: { en: 'Changed', de: 'Geändert' },
      privacy_class: 'internal',
      read_only: true,
      never_null: true,
    },
  ],
  relations: [
    { name: 'person', label: { en: 'Person', de: 'Person' }, kind: 'person', by: 'person_id' },
    { name: 'company', label: { en: 'Company', de: 'Firma' }, kind: 'company', by: 'company_id' },
    {
      name: 'other_person',
      label: { en: 'Other person', de: 'Andere Person' },
      kind: 'person',
      by: 'other_person_id',
    },
    {
      name: 'other_company',
      label: { en: 'Other company', de: 'Andere Firma' },
      kind: 'company',
      by: 'other_company_id',
    },
  ],
})

const all = recordEndpoints(relationshipKind)
/** One at a time: there is nothing of a relation that one would change, tag or match in bulk. */
export const relationships = {
  list: all.list,
  count: all.count,
  get: all.get,
  history: all.history,
  create: all.create,
  update: all.update,
  remove: all.remove,
  restore: all.restore,
}

interface Seen {
  name: string
  label: Label
  type: RelationTypeId
  by: End
  past?: boolean
}

/** What filters may say of somebody's relations: those that last, and those that are over. */
const seenAs = ({ name, label, type, by, past = false }: Seen) => {
  const mutual = relationTypes.some(one => one.id === type && isMutual(one))
  return {
    name,
    label,
    kind: 'relationship',
    by,
    many: true,
    only: {
      column: 'type',
      value: type,
      until: 'to_on',
      for_now: !past,
      ...(mutual ? { or_by: 'other_person_id' } : {}),
    },
  }
}

export const personRelations = [
  seenAs({ name: 'works_at', label: { en: 'Works at', de: 'Arbeitet bei' }, type: 'works_at', by: 'person_id' }),
  seenAs({
    name: 'worked_at',
    label: { en: 'Worked at', de: 'Arbeitete bei' },
    type: 'works_at',
    by: 'person_id',
    past: true,
  }),
  seenAs({ name: 'buys_for', label: { en: 'Buys for', de: 'Kauft ein für' }, type: 'buys_for', by: 'person_id' }),
  seenAs({
    name: 'bought_for',
    label: { en: 'Bought for', de: 'Kaufte ein für' },
    type: 'buys_for',
    by: 'person_id',
    past: true,
  }),
  seenAs({ name: 'household', label: { en: 'Household', de: 'Haushalt' }, type: 'household', by: 'person_id' }),
  seenAs({
    name: 'reports_to',
    label: { en: 'Reports to', de: 'Berichtet an' },
    type: 'reports_to',
    by: 'person_id',
  }),
  seenAs({ name: 'manages', label: { en: 'Manages', de: 'Leitet' }, type: 'reports_to', by: 'other_person_id' }),
]

export const companyRelations = [
  seenAs({
    name: 'staff',
    label: { en: 'Works here', de: 'Arbeitet hier' },
    type: 'works_at',
    by: 'company_id',
  }),
  seenAs({
    name: 'former_staff',
    label: { en: 'Worked here', de: 'Arbeitete hier' },
    type: 'works_at',
    by: 'company_id',
    past: true,
  }),
  seenAs({
    name: 'buyers',
    label: { en: 'Buys for it', de: 'Kauft für sie ein' },
    type: 'buys_for',
    by: 'company_id',
  }),
  seenAs({
    name: 'former_buyers',
    label: { en: 'Bought for it', de: 'Kaufte für sie ein' },
    type: 'buys_for',
    by: 'company_id',
    past: true,
  }),
  seenAs({
    name: 'parent',
    label: { en: 'Parent company', de: 'Muttergesellschaft' },
    type: 'parent_company',
    by: 'company_id',
  }),
  seenAs({
    name: 'subsidiaries',
    label: { en: 'Subsidiary', de: 'Tochtergesellschaft' },
    type: 'parent_company',
    by: 'other_company_id',
  }),
]

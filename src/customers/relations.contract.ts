import { endpoint } from '../core/endpoint.ts'
import { defineKind, type Label } from '../records/kind.contract.ts'
import { recordEndpoints, recordInputSchema, recordSchema } from '../records/records.contract.ts'
import { times } from './times.contract.ts'

// What people and companies are to each other: a small list of types, each told from both sides, with a role and a period.

export type End = 'person_id' | 'company_id' | 'other_person_id' | 'other_company_id'

interface RelationType {
  id: string
  /** The columns of its two ends. */
  from: End
  to: End
  /** What it is called from the one side and from the other, while it lasts and when it is over. */
  label: Label
  inverse: Label
  past: Label
  past_inverse: Label
}

export const relationTypes = [
  {
    id: 'works_at',
    from: 'person_id',
    to: 'company_id',
    label: { en: 'Works at', de: 'Arbeitet bei' },
    inverse: { en: 'Works here', de: 'Arbeitet hier' },
    past: { en: 'Worked at', de: 'Arbeitete bei' },
    past_inverse: { en: 'Worked here', de: 'Arbeitete hier' },
  },
  {
    id: 'buys_for',
    from: 'person_id',
    to: 'company_id',
    label: { en: 'Buys for', de: 'Kauft ein für' },
    inverse: { en: 'Buys for it', de: 'Kauft für sie ein' },
    past: { en: 'Bought for', de: 'Kaufte ein für' },
    past_inverse: { en: 'Bought for it', de: 'Kaufte für sie ein' },
  },
  {
    id: 'household',
    from: 'person_id',
    to: 'other_person_id',
    label: { en: 'Household', de: 'Haushalt' },
    inverse: { en: 'Household', de: 'Haushalt' },
    past: { en: 'Former household', de: 'Früherer Haushalt' },
    past_inverse: { en: 'Former household', de: 'Früherer Haushalt' },
  },
  {
    id: 'reports_to',
    from: 'person_id',
    to: 'other_person_id',
    label: { en: 'Reports to', de: 'Berichtet an' },
    inverse: { en: 'Manages', de: 'Führt' },
    past: { en: 'Reported to', de: 'Berichtete an' },
    past_inverse: { en: 'Managed', de: 'Führte' },
  },
  {
    id: 'parent_company',
    from: 'company_id',
    to: 'other_company_id',
    label: { en: 'Parent company', de: 'Muttergesellschaft' },
    inverse: { en: 'Subsidiary', de: 'Tochtergesellschaft' },
    past: { en: 'Former parent company', de: 'Frühere Muttergesellschaft' },
    past_inverse: { en: 'Former subsidiary', de: 'Frühere Tochtergesellschaft' },
  },
] as const satisfies readonly RelationType[]

export type RelationTypeId = (typeof relationTypes)[number]['id']
export const relationType = (id: unknown): RelationType | undefined =>
  relationTypes.find(one => one.id === id)

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
  ends: {
    person_id: 'person',
    company_id: 'company',
    other_person_id: 'person',
    other_company_id: 'company',
  },
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
    ...times,
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
const said = ['role', 'from_on', 'to_on', 'note'] as const
const sayable = {
  ...relationshipKind,
  fields: relationshipKind.fields.filter(field => said.some(key => key === field.key)),
}

/** One at a time: there is nothing of a relation that one would change, tag or match in bulk. */
export const relationships = {
  list: all.list,
  count: all.count,
  get: all.get,
  history: all.history,
  create: all.create,
  update: endpoint({
    id: 'relationships.update',
    method: 'PATCH',
    path: '/api/relationships/{id}',
    summary: 'Change the role, the period or the note of a relation; null empties one',
    description: 'What it is and its two ends stay: a relation that was told of the wrong two is deleted.',
    tag: 'Relationships',
    permission: 'records.write',
    params: all.get.params,
    body: recordInputSchema(sayable),
    ok: recordSchema(relationshipKind),
  }),
  remove: all.remove,
  restore: all.restore,
}

/** What filters may say of somebody's relations: those that last, and those that are over. */
function seenAs(name: string, id: RelationTypeId, by: 'label' | 'inverse' | 'past' | 'past_inverse') {
  const type = relationTypes.find(one => one.id === id) ?? relationTypes[0]
  const own = by === 'label' || by === 'past' ? type.from : type.to
  return {
    name,
    label: type[by],
    kind: 'relationship',
    by: own,
    many: true,
    only: {
      column: 'type',
      value: id,
      until: 'to_on',
      for_now: by === 'label' || by === 'inverse',
      ...(isMutual(type) ? { or_by: type.to } : {}),
    },
  }
}

export const personRelations = [
  seenAs('works_at', 'works_at', 'label'),
  seenAs('worked_at', 'works_at', 'past'),
  seenAs('buys_for', 'buys_for', 'label'),
  seenAs('bought_for', 'buys_for', 'past'),
  seenAs('household', 'household', 'label'),
  seenAs('reports_to', 'reports_to', 'label'),
  seenAs('manages', 'reports_to', 'inverse'),
]

export const companyRelations = [
  seenAs('staff', 'works_at', 'inverse'),
  seenAs('former_staff', 'works_at', 'past_inverse'),
  seenAs('buyers', 'buys_for', 'inverse'),
  seenAs('former_buyers', 'buys_for', 'past_inverse'),
  seenAs('parent', 'parent_company', 'label'),
  seenAs('subsidiaries', 'parent_company', 'inverse'),
]

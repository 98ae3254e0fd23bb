import type { Said } from '../core/text-sentence.ts'
import { filterLimits, type Operator } from './filter.contract.ts'
import type { FieldOption, FieldType, Label, PrivacyClass } from './kind.contract.ts'
import { manyOf, says } from './says.contract.ts'

// What a reader may name: the fields and relations of every kind they see, built-in and custom, without the hidden ones.

export interface CatalogueField {
  /** As written in filters and sorts: `email`, `custom.tier`. */
  key: string
  type: FieldType
  label: Label
  privacy_class: PrivacyClass
  /** The custom field's id; built-in fields have none. */
  id?: string | undefined
  required: boolean
  read_only: boolean
  searchable: boolean
  unique: boolean
  sortable: boolean
  filterable: boolean
  unit?: string | undefined
  options?: readonly FieldOption[] | undefined
  /** What a relation points to. */
  kind?: string | undefined
  max_length?: number | undefined
  /** The kind's tags: options are made while typing. */
  tags?: boolean | undefined
}

export interface CatalogueRelation {
  name: string
  label: Label
  kind: string
  many: boolean
}

export interface CatalogueKind {
  name: string
  plural: string
  path: string
  label: { one: Label; many: Label }
  title: string
  fields: CatalogueField[]
  relations: CatalogueRelation[]
}

export type Catalogue = ReadonlyMap<string, CatalogueKind>

const textOperators: Operator[] = ['eq', 'ne', 'in', 'contains', 'starts_with', 'empty', 'not_empty']
const orderOperators: Operator[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'empty', 'not_empty']
const choiceOperators: Operator[] = ['eq', 'ne', 'in', 'empty', 'not_empty']

/** The closed list of operators that each type of field takes. */
export const operatorsOf: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: [...textOperators, 'lt', 'lte', 'gt', 'gte', 'between'],
  long_text: ['contains', 'empty', 'not_empty'],
  email: textOperators,
  url: textOperators,
  phone: textOperators,
  number: [...orderOperators, 'in'],
  money: [...orderOperators, 'in'],
  boolean: ['eq', 'ne', 'empty', 'not_empty'],
  date: orderOperators,
  date_time: orderOperators,
  option: choiceOperators,
  options: ['contains', 'in', 'empty', 'not_empty'],
  country: choiceOperators,
  member: choiceOperators,
  relation: choiceOperators,
}

export const sortableTypes: ReadonlySet<FieldType> = new Set<FieldType>([
  'text',
  'number',
  'boolean',
  'date',
  'date_time',
  'option',
  'money',
  'email',
  'phone',
  'url',
  'country',
])

export interface Hop {
  /** Kind that the relation leaves from. */
  from: string
  relation: CatalogueRelation
}
export interface ResolvedPath {
  hops: Hop[]
  kind: string
  field: CatalogueField
}

/** `company.industry` from people; a string is the reason why there is no such field. A hidden field is an unknown one. */
export function resolvePath(catalogue: Catalogue, kindName: string, path: string): ResolvedPath | Said {
  const hops: Hop[] = []
  let kind = catalogue.get(kindName)
  let rest = path
  while (kind) {
    const here = kind
    const field = here.fields.find(one => one.key === rest)
    if (field) return { hops, kind: here.name, field }
    const dot = rest.indexOf('.')
    const relation = dot > 0 ? here.relations.find(one => one.name === rest.slice(0, dot)) : undefined
    if (!relation) return unknownField(here, rest)
    if (hops.length === filterLimits.hops) return says.too_many_hops({ path, most: filterLimits.hops })
    hops.push({ from: here.name, relation })
    rest = rest.slice(dot + 1)
    kind = catalogue.get(relation.kind)
  }
  return says.no_field({ field: path })
}

function unknownField(kind: CatalogueKind, wanted: string): Said {
  const names = [...kind.fields.map(field => field.key), ...kind.relations.map(relation => relation.name)]
  const plain = wanted.toLowerCase().replace(/^custom\./, '')
  const near = names.find(key => {
    const name = key.replace(/^custom\./, '')
    return name === plain || (plain.length > 2 && (name.startsWith(plain) || plain.startsWith(name)))
  })
  const of = { field: wanted, kind: manyOf(kind) }
  return near ? says.no_field_but({ ...of, near }) : says.no_field_on(of)
}

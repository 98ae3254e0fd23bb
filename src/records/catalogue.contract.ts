import type { Named, Said } from '../core/text-sentence.ts'
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
  /** It ties two others together, and has no fields or tags of the workspace's own. */
  ties?: boolean | undefined
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
  const known = [...kind.fields, ...kind.relations.map(({ name, label }) => ({ key: name, label }))]
  const near = nearest(known, wanted)
  const of = { field: wanted, kind: manyOf(kind) }
  return near
    ? says.no_field_but({ ...of, near: near.key, label: { label: near.label } })
    : says.no_field_on(of)
}

interface Nameable {
  readonly key: string
  readonly label: Label
}

const plainName = (name: string) => name.toLowerCase().replace(/^custom\./, '')

/** What somebody may have meant: a label in any language, the beginning of a name, or a name with a slip or two. */
function nearest(known: readonly Nameable[], wanted: string): Nameable | undefined {
  const plain = plainName(wanted)
  const slips = plain.length < 4 ? 0 : plain.length < 5 ? 1 : 2
  const ways: ((name: string) => number)[] = [
    name => (name === plain ? 0 : Number.POSITIVE_INFINITY),
    name =>
      plain.length > 2 && (name.startsWith(plain) || plain.startsWith(name)) ? 0 : Number.POSITIVE_INFINITY,
    // A path may be thousands of letters long, and is read against every field: only what can be near is measured.
    name => (Math.abs(name.length - plain.length) > slips ? Number.POSITIVE_INFINITY : distance(name, plain)),
  ]
  for (const far of ways) {
    const [best] = known
      .map(one => ({
        one,
        far: Math.min(...[one.key, ...Object.values(one.label)].map(name => far(plainName(name)))),
      }))
      .toSorted((a, b) => a.far - b.far)
    if (best && best.far <= slips) return best.one
  }
  return undefined
}

/** How many letters have to be changed, added or left out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let at = 0; at < a.length; at++) {
    const next = [at + 1]
    for (let to = 0; to < b.length; to++)
      next.push(
        Math.min((row[to] ?? 0) + (a[at] === b[to] ? 0 : 1), (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1),
      )
    row = next
  }
  return row.at(-1) ?? 0
}

/** A path as its reader knows it: by labels, to requests as it is written. */
export function nameOf(path: string, { hops, field }: ResolvedPath): Named {
  const labels = [...hops.map(({ relation }) => relation.label), field.label]
  const languages = [...new Set(labels.flatMap(label => Object.keys(label)))]
  const whole = (language: string) =>
    labels.map(label => label[language] ?? label['en'] ?? Object.values(label)[0]).join(': ')
  return { label: Object.fromEntries(languages.map(one => [one, whole(one)])), key: path }
}

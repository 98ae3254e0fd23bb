// A kind of record is described once; lists, filters, pages, imports, the API, history and undo come from the description.

export const fieldTypes = [
  'text',
  'long_text',
  'number',
  'boolean',
  'date',
  'date_time',
  'option',
  'options',
  'money',
  'email',
  'phone',
  'url',
  'country',
  'member',
  'relation',
] as const
export type FieldType = (typeof fieldTypes)[number]

export const privacyClasses = ['public', 'internal', 'personal', 'sensitive', 'secret'] as const
export type PrivacyClass = (typeof privacyClasses)[number]

/** Text by language: `{ en: 'Name', de: 'Name' }`. */
export type Label = Readonly<Record<string, string>>

export interface FieldOption {
  readonly id: string
  readonly label: Label
  readonly archived?: boolean | undefined
  readonly colour?: string | undefined
  /** Read as this other one. */
  readonly merged_into?: string | undefined
  /** Taken away from every record that holds it. */
  readonly removed?: boolean | undefined
}

export interface FieldDescription {
  readonly key: string
  readonly type: FieldType
  readonly label: Label
  readonly privacy_class: PrivacyClass
  /** Column of the table, the key itself if not named. */
  readonly column?: string
  /** A stored normal form of the column (name_sort, email_norm, phone_digits): what it is compared and sorted by. */
  readonly normal_column?: string
  /** What it is sorted by is there for every row, also where the field is empty: a list needs no second look for the rest. */
  readonly never_null?: boolean
  readonly required?: boolean
  readonly read_only?: boolean
  /** Part of the kind's search text: "contains" may use its index. */
  readonly searchable?: boolean
  readonly unique?: boolean
  readonly sortable?: boolean
  readonly filterable?: boolean
  /** Carried to ClickHouse for analytical questions. */
  readonly analytic?: boolean
  readonly unit?: string
  readonly options?: readonly FieldOption[]
  /** What a relation points to. */
  readonly kind?: string
  readonly max_length?: number
  /** A number without a fraction. */
  readonly whole?: boolean
}

export interface RelationDescription {
  readonly name: string
  readonly label: Label
  readonly kind: string
  /** The column that points: of this kind's table, or for `many` of the other's. */
  readonly by: string
  readonly many?: boolean
  /** Of those of the other kind that point here only some: by a value, and by whether their period lasts (`for_now`) or is over. */
  readonly only?: {
    readonly column: string
    readonly value: string
    readonly until: string
    readonly for_now: boolean
    /** Points here as well: the two ends mean the same. */
    readonly or_by?: string
  }
}

export interface Kind {
  readonly name: string
  readonly plural: string
  readonly table: string
  readonly path: `/${string}`
  readonly label: { readonly one: Label; readonly many: Label }
  /** The field that names a record. */
  readonly title: string
  /** What a record is called by whose title is empty, the best first: an address, an id. */
  readonly named_by?: readonly string[]
  readonly fields: readonly FieldDescription[]
  readonly relations: readonly RelationDescription[]
  /** Column with the member who owns the record: the scope "own". */
  readonly owner?: string
  /** Columns of a kind whose records merge: the one read through (itself when not merged), and the winner or null. */
  readonly merge?: { readonly root: string; readonly into: string }
  /**
   * What a record of this kind ties together, by column: it is there only for who reaches all of them, may be written by who may
   * write one, and has no rights, fields of the workspace's own or tags apart from theirs.
   */
  readonly ends?: Readonly<Record<string, string>>
  /** Generated columns that search reads. */
  readonly search?: { readonly text: string; readonly digits?: string; readonly prefix?: string }
}

interface Values {
  text: string
  long_text: string
  number: number
  boolean: boolean
  date: string
  date_time: string
  option: string
  options: string[]
  money: number
  email: string
  phone: string
  url: string
  country: string
  member: string
  relation: string
}
export type FieldValue<T extends FieldType = FieldType> = Values[T]

type FieldsOf<K extends Kind> = {
  [F in K['fields'][number] as F['key']]?: FieldValue<F['type']> | null
}
/** A record as the API shows it; fields the reader may not see are absent. */
export type RecordOf<K extends Kind> = FieldsOf<K> & {
  id: string
  custom: Record<string, unknown>
  created_at: string
  updated_at: string
}
/** A record as it is written. */
export type InputOf<K extends Kind> = FieldsOf<K> & { custom?: Record<string, unknown> | undefined }

const kinds = new Map<string, Kind>()
const name = /^[a-z][a-z0-9_]{0,49}$/

export function defineKind<const K extends Kind>(kind: K): K {
  const names = [kind.name, kind.table, kind.owner ?? 'id', ...Object.values(kind.merge ?? {})]
  for (const field of kind.fields)
    names.push(field.key, field.column ?? field.key, field.normal_column ?? field.key)
  for (const { name: own, by, only } of kind.relations)
    names.push(own, by, ...(only ? [only.column, only.until, only.or_by ?? by] : []))
  names.push(...(kind.named_by ?? []), ...Object.keys(kind.ends ?? {}))
  names.push(...Object.values(kind.search ?? {}))
  const wrong = names.find(one => !name.test(one))
  if (wrong !== undefined) throw new Error(`kind ${kind.name}: "${wrong}" is not a usable name`)
  const known = kinds.get(kind.name)
  if (known && known.path !== kind.path) throw new Error(`kind ${kind.name} is described twice`)
  kinds.set(kind.name, kind)
  return kind
}

/** Rows that are listed as records are (interactions, surveys, imports) and are none: known to their own list alone. */
export const rowsKind = (rows: Pick<Kind, 'name' | 'plural' | 'table' | 'path' | 'fields'>): Kind => ({
  ...rows,
  label: { one: { en: rows.name }, many: { en: rows.plural } },
  title: 'id',
  relations: [],
})

export const rowsField = (
  key: string,
  type: FieldType,
  more: Partial<FieldDescription> = {},
): FieldDescription => ({ key, type, label: { en: key }, privacy_class: 'internal', ...more })
export const rowsChoice = (
  key: string,
  ids: readonly string[],
  more: Partial<FieldDescription> = {},
): FieldDescription =>
  rowsField(key, 'option', { options: ids.map(id => ({ id, label: { en: id } })), ...more })

export const allKinds = (): Kind[] => [...kinds.values()]
export const findKind = (kindName: string): Kind | undefined => kinds.get(kindName)

/** What the reader's language has, else English, else anything. */
export const labelIn = (label: Label, language: string): string =>
  label[language] ?? label['en'] ?? Object.values(label)[0] ?? ''

import type { Selectable } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import {
  type Catalogue,
  type CatalogueField,
  type CatalogueKind,
  sortableTypes,
} from './catalogue.contract.ts'
import {
  allKinds,
  type FieldDescription,
  type FieldOption,
  type FieldType,
  findKind,
  type Kind,
  type Label,
  type PrivacyClass,
} from './kind.contract.ts'
import { isHidden, readScope } from './rights.ts'
import type { FieldTable } from './tables.generated.ts'

/** A custom field as the database holds it, with its columns' real types. */
export type CustomField = Omit<Selectable<FieldTable>, 'type' | 'label' | 'options' | 'privacy_class'> & {
  type: FieldType
  label: Label
  options: FieldOption[]
  privacy_class: PrivacyClass
}

/** How long another process may not know of a new field. In this process a change is known at once. */
const freshMs = 1_000
/** Longer than any transaction that changes a field: until then nothing is remembered. */
const changingMs = 5_000

const remembered = new Map<string, { fields: CustomField[]; until: number }>()
const changing = new Map<string, number>()

async function load(ctx: Ctx): Promise<CustomField[]> {
  const rows = await ctx.db
    .selectFrom('field')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('archived_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return rows as CustomField[]
}

/** The workspace's fields that are not archived. */
export async function loadFields(ctx: Ctx): Promise<CustomField[]> {
  const known = remembered.get(ctx.workspace_id)
  if (known && known.until > performance.now()) return known.fields
  const fields = await load(ctx)
  const now = performance.now()
  if ((changing.get(ctx.workspace_id) ?? 0) < now)
    remembered.set(ctx.workspace_id, { fields, until: now + freshMs })
  return fields
}

/** After a field was changed in a transaction that is still open. */
export function forgetFields(ctx: Ctx): void {
  remembered.delete(ctx.workspace_id)
  changing.set(ctx.workspace_id, performance.now() + changingMs)
}

export async function findFields(ctx: Ctx, kindName: string): Promise<CustomField[]> {
  return (await loadFields(ctx)).filter(field => field.kind === kindName)
}

const builtIn = (field: FieldDescription): CatalogueField => ({
  key: field.key,
  type: field.type,
  label: field.label,
  privacy_class: field.privacy_class,
  required: field.required ?? false,
  read_only: field.read_only ?? false,
  searchable: field.searchable ?? false,
  unique: field.unique ?? false,
  sortable: field.sortable ?? sortableTypes.has(field.type),
  filterable: field.filterable ?? true,
  ...(field.unit === undefined ? {} : { unit: field.unit }),
  ...(field.options === undefined ? {} : { options: field.options }),
  ...(field.kind === undefined ? {} : { kind: field.kind }),
  ...(field.max_length === undefined ? {} : { max_length: field.max_length }),
})

const custom = (field: CustomField): CatalogueField => ({
  key: `custom.${field.key}`,
  id: field.id,
  type: field.type,
  label: field.label,
  privacy_class: field.privacy_class,
  required: false,
  read_only: false,
  searchable: field.searchable,
  unique: field.is_unique,
  sortable: sortableTypes.has(field.type),
  filterable: true,
  ...(field.unit === null ? {} : { unit: field.unit }),
  ...(field.type === 'option' || field.type === 'options' ? { options: field.options } : {}),
  ...(field.is_tags ? { tags: true } : {}),
})

/** A kind as this reader sees it, with those of the workspace's own fields that are of it. */
export function describe(ctx: Ctx, kind: Kind, fields: CustomField[]): CatalogueKind {
  const all = [
    ...kind.fields.map(builtIn),
    ...fields.filter(field => field.kind === kind.name).map(custom),
  ].filter(field => !isHidden(ctx.principal, kind.name, field))
  const columns = new Set(
    kind.fields
      .filter(field => all.some(one => one.key === field.key))
      .map(field => field.column ?? field.key),
  )
  return {
    name: kind.name,
    plural: kind.plural,
    path: kind.path,
    label: kind.label,
    title: kind.title,
    fields: all,
    relations: kind.relations
      .filter(relation => {
        const target = findKind(relation.kind)
        return target && readScope(ctx, target) !== 'none' && (relation.many || columns.has(relation.by))
      })
      .map(({ name, label, kind: target, many = false }) => ({ name, label, kind: target, many })),
    ties: kind.ends !== undefined,
  }
}

/** Every kind and field that this reader may see; the rest is unknown to filters, sorts, search and answers alike. */
export async function loadCatalogue(ctx: Ctx): Promise<Catalogue> {
  const fields = await loadFields(ctx)
  return new Map(
    allKinds()
      .filter(kind => readScope(ctx, kind) !== 'none')
      .map(kind => [kind.name, describe(ctx, kind, fields)]),
  )
}

/** The description of a kind as this reader sees it; a kind one may not read answers like one that is not there. */
export async function getKind(ctx: Ctx, kindName: string): Promise<CatalogueKind> {
  const kind = (await loadCatalogue(ctx)).get(kindName)
  if (!kind) throw fail('not_found')
  return kind
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { type CustomField, forgetFields } from './catalogue.ts'
import type { FieldChanges, NewField } from './fields.contract.ts'
import { type FieldOption, findKind, type Kind, labelIn } from './kind.contract.ts'
import { isHidden, rightsOn } from './rights.ts'
import { says } from './says.ts'

// Custom fields: made, changed and archived at run time. Key and type stay for ever; options keep their ids.

const mostFields = 500

/** "Größe (cm)" → groesse_cm */
function keyFrom(label: string): string {
  const plain = label
    .replaceAll(/ä/gi, 'ae')
    .replaceAll(/ö/gi, 'oe')
    .replaceAll(/ü/gi, 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
    .slice(0, 40)
  return plain === '' ? 'field' : plain
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let number = 2; ; number += 1) if (!taken.has(`${wanted}_${number}`)) return `${wanted}_${number}`
}

/** An id for a new option, from its name. */
export const freeOptionId = (name: string, taken: readonly string[]): string =>
  freeName(keyFrom(name), new Set(taken))

type OptionInput = NonNullable<FieldChanges['options']>[number]

/** Options that are left out are archived, for values still hold them; a new one gets an id of its own. */
function mergeOptions(before: FieldOption[], wanted: OptionInput[]): FieldOption[] {
  const taken = new Set([...before.map(option => option.id), ...wanted.flatMap(option => option.id ?? [])])
  const kept = wanted.map((option): FieldOption => {
    const id = option.id ?? freeName(keyFrom(labelIn(option.label, 'en')), taken)
    taken.add(id)
    return { id, label: option.label, ...(option.archived ? { archived: true } : {}) }
  })
  const ids = new Set(kept.map(option => option.id))
  if (ids.size < kept.length)
    throw fail('invalid', { errors: [{ path: 'options', message: says.option_id_twice() }] })
  const left = before.filter(option => !ids.has(option.id)).map(option => ({ ...option, archived: true }))
  return [...kept, ...left]
}

const takesOptions = (type: string) => type === 'option' || type === 'options'

function refuseOptions(type: string, options: OptionInput[] | undefined): void {
  if (takesOptions(type) && (options ?? []).length === 0)
    throw fail('invalid', {
      detail: says.choice_needs_option(),
      errors: [{ path: 'options', message: says.needs_option() }],
    })
  if (!takesOptions(type) && (options ?? []).length > 0)
    throw fail('invalid', {
      detail: says.only_choices(),
      errors: [{ path: 'options', message: says.only_choices() }],
    })
}

const uniqueTypes = new Set(['text', 'email', 'url', 'phone', 'number'])

function refuseUnique(type: string, wanted: boolean | undefined): void {
  if (wanted && !uniqueTypes.has(type))
    throw fail('invalid', {
      detail: says.only_some_unique(),
      errors: [{ path: 'is_unique', message: says.not_for_type() }],
    })
}

/** Values that several records have already must be told apart by hand first. */
async function refuseRepeated(ctx: Ctx, id: string): Promise<void> {
  const { rows } = await sql<{ value: string; records: number; more: number }>`
    select value, records, (count(*) over () - 3)::int as more from (
      select coalesce(text_value, number_value::text) as value, count(*)::int as records from field_value
      where workspace_id = ${ctx.workspace_id}::uuid and field_id = ${id}::uuid and live
      group by 1 having count(*) > 1
    ) repeated order by records desc, value limit 3`.execute(ctx.db)
  const [first] = rows
  if (first === undefined) return
  const shown = rows.map(({ value, records }) => says.value_count({ value, records }))
  const values = first.more > 0 ? [...shown, says.and_more({ more: first.more })] : shown
  throw fail('conflict', {
    code: 'values_not_unique',
    detail: says.values_not_unique({ values }),
    errors: [{ path: 'is_unique', message: says.several_same() }],
  })
}

/** Kinds whose fields this principal may see or manage. */
function getReadableKind(ctx: Ctx, name: string): Kind {
  const kind = findKind(name)
  if (!kind || kind.ends || rightsOn(ctx.principal, name).read === 'none')
    throw fail('invalid', { errors: [{ path: 'kind', message: says.no_such_kind() }] })
  return kind
}

const isSeen = (ctx: Ctx, field: CustomField) =>
  rightsOn(ctx.principal, field.kind).read !== 'none' &&
  !isHidden(ctx.principal, field.kind, { key: `custom.${field.key}`, privacy_class: field.privacy_class })

/** Those that the reader sees, in no order. */
export async function listFieldsOf(
  ctx: Ctx,
  { kind, archived }: { kind?: string | undefined; archived: boolean },
): Promise<CustomField[]> {
  let query = ctx.db
    .selectFrom('field')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('archived_at', archived ? 'is not' : 'is', null)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  return ((await query.execute()) as CustomField[]).filter(field => isSeen(ctx, field))
}

export async function getCustomField(ctx: Ctx, id: string): Promise<CustomField> {
  const row = await ctx.db
    .selectFrom('field')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .executeTakeFirst()
  const field = row as CustomField | undefined
  if (!field || !isSeen(ctx, field)) throw fail('not_found')
  return field
}

export async function createCustomField(ctx: Ctx, input: NewField): Promise<CustomField> {
  const kind = getReadableKind(ctx, input.kind)
  refuseOptions(input.type, input.options)
  refuseUnique(input.type, input.is_unique)
  // One maker at a time: two must not take the same key or pass the limit together.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`field:${ctx.workspace_id}`}, 0))`.execute(ctx.db)
  const existing = await ctx.db
    .selectFrom('field')
    .select(['key', 'position'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind.name)
    .execute()
  if (existing.length >= mostFields)
    throw fail('conflict', { code: 'too_many_fields', detail: says.too_many_fields({ most: mostFields }) })
  const taken = new Set(existing.map(field => field.key))
  if (input.key !== undefined && taken.has(input.key))
    throw fail('conflict', {
      code: 'field_key_taken',
      detail: says.field_exists({ key: input.key }),
    })
  const key = input.key ?? freeName(keyFrom(labelIn(input.label, 'en')), taken)
  const last = Math.max(0, ...existing.map(field => field.position))
  const row = await ctx.db
    .insertInto('field')
    .values({
      workspace_id: ctx.workspace_id,
      id: newId(),
      kind: kind.name,
      key,
      type: input.type,
      label: JSON.stringify(input.label),
      options: JSON.stringify(mergeOptions([], input.options ?? [])),
      unit: input.unit ?? null,
      privacy_class: input.privacy_class ?? 'internal',
      searchable: input.searchable ?? false,
      is_unique: input.is_unique ?? false,
      analytic: input.analytic ?? false,
      position: input.position ?? last + 1,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  forgetFields(ctx)
  return row as CustomField
}

export async function updateCustomField(ctx: Ctx, id: string, changes: FieldChanges): Promise<CustomField> {
  const field = await getCustomField(ctx, id)
  const { label, options, ...plain } = changes
  if (field.is_tags && options !== undefined)
    throw fail('invalid', {
      code: 'options_are_tags',
      detail: says.options_are_tags(),
      errors: [{ path: 'options', message: says.are_tags() }],
    })
  if (options !== undefined) refuseOptions(field.type, options)
  refuseUnique(field.type, changes.is_unique)
  if (changes.is_unique && !field.is_unique) await refuseRepeated(ctx, id)
  const sets = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  return writeField(ctx, id, {
    ...sets,
    ...(label === undefined ? {} : { label: JSON.stringify(label) }),
    ...(options === undefined ? {} : { options: JSON.stringify(mergeOptions(field.options, options)) }),
  })
}

/** Rights name fields by key and a key is never given out again, so what was granted or hidden here ends with the field. */
export async function archiveCustomField(ctx: Ctx, id: string): Promise<CustomField> {
  const field = await getCustomField(ctx, id)
  return field.archived_at ? field : writeField(ctx, id, { archived_at: ctx.now })
}

export async function restoreCustomField(ctx: Ctx, id: string): Promise<CustomField> {
  await getCustomField(ctx, id)
  return writeField(ctx, id, { archived_at: null })
}

async function writeField(ctx: Ctx, id: string, sets: Record<string, unknown>): Promise<CustomField> {
  const row = await ctx.db
    .updateTable('field')
    .set({ ...sets, updated_at: ctx.now })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw fail('not_found')
  forgetFields(ctx)
  return row as CustomField
}

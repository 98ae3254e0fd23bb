import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { type CustomField, forgetFields, getKind, loadCatalogue } from './catalogue.ts'
import { createCustomField, freeOptionId } from './fields.ts'
import { reachable } from './filter-compile.ts'
import { type FieldOption, findKind, type Kind, labelIn } from './kind.contract.ts'
import { optionCalled, shownOption } from './options.contract.ts'
import { refuseWrite, rightsOn } from './rights.ts'
import { says } from './says.ts'
import { isTagColour, type TagColour, tagColourNames } from './tag-colours.contract.ts'
import { mostTags, type Tag } from './tags.contract.ts'

// Tags are the options of one field of a kind, which is made with its first tag: filters, lists, imports, history and undo
// know them as they know every choice.

const nameOf = (option: FieldOption) => labelIn(option.label, 'en')

const tagsField = async (ctx: Ctx, kind: string) =>
  (await loadCatalogue(ctx)).get(kind)?.fields.find(field => field.tags)

/** Held still: two that are made at once are both there, and one name is one tag. */
async function lockTags(ctx: Ctx, kind: string): Promise<CustomField | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`field:${ctx.workspace_id}`}, 0))`.execute(ctx.db)
  const row = await ctx.db
    .selectFrom('field')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('is_tags', '=', true)
    .forUpdate()
    .executeTakeFirst()
  return row as CustomField | undefined
}

async function writeTags(ctx: Ctx, field: CustomField, options: readonly FieldOption[]): Promise<void> {
  await ctx.db
    .updateTable('field')
    .set({ options: JSON.stringify(options), is_tags: true, archived_at: null, updated_at: ctx.now })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', field.id)
    .execute()
  forgetFields(ctx)
}

async function makeField(ctx: Ctx, kind: string): Promise<CustomField> {
  const { rows } = await sql<{ taken: boolean }>`select exists (select from field
    where workspace_id = ${ctx.workspace_id} and kind = ${kind} and key = 'tags') as taken`.execute(ctx.db)
  const key = rows[0]?.taken ? undefined : 'tags'
  const label = { en: 'Tags', de: 'Schlagwörter' }
  // Its options are written right after, with their colours.
  const options = [{ label }]
  return createCustomField(ctx, { kind, ...(key ? { key } : {}), type: 'options', label, options })
}

const givenAs = (options: readonly FieldOption[], name: string): FieldOption => ({
  id: freeOptionId(
    name,
    options.map(one => one.id),
  ),
  label: { en: name },
  colour: tagColourNames[(options.length + 1) % tagColourNames.length] ?? 'grey',
})

interface Tags {
  /** As records name the field: `tags`. */
  key: string
  /** One for each name. */
  ids: string[]
}

/** The tags of these names; those that are not there are made. What one was called first is its id, and no name of it any more. */
export async function ensureTags(ctx: Ctx, kind: string, names: readonly string[]): Promise<Tags> {
  const wanted = names.map(name => name.trim()).filter(name => name !== '')
  const known = await tagsField(ctx, kind)
  const found = wanted.map(name => optionCalled(known?.options ?? [], name)?.id)
  if (known && found.every(id => id !== undefined))
    return { key: known.key.slice('custom.'.length), ids: found }
  await getKind(ctx, kind)
  const stored = await lockTags(ctx, kind)
  const field = stored ?? (await makeField(ctx, kind))
  const options = stored ? [...field.options] : []
  const ids = wanted.map(name => {
    const option = optionCalled(options, name)
    if (option) return option.id
    const made = givenAs(options, name)
    options.push(made)
    return made.id
  })
  if (options.filter(one => !one.archived).length > mostTags)
    throw fail('conflict', {
      code: 'too_many_tags',
      detail: says.too_many_tags({ most: mostTags }),
    })
  await writeTags(ctx, field, options)
  return { key: field.key, ids }
}

/** Whoever may write some records of the kind may make a tag for them. */
export async function makeTag(
  ctx: Ctx,
  { kind, name }: { kind: string; name: string },
): Promise<{ kind: string; id: string; field: string }> {
  const described = findKind(kind)
  const { write } = rightsOn(ctx.principal, kind)
  if (!described || described.ends)
    throw fail('invalid', { errors: [{ path: 'kind', message: says.no_such_kind() }] })
  if (write === 'none' || (write !== 'all' && ctx.principal.member_id === null)) throw refuseWrite(described)
  const { key, ids } = await ensureTags(ctx, kind, [name])
  const [id] = ids
  if (id === undefined) throw fail('invalid', { errors: [{ path: 'name', message: says.needs_letter() }] })
  return { kind, id, field: `custom.${key}` }
}

/** How many records that this reader may see have each tag. */
async function countTags(ctx: Ctx, kind: Kind, fieldId: string, options: readonly FieldOption[]) {
  const roots = options.flatMap(one => {
    const root = shownOption(options, one.id)?.id
    return root === undefined ? [] : [{ id: one.id, root }]
  })
  const { rows } = await sql<{ root: string; count: number }>`
    select x.root, count(distinct v.record_id)::int as count
    from field_value v
    join jsonb_to_recordset(${JSON.stringify(roots)}::jsonb) x (id text, root text) on x.id = v.text_value
    join ${sql.table(kind.table)} t on t.workspace_id = v.workspace_id and t.id = v.record_id
    where v.workspace_id = ${ctx.workspace_id}::uuid and v.field_id = ${fieldId}::uuid and ${reachable(ctx, kind, 't')}
    group by 1`.execute(ctx.db)
  return new Map(rows.map(row => [row.root, row.count]))
}

export async function listTagsOf(
  ctx: Ctx,
  { kind: kindName }: { kind: string },
): Promise<{ items: Tag[]; next: null }> {
  const kind = findKind(kindName)
  const field = await tagsField(ctx, kindName)
  if (!kind || !field?.id) return { items: [], next: null }
  const options = field.options ?? []
  const counts = await countTags(ctx, kind, field.id, options)
  const items = options
    .filter(one => !one.archived)
    .map(
      (one): Tag => ({
        kind: kindName,
        id: one.id,
        name: nameOf(one),
        colour: isTagColour(one.colour) ? one.colour : 'grey',
        count: counts.get(one.id) ?? 0,
        filter: `${field.key} contains "${one.id}"`,
        merged: options
          .filter(other => other.merged_into !== undefined && shownOption(options, other.id)?.id === one.id)
          .map(other => ({ id: other.id, name: nameOf(other) })),
      }),
    )
  return { items: items.toSorted((one, other) => one.name.localeCompare(other.name)), next: null }
}

interface TagId {
  kind: string
  id: string
}

async function changeTag(
  ctx: Ctx,
  { kind, id }: TagId,
  change: (option: FieldOption, options: readonly FieldOption[]) => FieldOption,
): Promise<TagId> {
  if (!(await loadCatalogue(ctx)).has(kind)) throw fail('not_found')
  const field = await lockTags(ctx, kind)
  const option = field?.options.find(one => one.id === id)
  if (!field || !option) throw fail('not_found')
  const changed = change(option, field.options)
  await writeTags(
    ctx,
    field,
    field.options.map(one => (one.id === id ? changed : one)),
  )
  return { kind, id }
}

const nameTaken = (name: string) =>
  fail('conflict', {
    code: 'tag_exists',
    detail: says.tag_exists({ name }),
    errors: [{ path: 'name', message: says.tag_name_taken() }],
  })

export const renameTag = (
  ctx: Ctx,
  { name, colour, ...tag }: TagId & { name?: string | undefined; colour?: TagColour | undefined },
): Promise<TagId> =>
  changeTag(ctx, tag, (option, options) => {
    if (option.archived) throw fail('not_found')
    const wanted = name?.trim()
    const taken = wanted
      ? optionCalled(
          options.filter(one => !one.archived),
          wanted,
        )
      : undefined
    if (taken && taken.id !== option.id) throw nameTaken(wanted ?? '')
    return {
      ...option,
      ...(wanted ? { label: { en: wanted } } : {}),
      ...(colour === undefined ? {} : { colour }),
    }
  })

export const removeTag = (ctx: Ctx, tag: TagId): Promise<TagId> =>
  changeTag(ctx, tag, option => ({ ...option, archived: true, removed: true }))

export const mergeTags = (ctx: Ctx, { into, ...tag }: TagId & { into: string }): Promise<TagId> =>
  changeTag(ctx, tag, (option, options) => {
    const target = shownOption(options, into)
    if (!target || option.archived || target.id === option.id)
      throw fail('invalid', { errors: [{ path: 'into', message: says.other_tag() }] })
    return { ...option, archived: true, merged_into: target.id }
  })

/** Takes a deletion or a merge back. */
export const restoreTagOf = (ctx: Ctx, tag: TagId): Promise<TagId> =>
  changeTag(ctx, tag, (option, options) => {
    const { archived: _archived, removed: _removed, merged_into: _into, ...alive } = option
    const others = options.filter(one => one.id !== option.id && !one.archived)
    if (others.some(one => nameOf(one).toLowerCase() === nameOf(option).toLowerCase()))
      throw nameTaken(nameOf(option))
    return alive
  })

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { page, text } from '../core/text.ts'
import { tagColourNames } from './tag-colours.contract.ts'

// Tags of a kind of record: made while typing, renamed, coloured, merged and deleted in one place.

export const mostTags = 1_000
export const tagName = text(60, 1)
const colour = z.enum(tagColourNames)
const kind = text(50, 1)

export const tagSchema = z
  .object({
    kind: z.string(),
    id: z.string().meta({ description: 'What filters and records name it by; never changes' }),
    name: z.string(),
    colour,
    count: z.number().int().meta({ description: 'Records with it that you may see' }),
    filter: z.string().meta({ description: 'Opens its records' }),
    merged: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'tag' })
export type Tag = z.output<typeof tagSchema>

const one = z.strictObject({ kind, id: text(60, 1) })
const managing = { tag: 'Tags', permission: 'fields.manage', params: one } as const
const done = z.object({ kind: z.string(), id: z.string() })

export const listTags = endpoint({
  id: 'tags.list',
  method: 'GET',
  path: '/api/tags',
  summary: 'List the tags of a kind of record, with how many records have them',
  tag: 'Tags',
  permission: 'records.read',
  query: z.strictObject({ kind }),
  ok: page(tagSchema),
})
export const createTag = endpoint({
  id: 'tags.create',
  method: 'POST',
  path: '/api/tags',
  summary: 'Make a tag; one of this name that is there already is answered as it is',
  tag: 'Tags',
  permission: 'records.write',
  body: z.strictObject({ kind, name: tagName }),
  ok: z.object({ kind: z.string(), id: z.string(), field: z.string() }),
  status: 201,
})
export const updateTag = endpoint({
  ...managing,
  id: 'tags.update',
  method: 'PATCH',
  path: '/api/tags/{kind}/{id}',
  summary: 'Rename or colour a tag',
  body: z.strictObject({ name: tagName.optional(), colour: colour.optional() }),
  ok: done,
})
export const deleteTag = endpoint({
  ...managing,
  id: 'tags.delete',
  method: 'DELETE',
  path: '/api/tags/{kind}/{id}',
  summary: 'Delete a tag: it disappears from every record; it can be restored',
  ok: done,
})
export const restoreTag = endpoint({
  ...managing,
  id: 'tags.restore',
  method: 'POST',
  path: '/api/tags/{kind}/{id}/restore',
  summary: 'Restore a deleted or merged tag, on the records that held it',
  ok: done,
})
export const mergeTag = endpoint({
  ...managing,
  id: 'tags.merge',
  method: 'POST',
  path: '/api/tags/{kind}/{id}/merge',
  summary: 'Merge a tag into another: its records have the other from now on',
  body: z.strictObject({ into: text(60, 1) }),
  ok: done,
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { fieldTypes, privacyClasses } from './kind.contract.ts'
import { pageLimit, rowsQuery } from './records.contract.ts'
import { says } from './says.contract.ts'

// Fields that a workspace makes for itself, and the catalogue of all fields a reader may see.

const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, contractText(says.not_language()))
const label = z
  .record(language, text(100, 1))
  .refine(value => Object.keys(value).length > 0, contractText(says.needs_text()))

/** Types that a custom field may have. */
export const customTypes = fieldTypes.filter(type => type !== 'relation')

const option = z.object({
  id: z.string(),
  label,
  archived: z.boolean().optional(),
  colour: z.string().optional(),
  merged_into: z.string().optional().meta({ description: 'Read as this other option' }),
  removed: z.boolean().optional().meta({ description: 'Taken away from every record that holds it' }),
})
const optionInput = z.strictObject({
  /** The id of an option that exists; a new one gets its own. */
  id: text(60, 1).optional(),
  label,
  archived: z.boolean().optional(),
})

export const fieldSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    key: z.string(),
    type: z.enum(fieldTypes),
    label,
    options: z.array(option),
    unit: z.string().nullable(),
    privacy_class: z.enum(privacyClasses),
    searchable: z.boolean(),
    is_unique: z.boolean(),
    is_tags: z.boolean(),
    analytic: z.boolean(),
    position: z.number().int(),
    archived_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'field' })
export type Field = z.output<typeof fieldSchema>

const settings = {
  label,
  options: z.array(optionInput).max(200).optional(),
  unit: text(20).nullable().optional(),
  privacy_class: z.enum(privacyClasses).exclude(['secret']).optional(),
  searchable: z.boolean().optional(),
  is_unique: z.boolean().optional().meta({
    description: 'No two living records may have the same value; text, email, url, phone and number only',
  }),
  analytic: z.boolean().optional(),
  position: z.int().min(0).max(10_000).optional(),
}
export const newField = z.strictObject({
  kind: text(50, 1),
  /** How filters and imports name it; made from the label when left out. Never changes. */
  key: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,49}$/, contractText(says.not_key()))
    .optional(),
  type: z.enum(customTypes),
  ...settings,
})
export type NewField = z.output<typeof newField>
export const fieldChanges = z.strictObject({ ...settings, label: label.optional() })
export type FieldChanges = z.output<typeof fieldChanges>

const one = z.strictObject({ id: id() })
const tag = 'Fields'

export const listFields = endpoint({
  id: 'fields.list',
  method: 'GET',
  path: '/api/fields',
  summary: 'List the fields this workspace has made',
  tag,
  permission: 'records.read',
  query: z.strictObject({
    kind: text(50).optional(),
    archived: z.enum(['true', 'false']).default('false'),
    ...rowsQuery,
    limit: z.coerce.number().int().min(1).max(pageLimit.most).default(pageLimit.most),
  }),
  ok: page(fieldSchema),
})
export const getField = endpoint({
  id: 'fields.get',
  method: 'GET',
  path: '/api/fields/{id}',
  summary: 'Read one field',
  tag,
  permission: 'records.read',
  params: one,
  ok: fieldSchema,
})
export const createField = endpoint({
  id: 'fields.create',
  method: 'POST',
  path: '/api/fields',
  summary: 'Make a field; it can be used at once',
  tag,
  permission: 'fields.manage',
  body: newField,
  ok: fieldSchema,
  status: 201,
})
export const updateField = endpoint({
  id: 'fields.update',
  method: 'PATCH',
  path: '/api/fields/{id}',
  summary: 'Change a field; its key and type stay',
  description: 'An option left out of `options` is archived: values that hold it keep it.',
  tag,
  permission: 'fields.manage',
  params: one,
  body: fieldChanges,
  ok: fieldSchema,
})
export const archiveField = endpoint({
  id: 'fields.archive',
  method: 'DELETE',
  path: '/api/fields/{id}',
  summary: 'Archive a field: it disappears everywhere, its values stay',
  tag,
  permission: 'fields.manage',
  params: one,
  ok: fieldSchema,
})
export const restoreField = endpoint({
  id: 'fields.restore',
  method: 'POST',
  path: '/api/fields/{id}/restore',
  summary: 'Bring an archived field back, with its values',
  tag,
  permission: 'fields.manage',
  params: one,
  ok: fieldSchema,
})

const catalogueField = z.object({
  key: z.string(),
  type: z.enum(fieldTypes),
  label,
  privacy_class: z.enum(privacyClasses),
  id: z.string().optional(),
  required: z.boolean(),
  read_only: z.boolean(),
  searchable: z.boolean(),
  unique: z.boolean(),
  sortable: z.boolean(),
  filterable: z.boolean(),
  unit: z.string().optional(),
  options: z.array(option).optional(),
  kind: z.string().optional(),
  max_length: z.number().optional(),
  tags: z.boolean().optional(),
})
export const listKinds = endpoint({
  id: 'kinds.list',
  method: 'GET',
  path: '/api/kinds',
  summary:
    'The kinds of records with every field you may see: what lists, filters, sorts and imports can name',
  tag,
  permission: 'records.read',
  ok: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        plural: z.string(),
        path: z.string(),
        label: z.object({ one: label, many: label }),
        title: z.string(),
        fields: z.array(catalogueField),
        relations: z.array(z.object({ name: z.string(), label, kind: z.string(), many: z.boolean() })),
        ties: z
          .boolean()
          .optional()
          .meta({ description: 'It ties two others together, and has no fields or tags of your own' }),
      }),
    ),
  }),
})

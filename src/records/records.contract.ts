import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, sentence, text } from '../core/text.ts'
import { filterLimits } from './filter.contract.ts'
import type { FieldDescription, InputOf, Kind, RecordOf } from './kind.contract.ts'
import { replySchema, valueSchema } from './values.contract.ts'

// The endpoints that every kind of record has, made from its description.

export const pageLimit = { usual: 60, most: 200 } as const
export const batchLimit = 1_000

const shapeOf = (fields: readonly FieldDescription[], schema: (field: FieldDescription) => z.ZodType) =>
  Object.fromEntries(fields.map(field => [field.key, schema(field).nullable().optional()]))

const customValues = z.record(text(60), z.unknown())

/** A record as the API answers it. */
export function recordSchema<const K extends Kind>(kind: K): z.ZodType<RecordOf<K>> {
  return z
    .object({
      id: z.string(),
      ...shapeOf(kind.fields, replySchema),
      custom: customValues,
      created_at: z.string(),
      updated_at: z.string(),
    })
    .meta({ id: kind.name }) as unknown as z.ZodType<RecordOf<K>>
}

/** A record as it is written: only writable fields, nothing unknown. */
export function recordInputSchema<const K extends Kind>(kind: K): z.ZodType<InputOf<K>> {
  const writable = kind.fields.filter(field => !field.read_only)
  return z.strictObject({
    ...shapeOf(writable, valueSchema),
    custom: customValues.optional(),
  }) as unknown as z.ZodType<InputOf<K>>
}

const filterText = text(filterLimits.text)
  .optional()
  .meta({ description: 'The filter in its text form, e.g. country = "DE" and not email is empty' })
/** What every list takes. */
export const rowsQuery = {
  filter: filterText,
  sort: text(300)
    .optional()
    .meta({ description: 'Field keys, "-" before one turns it round: -created_at,name' }),
  limit: z.coerce.number().int().min(1).max(pageLimit.most).default(pageLimit.usual),
  after: text(4_000).optional().meta({ description: 'The "next" of the page before' }),
}
export const listQuery = z.strictObject({
  ...rowsQuery,
  search: text(200)
    .optional()
    .meta({ description: 'Words of names, addresses or phone numbers, in any spelling' }),
})

export const outcome = z.object({
  index: z.number().int(),
  status: z.enum(['created', 'updated', 'unchanged', 'rejected']),
  id: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  sentence: sentence().optional(),
})
export type Outcome = z.output<typeof outcome>

export const batchBody = z.strictObject({
  mode: z.enum(['create', 'upsert']),
  match: z.array(text(60)).max(5).optional(),
  items: z
    .array(z.record(text(60), z.unknown()))
    .min(1)
    .max(batchLimit),
})
export type BatchBody = z.output<typeof batchBody>

/** So many records are changed or deleted by one request, and undone by one. */
export const manyLimit = 500
const manyIds = z.array(id()).min(1).max(manyLimit)
const manyReply = z.object({
  request_id: z.string().meta({ description: 'What `POST /api/changes/undo` takes to undo all of it' }),
  outcomes: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['updated', 'unchanged', 'deleted', 'rejected']),
      code: z.string().optional(),
      detail: z.string().optional(),
      sentence: sentence().optional(),
    }),
  ),
})
export type ManyReply = z.output<typeof manyReply>

const actions = ['created', 'updated', 'deleted', 'restored', 'removed'] as const
const changedFields = z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))

/** What was said of a record together with another: that somebody works somewhere, and no longer does. */
export const tieChange = z.object({
  id: z.string(),
  kind: z.string(),
  record_id: z.string(),
  action: z.enum(actions),
  values: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What it is now; its ends as they are read through merges' }),
  changes: changedFields,
})
export type TieChange = z.output<typeof tieChange>

export const changeSchema = z.object({
  id: z.string(),
  at: z.string(),
  record_id: z.string(),
  action: z.enum(actions),
  /** `name` is what the member, key or imported file is called. */
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  request_id: z.string().nullable(),
  changes: changedFields,
  ties: z.array(tieChange).meta({ description: 'What the same request changed of its relations' }),
})
export type Change = z.output<typeof changeSchema>

const one = z.strictObject({ id: id() })
const removal = z.object({ id: z.string(), deleted_at: z.string() })
const countReply = z.object({
  count: z.number().int(),
  /** False when there are more than were counted. */
  exact: z.boolean(),
})

const capital = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1)

const eachPath = <const P extends string>(path: P) => `${path}/{id}` as const

function readEndpoints<const K extends Kind>(kind: K) {
  const record = recordSchema(kind)
  const { plural, path } = kind
  const usual = { tag: capital(plural), method: 'GET', permission: 'records.read' } as const
  return {
    list: endpoint({
      ...usual,
      id: `${plural}.list`,
      path,
      summary: `List ${plural}`,
      query: listQuery,
      ok: page(record),
    }),
    count: endpoint({
      ...usual,
      id: `${plural}.count`,
      path: `${path}/count`,
      summary: `Count ${plural}, exactly up to 10,000`,
      query: listQuery.pick({ filter: true, search: true }),
      ok: countReply,
    }),
    get: endpoint({
      ...usual,
      id: `${plural}.get`,
      path: eachPath(path),
      summary: `Read one of the ${plural}`,
      params: one,
      ok: record,
    }),
    history: endpoint({
      ...usual,
      id: `${plural}.history`,
      path: `${eachPath(path)}/history`,
      summary: 'What was changed, by whom and when, newest first',
      permission: 'history.read',
      params: one,
      query: listQuery.pick({ limit: true, after: true }),
      ok: page(changeSchema),
    }),
  }
}

function writeEndpoints<const K extends Kind>(kind: K) {
  const record = recordSchema(kind)
  const input = recordInputSchema(kind)
  const { plural, path } = kind
  const usual = { tag: capital(plural), permission: 'records.write' } as const
  return {
    create: endpoint({
      ...usual,
      id: `${plural}.create`,
      method: 'POST',
      path,
      summary: `Create one of the ${plural}`,
      body: input,
      ok: record,
      status: 201,
    }),
    update: endpoint({
      ...usual,
      id: `${plural}.update`,
      method: 'PATCH',
      path: eachPath(path),
      summary: `Change fields of one of the ${plural}; null empties a field`,
      params: one,
      body: input,
      ok: record,
    }),
    batch: endpoint({
      ...usual,
      id: `${plural}.batch`,
      method: 'POST',
      path: `${path}/batch`,
      summary: `Create or upsert up to ${batchLimit} ${plural}, with an outcome for each`,
      body: batchBody,
      ok: z.object({ outcomes: z.array(outcome) }),
      bulk: true,
    }),
    changeMany: endpoint({
      ...usual,
      id: `${plural}.change_many`,
      method: 'POST',
      path: `${path}/change`,
      summary: `Set the same values on up to ${manyLimit} ${plural}, with an outcome for each`,
      body: z.strictObject({ ids: manyIds, values: input }),
      ok: manyReply,
    }),
    tagMany: endpoint({
      ...usual,
      id: `${plural}.tag_many`,
      method: 'POST',
      path: `${path}/tag`,
      summary: `Add and take away tags of up to ${manyLimit} ${plural}, with an outcome for each`,
      description: 'Tags by name; one to be added that is not there yet is made.',
      body: z.strictObject({
        ids: manyIds,
        add: z.array(text(60, 1)).max(20).default([]),
        remove: z.array(text(60, 1)).max(20).default([]),
      }),
      ok: manyReply,
    }),
  }
}

function removalEndpoints<const K extends Kind>(kind: K) {
  const { plural, path } = kind
  const usual = { tag: capital(plural), permission: 'records.delete', params: one } as const
  return {
    remove: endpoint({
      ...usual,
      id: `${plural}.delete`,
      method: 'DELETE',
      path: eachPath(path),
      summary: `Delete one of the ${plural}; it can be restored`,
      ok: removal,
    }),
    removeMany: endpoint({
      tag: usual.tag,
      permission: usual.permission,
      id: `${plural}.delete_many`,
      method: 'POST',
      path: `${path}/delete`,
      summary: `Delete up to ${manyLimit} ${plural}, with an outcome for each; they can be restored`,
      body: z.strictObject({ ids: manyIds }),
      ok: manyReply,
    }),
    restore: endpoint({
      ...usual,
      id: `${plural}.restore`,
      method: 'POST',
      path: `${eachPath(path)}/restore`,
      summary: `Restore one of the deleted ${plural}`,
      ok: recordSchema(kind),
    }),
  }
}

export const recordEndpoints = <const K extends Kind>(kind: K) => ({
  ...readEndpoints(kind),
  ...writeEndpoints(kind),
  ...removalEndpoints(kind),
})
export type RecordEndpoints<K extends Kind = Kind> = ReturnType<typeof recordEndpoints<K>>

const made = new Map<string, RecordEndpoints>()

/** The same endpoints for code that takes any kind. */
export function endpointsOf(kind: Kind): RecordEndpoints {
  const known = made.get(kind.name) ?? recordEndpoints(kind)
  made.set(kind.name, known)
  return known
}

export const listTitles = endpoint({
  id: 'records.titles',
  method: 'GET',
  path: '/api/titles',
  summary: 'The names of records of one kind, for showing references to them',
  tag: 'Search',
  permission: 'records.read',
  query: z.strictObject({
    kind: text(50, 1),
    ids: text(8_000).meta({ description: 'Up to 200 ids, separated by commas' }),
  }),
  ok: z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) }),
})

export const undoChanges = endpoint({
  id: 'changes.undo',
  method: 'POST',
  path: '/api/changes/undo',
  summary: 'Undo what one request changed',
  description:
    'Writes the earlier values again as new changes. A field that was changed since keeps its value and is reported.',
  tag: 'Changes',
  permission: 'records.write',
  body: z.strictObject({
    request_id: text(80, 1),
    record_id: id()
      .optional()
      .meta({ description: 'Only what it changed of this record; a merge is taken back whole all the same' }),
  }),
  ok: z.object({
    undone: z.number().int(),
    conflicts: z.array(
      z.object({
        kind: z.string(),
        record_id: z.string(),
        field: z.string().nullable(),
        detail: z.string(),
        sentence: sentence().nullable(),
      }),
    ),
  }),
})

export const searchRecords = endpoint({
  id: 'records.search',
  method: 'GET',
  path: '/api/search',
  summary: 'Search records of every kind by name, address or number',
  tag: 'Search',
  permission: 'records.read',
  query: z.strictObject({
    q: text(200, 1),
    limit: z.coerce.number().int().min(1).max(20).default(8),
  }),
  ok: z.object({
    items: z.array(
      z.object({ kind: z.string(), id: z.string(), title: z.string(), detail: z.string().nullable() }),
    ),
  }),
})

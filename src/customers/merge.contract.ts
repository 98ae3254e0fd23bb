import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, text } from '../core/text.ts'

const one = z.strictObject({ id: id() })
const side = z.enum(['this', 'other'])

const mergedField = z.object({
  field: z.string(),
  this: z.unknown(),
  other: z.unknown(),
  result: z.unknown(),
  /** Both have a value, and they differ: somebody may want to choose. */
  differs: z.boolean(),
})
export type MergedField = z.output<typeof mergedField>

const mergeResult = z.object({
  /** The person that stays, and the one that is read through it from now on. */
  id: id(),
  other_id: id(),
  /** Null for a dry run. */
  merge_id: id().nullable(),
  dry_run: z.boolean(),
  fields: z.array(mergedField),
  identifiers: z.object({ this: z.number().int(), other: z.number().int() }),
  /** Somebody once said these two are different people. */
  kept_apart: z.boolean(),
})
export type MergeResult = z.output<typeof mergeResult>

export const mergePeople = endpoint({
  id: 'people.merge',
  method: 'POST',
  path: '/api/people/{id}/merge',
  summary: 'Merge another person into this one',
  description:
    'This person stays. Its values stay where it has any, unless `keep` names the other; the identifiers and the history of both become one. Nothing is rewritten: un-merging is exact.',
  tag: 'People',
  permission: 'records.merge',
  params: one,
  body: z.strictObject({
    other_id: id(),
    dry_run: z.boolean().optional().meta({ description: 'Only show what would become of it' }),
    keep: z
      .record(text(120, 1), side)
      .optional()
      .meta({ description: 'Whose value stays, by field: {"phone": "other"}' }),
  }),
  ok: mergeResult,
})

const unmergeResult = z.object({
  id: id(),
  other_id: id(),
  merge_id: id(),
  dry_run: z.boolean(),
  /** What changes on the person that stays. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  /** What the other person has again. */
  other_fields: z.array(z.object({ field: z.string(), value: z.unknown() })),
  identifiers: z.object({ this: z.number().int(), other: z.number().int() }),
})
export type UnmergeResult = z.output<typeof unmergeResult>

export const unmergePeople = endpoint({
  id: 'people.unmerge',
  method: 'POST',
  path: '/api/people/{id}/unmerge',
  summary: 'Take a merge apart again',
  description:
    'Both people are as they were, apart from edits made since, which stay with this one. The same evidence will not bring the two together again.',
  tag: 'People',
  permission: 'records.merge',
  params: one,
  body: z.strictObject({
    merge_id: id().optional(),
    other_id: id().optional(),
    dry_run: z.boolean().optional(),
  }),
  ok: unmergeResult,
})

const mergeEdge = z.object({
  id: id(),
  winner_id: id(),
  loser_id: id(),
  loser_name: z.string().nullable(),
  opened_at: instant(),
  opened_by: z.string().nullable(),
})
export type MergeEdgeView = z.output<typeof mergeEdge>

export const listMerges = endpoint({
  id: 'people.merges',
  method: 'GET',
  path: '/api/people/{id}/merges',
  summary: 'List who was merged into this person',
  tag: 'People',
  permission: 'records.read',
  params: one,
  ok: z.object({ items: z.array(mergeEdge) }),
})

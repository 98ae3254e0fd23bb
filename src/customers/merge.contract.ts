import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, text } from '../core/text.ts'

const one = z.strictObject({ id: id() })
const side = z.enum(['this', 'other'])
const counts = z.object({ this: z.number().int(), other: z.number().int() })

const mergedField = z.object({
  field: z.string(),
  this: z.unknown(),
  other: z.unknown(),
  result: z.unknown(),
  /** Both have a value, and they differ: somebody may want to choose. */
  differs: z.boolean(),
})
export type MergedField = z.output<typeof mergedField>

const merged = z.object({
  /** The one that stays, and the one that is read through it from now on. */
  id: id(),
  other_id: id(),
  /** Null for a dry run. */
  merge_id: id().nullable(),
  dry_run: z.boolean(),
  fields: z.array(mergedField),
  identifiers: counts,
})
const mergeResult = merged.extend({
  /** Somebody once said these two are different people. */
  kept_apart: z.boolean(),
})
export type MergeResult = z.output<typeof mergeResult>
const companyMergeResult = merged.extend({
  /** Who works for each of the two. */
  people: counts,
})
export type CompanyMergeResult = z.output<typeof companyMergeResult>

const mergeBody = z.strictObject({
  other_id: id(),
  dry_run: z.boolean().optional().meta({ description: 'Only show what would become of it' }),
  keep: z
    .record(text(120, 1), side)
    .optional()
    .meta({ description: 'Whose value stays, by field: {"phone": "other"}' }),
})

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
  body: mergeBody,
  ok: mergeResult,
})

export const mergeCompanies = endpoint({
  id: 'companies.merge',
  method: 'POST',
  path: '/api/companies/{id}/merge',
  summary: 'Merge another company into this one',
  description:
    'This company stays. Its values stay where it has any, unless `keep` names the other; the people, the identifiers and the history of both become one. Nothing is rewritten: un-merging is exact.',
  tag: 'Companies',
  permission: 'records.merge',
  params: one,
  body: mergeBody,
  ok: companyMergeResult,
})

const unmergeResult = z.object({
  id: id(),
  other_id: id(),
  merge_id: id(),
  dry_run: z.boolean(),
  /** What changes on the one that stays. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  /** What the other has again. */
  other_fields: z.array(z.object({ field: z.string(), value: z.unknown() })),
  identifiers: counts,
})
export type UnmergeResult = z.output<typeof unmergeResult>
const companyUnmergeResult = unmergeResult.extend({ people: counts })
export type CompanyUnmergeResult = z.output<typeof companyUnmergeResult>

const unmergeBody = z.strictObject({
  merge_id: id().optional(),
  other_id: id().optional(),
  dry_run: z.boolean().optional(),
})

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
  body: unmergeBody,
  ok: unmergeResult,
})

export const unmergeCompanies = endpoint({
  id: 'companies.unmerge',
  method: 'POST',
  path: '/api/companies/{id}/unmerge',
  summary: 'Take a merge of companies apart again',
  description:
    'Both companies are as they were, each with its people, apart from edits made since, which stay with this one.',
  tag: 'Companies',
  permission: 'records.merge',
  params: one,
  body: unmergeBody,
  ok: companyUnmergeResult,
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

const mergesOf = (kind: 'people' | 'companies', summary: string, tag: string) =>
  endpoint({
    id: `${kind}.merges`,
    method: 'GET',
    path: `/api/${kind}/{id}/merges`,
    summary,
    tag,
    permission: 'records.read',
    params: one,
    ok: z.object({ items: z.array(mergeEdge) }),
  })

export const listMerges = mergesOf('people', 'List who was merged into this person', 'People')
export const listCompanyMerges = mergesOf('companies', 'List what was merged into this company', 'Companies')

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'

const reviewedPerson = z.object({
  id: id(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  company: z.string().nullable(),
  created_at: instant(),
  last_seen_at: instant().nullable(),
})
export type ReviewedPerson = z.output<typeof reviewedPerson>

const review = z.object({
  id: id(),
  reason: z.string(),
  /** The identifiers that belong to the one and were seen with the other. */
  identifiers: z.array(z.object({ type: z.string(), value: z.string() })),
  rule: z.string(),
  evidence: z.unknown(),
  occurrences: z.number().int(),
  created_at: instant(),
  last_at: instant(),
  person: reviewedPerson,
  other: reviewedPerson,
})
export type Review = z.output<typeof review>

export const listReviews = endpoint({
  id: 'identity.reviews',
  method: 'GET',
  path: '/api/identity/reviews',
  summary: 'List pairs of people that may be one, oldest first',
  tag: 'People',
  permission: 'records.merge',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: text(60).optional(),
  }),
  ok: page(review),
})

export const resolveReview = endpoint({
  id: 'identity.reviews.resolve',
  method: 'POST',
  path: '/api/identity/reviews/{id}/resolve',
  summary: 'Decide whether two people are one',
  tag: 'People',
  permission: 'records.merge',
  params: z.strictObject({ id: id() }),
  body: z.strictObject({
    action: z.enum(['merge', 'keep_apart']),
    keep_id: id()
      .optional()
      .meta({ description: 'The person that stays; without it the one known for longer' }),
  }),
  ok: z.object({
    id: id(),
    action: z.enum(['merge', 'keep_apart']),
    person_id: id(),
    merge_id: id().nullable(),
  }),
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, text } from '../core/text.ts'

export const identifierType = z.enum([
  'user_id',
  'anonymous_id',
  'email',
  'phone',
  'external_id',
  'group_id',
  'person',
  'company',
])
export type IdentifierType = z.output<typeof identifierType>

export const ownedIdentifier = z.object({
  id: z.string(),
  type: identifierType,
  value: z.string(),
  person_id: id(),
  /** Null: always was. */
  valid_from: instant().nullable(),
  /** Null: still is. */
  valid_to: instant().nullable(),
  claimed_at: instant(),
  rule: z.string(),
  evidence: z.unknown(),
})

export const listPersonIdentifiers = endpoint({
  id: 'people.identifiers',
  method: 'GET',
  path: '/api/people/{id}/identifiers',
  summary: 'List what a person is recognised by, and since when',
  tag: 'People',
  permission: 'records.read',
  params: z.strictObject({ id: id() }),
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: text(40).optional(),
  }),
  ok: z.object({ items: z.array(ownedIdentifier), next: z.string().nullable() }),
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { measures } from './measures.contract.ts'
import { comparedFields, groupKinds } from './representation.contract.ts'
import { populationQuery, responsePage } from './responses.contract.ts'
import { surveyKinds } from './surveys.contract.ts'

// The rows behind who answered: a number there counts exactly what is listed here for the same words.

export const linkSteps = ['invited', 'opened', 'started', 'completed'] as const
export type LinkStep = (typeof linkSteps)[number]

const asked = z.object({
  id: id(),
  survey: z.object({ id: id(), name: z.string() }),
  person: z
    .object({ id: id(), name: z.string().nullable() })
    .nullable()
    .meta({ description: 'null when deleted, or not among the people you may see' }),
  reached: z.enum(linkSteps).nullable().meta({ description: 'null unless the survey is identified' }),
  created_at: instant().meta({ description: 'When the link was made' }),
  opened_at: instant().nullable(),
  started_at: instant().nullable(),
  completed_at: instant().nullable(),
})
export type AskedRow = z.output<typeof asked>

const total = z.number().int().nullable().meta({ description: 'Of all pages; null when withheld' })
const askedPage = page(asked).extend({
  total,
  withheld: z
    .boolean()
    .meta({ description: 'A confidential or anonymous survey: the rows would tell who answered' }),
})

const params = z.strictObject({ measure: z.enum(measures) })
const whichSurveys = {
  survey_id: id().optional(),
  kind: z.enum(surveyKinds).optional(),
  ...populationQuery,
}
const rows = {
  sort: z.enum(['-created_at', 'created_at']).default('-created_at'),
  limit: z.coerce.number().int().min(1).max(200).default(60),
  after: text(500).optional(),
}

export const measureInvitations = endpoint({
  id: 'measures.invitations',
  method: 'GET',
  path: '/api/measures/{measure}/invitations',
  summary: 'List the personal links behind a response rate',
  description:
    'Takes what `measures.get` takes and lists exactly the links that it counts at a step. Of a confidential survey only `invited` is listed, without how far anybody came.',
  tag: 'Measures',
  permission: 'surveys.read',
  params,
  query: z.strictObject({ ...whichSurveys, step: z.enum(linkSteps).default('invited'), ...rows }),
  ok: askedPage,
})

export const measureGroup = endpoint({
  id: 'measures.group',
  method: 'GET',
  path: '/api/measures/{measure}/representation/people',
  summary: 'List the people behind a share of those who answered, or did not',
  description:
    'Takes what `measures.representation` takes and lists exactly the people that it counts in a group, each with the link that counts. Only of identified surveys.',
  tag: 'Measures',
  permission: 'surveys.read',
  params,
  query: z.strictObject({
    ...whichSurveys,
    field: z.enum(comparedFields),
    group: z.enum(groupKinds).default('value'),
    value: text(500).optional().meta({ description: 'The value of the group `value`, as it is given there' }),
    answered: z.enum(['true', 'false']),
    ...rows,
  }),
  ok: askedPage,
})

export const measureUninvited = endpoint({
  id: 'measures.uninvited',
  method: 'GET',
  path: '/api/measures/{measure}/uninvited',
  summary: 'List the answers that came without a personal link',
  description:
    'Takes what `measures.get` takes and lists exactly the answers that it counts as uninvited: by open link or API. Of a confidential or anonymous survey as `surveys.responses` does.',
  tag: 'Measures',
  permission: 'surveys.read',
  params,
  query: z.strictObject({
    ...whichSurveys,
    sort: z
      .enum(['-submitted_at', 'submitted_at'])
      .optional()
      .meta({ description: 'Only of identified surveys' }),
    limit: rows.limit,
    after: rows.after,
  }),
  ok: responsePage.extend({ total }),
})

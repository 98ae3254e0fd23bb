import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id } from '../core/text.ts'
import { measures } from './measures.contract.ts'
import { populationQuery } from './responses.contract.ts'
import { surveyKinds } from './surveys.contract.ts'

/** What the customer record already holds of those who were asked, whether they answered or not. */
export const comparedFields = ['country', 'language', 'tenure', 'industry', 'employees', 'revenue'] as const
export type ComparedField = (typeof comparedFields)[number]
/** A group by name, those of whom it is not known, or the small groups together. */
export const groupKinds = ['value', 'unknown', 'others'] as const

const group = z.object({
  value: z
    .string()
    .nullable()
    .meta({ description: 'null: not known, or the small groups together, as `group` says' }),
  group: z.enum(groupKinds),
  answered: z.number().int(),
  silent: z.number().int(),
  share_of_answered: z.number(),
  share_of_silent: z.number(),
  difference: z.number().meta({ description: 'Share among those who answered less share among the silent' }),
})

const comparison = z.object({
  field: z.enum(comparedFields),
  p: z.number().nullable().meta({
    description:
      'Chi-square test of independence, Holm-corrected over the fields; null when there is nothing to compare',
  }),
  differs: z
    .boolean()
    .meta({ description: 'p below 0.05: those who answered are not like those who did not' }),
  groups: z.array(group),
})
export type Comparison = z.output<typeof comparison>

const estimate = z.object({
  n: z.number().int(),
  score: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})

export const measureRepresentation = endpoint({
  id: 'measures.representation',
  method: 'GET',
  path: '/api/measures/{measure}/representation',
  summary: 'Compare who answered with who did not',
  description:
    'Over the people who were asked by personal link, each once. A high response rate proves nothing about bias: this compares the two groups on what their records already hold, and weights the score (raking) so that those who answered have the shares of all who were asked, on every field on which they differ. Only for identified surveys: elsewhere it would tell who answered.',
  tag: 'Measures',
  permission: 'surveys.read',
  params: z.strictObject({ measure: z.enum(measures) }),
  query: z.strictObject({
    survey_id: id().optional(),
    kind: z.enum(surveyKinds).optional(),
    ...populationQuery,
  }),
  ok: z.object({
    guarded: z.boolean().meta({ description: 'A confidential or anonymous survey: nothing is compared' }),
    asked: z.number().int(),
    answered: z.number().int(),
    fields: z.array(comparison),
    raw: estimate.nullable().meta({ description: 'Of the answers by personal link alone, unweighted' }),
    weighted: estimate
      .extend({
        effective_n: z.number().meta({ description: 'Kish: (Σw)² / Σw²' }),
        by: z.array(z.enum(comparedFields)),
        uncovered: z.number().meta({
          description: 'Share of those asked in groups of which nobody answered: no weight helps there',
        }),
      })
      .nullable()
      .meta({ description: 'null when no field differs: then there is nothing to weight by' }),
  }),
})

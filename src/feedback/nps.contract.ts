import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant } from '../core/text.ts'
import { intervals, populationQuery } from './responses.contract.ts'
import { surveyKinds } from './surveys.contract.ts'

const figures = z.object({
  n: z.number().int().meta({ description: 'Answers counted' }),
  score: z.number().nullable().meta({
    description: '100 × (promoters − detractors) / n, −100 to +100; null without answers or when withheld',
  }),
  low: z.number().nullable(),
  high: z.number().nullable(),
  promoters: z.number().int().nullable(),
  passives: z.number().int().nullable(),
  detractors: z.number().int().nullable(),
  withheld: z
    .boolean()
    .meta({ description: 'Fewer answers than may be shown without telling whose they are' }),
  indicative: z.boolean().meta({ description: 'Fewer than thirty answers' }),
})

const change = z.object({
  points: z.number(),
  p: z.number(),
  significant: z
    .boolean()
    .meta({ description: 'When false, no change is shown: say so rather than draw an arrow' }),
  method: z.enum(['independent', 'paired']),
  before: z.object({ from: instant(), to: instant(), score: z.number(), n: z.number().int() }),
  after: z.object({ from: instant(), to: instant(), score: z.number(), n: z.number().int() }),
})

const answered = z.object({
  guarded: z.boolean().meta({
    description:
      'A confidential or anonymous survey: its steps open no rows, because they would tell who answered',
  }),
  withheld: z.boolean().meta({
    description:
      'Of a guarded survey the steps are counted over everybody invited, when that is five or more, or not at all',
  }),
  invited: z.number().int(),
  opened: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'Page fetched; mail scanners fetch too, so an upper bound' }),
  started: z.number().int().nullable(),
  completed: z.number().int().nullable(),
  response_rate: z.number().nullable().meta({ description: 'AAPOR RR1: completed / invited' }),
  response_rate_with_partial: z
    .number()
    .nullable()
    .meta({ description: 'AAPOR RR2: (completed + begun) / invited' }),
  denominator: z.literal('invited'),
  uninvited: z.number().int().nullable().meta({
    description: 'Answers that came without a personal link; in no response rate. null when withheld',
  }),
})

export const npsMeasure = endpoint({
  id: 'measures.nps',
  method: 'GET',
  path: '/api/measures/nps',
  summary: 'Net Promoter Score',
  description:
    'Over one survey, or over all surveys of one kind; relational and transactional answers are never pooled. Relational: one answer per person and period, the last (the whole range for the headline, each period for the trend, so the trend’s n may add up to more). The interval is 95 %, adjusted Wald, and covers sampling variation only, not who chose to answer.',
  tag: 'Measures',
  permission: 'surveys.read',
  query: z.strictObject({
    survey_id: id().optional(),
    kind: z
      .enum(surveyKinds)
      .optional()
      .meta({ description: 'Without survey_id; relational unless said otherwise' }),
    ...populationQuery,
    interval: z.enum(intervals).default('month'),
  }),
  ok: figures.extend({
    measure: z.literal('nps'),
    kind: z.enum(surveyKinds),
    n: z.number().int().nullable().meta({
      description: 'Answers counted; null where the number would tell whether somebody answered',
    }),
    from: instant().nullable(),
    to: instant().nullable(),
    time_zone: z.string(),
    interval: z.enum(intervals),
    interval_label: z.literal('sampling variation only'),
    design_effect: z
      .number()
      .nullable()
      .meta({ description: 'Above 1 where several answers come from one company' }),
    distribution: z.array(z.number().int()).length(11).nullable(),
    trend: z.array(figures.extend({ period: z.iso.date(), from: instant(), to: instant() })),
    change: change.nullable(),
    answered,
    as_of: instant(),
  }),
})

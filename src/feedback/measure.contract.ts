import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant } from '../core/text.ts'
import { measures } from './measures.contract.ts'
import { intervals, partQuery, populationQuery, segmentGroups } from './responses.contract.ts'
import { surveyKinds } from './surveys.contract.ts'

export const units = ['points', 'percent', 'scale'] as const
const bound = z.number().nullable().meta({ description: '95 %; null where one answer does not tell' })

const count = z.number().int().nullable().optional().meta({ description: 'Of the Net Promoter Score only' })

const figures = z.object({
  n: z.number().int().meta({ description: 'Answers counted' }),
  effective_n: z
    .number()
    .nullable()
    .meta({ description: 'What weighted answers are worth (Kish); n where nothing is weighted' }),
  score: z.number().nullable().meta({
    description:
      'NPS in points, −100 to +100; shares in percent; means on the scale. null without answers or when withheld',
  }),
  low: bound,
  high: bound,
  second: z
    .object({ figure: z.enum(['share', 'mean']), value: z.number(), low: bound, high: bound })
    .nullable()
    .meta({ description: 'The second figure of the measure, a share in percent or a mean on the scale' }),
  bands: z
    .array(
      z.object({
        band: z.string(),
        from: z.number().int(),
        to: z.number().int(),
        n: z.number().int(),
        share: z.number(),
        low: z.number(),
        high: z.number(),
      }),
    )
    .nullable()
    .meta({ description: 'The best first; shares from 0 to 1 with Wilson intervals' }),
  promoters: count,
  passives: count,
  detractors: count,
  withheld: z
    .boolean()
    .meta({ description: 'Fewer answers than may be shown without telling whose they are' }),
  indicative: z.boolean().meta({ description: 'Fewer than thirty answers' }),
})

const side = z.object({ from: instant(), to: instant(), score: z.number(), n: z.number().int() })
const change = z.object({
  points: z.number().meta({ description: 'In the unit of the score' }),
  p: z.number(),
  significant: z
    .boolean()
    .meta({ description: 'When false, no change is shown: say so rather than draw an arrow' }),
  method: z.enum(['independent', 'paired']),
  before: side,
  after: side,
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

export const measureParams = z.strictObject({
  measure: z.enum(measures).meta({ description: 'nps, csat, ces_2, ces_1, star, expectation or intent' }),
})

export const measureQuery = {
  survey_id: id().optional(),
  kind: z
    .enum(surveyKinds)
    .optional()
    .meta({ description: 'Without survey_id; relational unless said otherwise' }),
  ...populationQuery,
  ...partQuery,
  weights: z
    .enum(['on', 'off'])
    .default('off')
    .meta({ description: 'Whether answers count as much as the weight they came with' }),
}

/** What a figure was asked of, said with every answer. */
const asked = {
  measure: z.enum(measures),
  unit: z.enum(units),
  kind: z.enum(surveyKinds),
  weighted: z.boolean().meta({ description: 'Whether this is the weighted score' }),
  has_weights: z.boolean().meta({ description: 'Whether there are answers that came with a weight' }),
  interval_label: z.literal('sampling variation only'),
  as_of: instant(),
}

export const listMeasures = endpoint({
  id: 'measures.list',
  method: 'GET',
  path: '/api/measures',
  summary: 'The measures that have answers',
  description: 'By kind of survey, the latest first: relational and transactional answers are never pooled.',
  tag: 'Measures',
  permission: 'surveys.read',
  ok: z.object({ items: z.array(z.object({ measure: z.enum(measures), kind: z.enum(surveyKinds) })) }),
})

export const measure = endpoint({
  id: 'measures.get',
  method: 'GET',
  path: '/api/measures/{measure}',
  summary: 'A measure: Net Promoter Score, CSAT, CES 2.0, CES 1.0, stars, expectation or intent',
  description:
    'Over one survey, or over all surveys of one kind; relational and transactional answers are never pooled. Of a survey that asks for the measure more than once the first question counts, or with `touchpoint` those about it. Relational: one answer per person and period, the last (the whole range for the headline, each period for the trend, so the trend’s n may add up to more). Intervals are 95 % (NPS adjusted Wald, shares Wilson, means Student’s t), clustered by company, and cover sampling variation only, not who chose to answer.',
  tag: 'Measures',
  permission: 'surveys.read',
  params: measureParams,
  query: z.strictObject({ ...measureQuery, interval: z.enum(intervals).default('month') }),
  ok: figures.extend({
    ...asked,
    whole_months: z.boolean().meta({
      description:
        'A confidential or anonymous survey: the range is widened to whole months of at least five answers, so that no two ranges differ by a few',
    }),
    retired: z
      .boolean()
      .meta({ description: 'Its questions were taken from the surveys asked about; the answers stay' }),
    scale: z.object({
      min: z.number().int(),
      max: z.number().int(),
      polarity: z.union([z.literal(1), z.literal(-1)]).meta({ description: '−1: lower is better' }),
    }),
    n: z.number().int().nullable().meta({
      description: 'Answers counted; null where the number would tell whether somebody answered',
    }),
    from: instant().nullable(),
    to: instant().nullable(),
    time_zone: z.string(),
    interval: z.enum(intervals),
    design_effect: z
      .number()
      .nullable()
      .meta({ description: 'Above 1 where several answers come from one company' }),
    distribution: z
      .array(z.number().int())
      .nullable()
      .meta({ description: 'How often each value of the scale was answered, from the lowest; unweighted' }),
    trend: z.array(figures.extend({ period: z.iso.date(), from: instant(), to: instant() })),
    change: change.nullable(),
    answered,
  }),
})

const compared = z
  .object({ points: z.number(), p: z.number(), significant: z.boolean() })
  .nullable()
  .meta({ description: 'p is Holm-corrected over the segments; null where it cannot be tested' })

export const measureSegments = endpoint({
  id: 'measures.segments',
  method: 'GET',
  path: '/api/measures/{measure}/segments',
  summary: 'A measure by segment: a field of the person or company, the place or the touchpoint',
  description:
    'Takes what `measures.get` takes. `by` is `place`, `touchpoint`, or a field that you may see, such as `person.country` or `company.custom.tier`; `fields` lists those there are. Numbers are cut at their quartiles, dates by year; texts that differ in case, accents or spaces alone are one segment under the spelling of most answers, as a filter takes them. The twenty largest segments by name, the rest as `others`. Each is compared with all the other answers and, in a range that has a beginning, with the range before; both are corrected after Holm over the segments.',
  tag: 'Measures',
  permission: 'surveys.read',
  params: measureParams,
  query: z.strictObject({
    ...measureQuery,
    by: z.string().max(120).default('touchpoint'),
  }),
  ok: z.object({
    ...asked,
    by: z.string(),
    fields: z.array(z.object({ by: z.string(), label: z.record(z.string(), z.string()) })),
    withheld: z.boolean(),
    of_all_time: z
      .boolean()
      .meta({ description: 'Of a confidential or anonymous survey the range does not narrow segments' }),
    segments: z.array(
      figures.extend({
        group: z.enum(segmentGroups),
        value: z.string().nullable().meta({ description: 'As the rows behind it take it' }),
        filter: z
          .string()
          .nullable()
          .meta({ description: 'A filter over people that narrows every figure to it, of a field' }),
        label: z
          .record(z.string(), z.string())
          .nullable()
          .meta({ description: 'Of an option: its words by language' }),
        retired: z
          .boolean()
          .meta({ description: 'A touchpoint whose questions are asked no more; the answers stay' }),
        difference: compared.meta({ description: 'From all the other answers' }),
        change: compared.meta({ description: 'From the same segment in the range before' }),
      }),
    ),
  }),
})

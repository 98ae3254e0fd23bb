import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, sentence, text } from '../core/text.ts'
import { measures } from './measures.contract.ts'
import { surveyKinds, surveyLanguages } from './surveys.contract.ts'

export const segmentGroups = ['value', 'unknown', 'others'] as const
export const intervals = ['week', 'month', 'quarter', 'year'] as const
export type PeriodLength = (typeof intervals)[number]

/** What a measure is asked about; the same words pick the rows behind a figure. */
export const populationQuery = {
  from: instant().optional().meta({ description: 'First instant' }),
  to: instant().optional().meta({ description: 'First instant after' }),
  filter: text(8000)
    .optional()
    .meta({ description: 'A filter over people: those who answered and match it' }),
}

/** Which part of the answers; the links of those asked know neither. */
export const partQuery = {
  place: text(100, 1).optional().meta({ description: 'Answers of this place' }),
  touchpoint: text(100, 1)
    .optional()
    .meta({ description: 'Answers about this part of the journey, to whichever question' }),
}

const response = z.object({
  id: id(),
  survey_id: id(),
  measure: z.enum(measures).nullable().meta({ description: 'What the score measures' }),
  score: z.number().nullable(),
  band: z.string().nullable().meta({ description: 'The band of the score: promoters, satisfied, easy …' }),
  comment: z.string().nullable(),
  comment_withheld: z.boolean(),
  person: z.object({ id: id(), name: z.string().nullable() }).nullable(),
  weight: z.number().nullable().meta({ description: 'How much it counts in weighted scores' }),
  place: z.string().nullable(),
  touchpoint: z.string().nullable(),
  source: z.enum(['invitation', 'link', 'api', 'import']),
  language: z.string(),
  version: z.number().int(),
  submitted_at: instant().nullable().meta({ description: 'null unless the survey is identified' }),
})
export type SurveyResponse = z.output<typeof response>

export const responsePage = page(response).extend({
  withheld: z.boolean().meta({ description: 'Too few answers to show without telling whose they are' }),
})

/** Which of them: a band, one score, one period of the trend. */
const rowsQuery = {
  band: text(20).optional().meta({ description: 'A band of the measure' }),
  score: z.coerce.number().int().min(0).max(10).optional(),
  period: z.iso.date().optional().meta({ description: 'First day of a period of the trend' }),
  interval: z.enum(intervals).default('month'),
  sort: z
    .enum(['-submitted_at', 'submitted_at'])
    .optional()
    .meta({ description: 'Only of identified surveys: elsewhere the order would tell who answered when' }),
  limit: z.coerce.number().int().min(1).max(200).default(60),
  after: text(500).optional(),
}

/** Which segment: its group and value as `measures.segments` gives them. */
const segmentQuery = {
  by: text(120).optional().meta({ description: 'As `measures.segments` takes it' }),
  group: z.enum(segmentGroups).default('value'),
  value: text(500).optional(),
}

const one = z.strictObject({ id: id() })
const tag = 'Surveys'

export const listResponses = endpoint({
  id: 'surveys.responses',
  method: 'GET',
  path: '/api/surveys/{id}/responses',
  summary: 'List the answers to a survey',
  description:
    'Newest first. With `counted` only the answers that the score counts: in a relational survey the last one of each person, in the whole range or, with `period`, in that period. Of an anonymous or confidential survey the persons and instants are left out, the order is arbitrary, answers are withheld below five and comments below ten.',
  tag,
  permission: 'surveys.read',
  params: one,
  query: z.strictObject({
    ...populationQuery,
    ...partQuery,
    ...rowsQuery,
    measure: z
      .enum(measures)
      .optional()
      .meta({ description: 'Only those who answered it; without one the first question is shown' }),
    counted: z.enum(['true', 'false']).default('false'),
  }),
  ok: responsePage,
})

export const measureResponses = endpoint({
  id: 'measures.responses',
  method: 'GET',
  path: '/api/measures/{measure}/responses',
  summary: 'List the answers behind a measure',
  description:
    'Takes what `measures.get` takes and lists exactly the answers that it counts; with `by` and `group` those of a segment.',
  tag: 'Measures',
  permission: 'surveys.read',
  params: z.strictObject({ measure: z.enum(measures) }),
  query: z.strictObject({
    survey_id: id().optional(),
    kind: z.enum(surveyKinds).optional(),
    ...populationQuery,
    ...partQuery,
    ...rowsQuery,
    ...segmentQuery,
  }),
  ok: responsePage,
})

export const personScores = endpoint({
  id: 'people.scores',
  method: 'GET',
  path: '/api/people/{id}/scores',
  summary: "A person's latest answer to each survey",
  description: 'Of identified surveys only, newest first, at most twenty.',
  tag: 'People',
  permission: 'surveys.read',
  params: one,
  ok: z.object({
    items: z.array(
      z.object({
        survey: z.object({ id: id(), name: z.string() }),
        measure: z.enum(measures),
        score: z.number(),
        band: z.string(),
        comment: z.string().nullable(),
        submitted_at: instant(),
      }),
    ),
  }),
})

const newResponse = z.strictObject({
  submission_id: id().meta({ description: 'Made by the sender: the same submission counts once' }),
  person_id: id().optional(),
  language: z.enum(surveyLanguages).optional(),
  submitted_at: instant().optional(),
  weight: z
    .number()
    .gt(0)
    .lt(1e9)
    .optional()
    .meta({ description: 'How much it counts in weighted scores; 1 when left out' }),
  place: text(100, 1).optional().meta({ description: 'Where it was given, or what place it is about' }),
  touchpoint: text(100, 1).optional().meta({
    description: 'The part of the journey that it is about, where the question does not say',
  }),
  answers: z
    .array(
      z.strictObject({
        question_id: id(),
        value: z.number().optional(),
        text: text(2000, 1).optional(),
        choice: text(60, 1).optional().meta({ description: 'The id of the option that was chosen' }),
      }),
    )
    .min(1)
    .max(40),
})
export type NewResponse = z.output<typeof newResponse>

const outcome = z.object({
  index: z.number().int(),
  status: z.enum(['created', 'unchanged', 'rejected']),
  id: id().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  sentence: sentence().optional(),
})
export interface ResponseOutcome extends z.output<typeof outcome> {
  /** What it put on a person's timeline. */
  interaction?: { id: string; occurred_at: Date }
}

export const createResponse = endpoint({
  id: 'surveys.respond',
  method: 'POST',
  path: '/api/surveys/{id}/responses',
  summary: 'Record an answer that was given elsewhere',
  tag,
  permission: 'surveys.manage',
  params: one,
  body: newResponse,
  ok: z.object({ id: id(), status: z.enum(['created', 'unchanged']) }),
  status: 201,
})

export const createResponses = endpoint({
  id: 'surveys.respond_batch',
  method: 'POST',
  path: '/api/surveys/{id}/responses/batch',
  summary: 'Record up to 1,000 answers, with an outcome for each',
  tag,
  permission: 'surveys.manage',
  params: one,
  body: z.strictObject({ items: z.array(newResponse).min(1).max(1000) }),
  bulk: true,
  ok: z.object({ outcomes: z.array(outcome) }),
})

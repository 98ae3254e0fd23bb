import { z } from 'zod'
import { endpoint } from '../../core/endpoint.ts'
import { id, instant, sentence } from '../../core/text.ts'

// The sample company: invented customers with everything that happened to them, to look around with. It is loaded into a
// workspace, and taken away again without a trace.

export const sampleStatuses = [
  'none',
  'queued',
  'loading',
  'cancelling',
  'cancelled',
  'failed',
  'loaded',
  'removing',
  'removal_failed',
] as const
export type SampleStatus = (typeof sampleStatuses)[number]

const state = z.object({
  status: z.enum(sampleStatuses),
  progress: z.number().meta({ description: '0 to 1' }),
  failure: z.string().nullable(),
  failure_sentence: sentence().nullable(),
  today: z.iso.date().nullable().meta({ description: 'Day up to which things have happened in it' }),
  created_at: instant().nullable(),
  finished_at: instant().nullable(),
})
export type SampleState = z.output<typeof state>

const tag = 'Sample company'
const manage = 'workspace.manage'

export const getSample = endpoint({
  id: 'sample.get',
  method: 'GET',
  path: '/api/sample',
  summary: 'Whether the sample company is loaded, and how far it is',
  tag,
  permission: 'records.read',
  ok: state,
})

export const loadSample = endpoint({
  id: 'sample.load',
  method: 'POST',
  path: '/api/sample',
  summary: 'Load the sample company',
  description:
    '300 invented companies, 2,000 people, 60,000 interactions and 4,000 answers of eighteen months, made on the spot. Runs in the background.',
  tag,
  permission: manage,
  ok: state,
})

export const cancelSample = endpoint({
  id: 'sample.cancel',
  method: 'POST',
  path: '/api/sample/cancel',
  summary: 'Stop loading; what is loaded stays until it is removed',
  tag,
  permission: manage,
  ok: state,
})

export const resumeSample = endpoint({
  id: 'sample.resume',
  method: 'POST',
  path: '/api/sample/resume',
  summary: 'Go on where loading stopped',
  tag,
  permission: manage,
  ok: state,
})

/** What others than the sample itself have added to it, and what becomes of that. */
export const addedKinds = [
  'changed_records',
  'interactions',
  'answers',
  'own_people',
  'relations',
  'field_values',
  'merged',
] as const

const removal = z.object({
  people: z.number().int(),
  companies: z.number().int(),
  interactions: z.number().int(),
  answers: z.number().int(),
  surveys: z.number().int(),
  fields: z.number().int(),
  added: z.array(
    z.object({
      what: z.enum(addedKinds).meta({
        description:
          '`changed_records`: records of the sample that somebody changed (go with it); `interactions`: recorded with its customers by somebody else (go with them); `answers`: of its people to other surveys, and of other people to its surveys (go with it); `own_people`: people of your own at its companies (stay, without a company); `relations`: that somebody else told of its customers (go with them); `field_values`: values of your own records in its fields (those fields stay); `merged`: its customers that were merged with others (un-merge them first)',
      }),
      count: z.number().int(),
    }),
  ),
  blocked: z
    .boolean()
    .meta({ description: 'Some of its customers are merged with others: it cannot be removed before' }),
})
export type SampleRemoval = z.output<typeof removal>

export const previewSampleRemoval = endpoint({
  id: 'sample.removal',
  method: 'GET',
  path: '/api/sample/removal',
  summary: 'What would be taken away, and what others have added to it meanwhile',
  tag,
  permission: manage,
  ok: removal,
})

export const removeSample = endpoint({
  id: 'sample.remove',
  method: 'DELETE',
  path: '/api/sample',
  summary: 'Take the sample company away without a trace',
  description: 'Runs in the background; `sample.get` says `none` when it is done.',
  tag,
  permission: manage,
  ok: state,
})

const score = z.object({ score: z.number().nullable(), n: z.number().int() })
export type StoryScore = z.output<typeof score>

/** Figures of today, each with the words that pick the same rows in a list or measure. */
const stories = z.object({
  incident: z
    .object({
      survey_id: id(),
      region: z.string(),
      filter: z.string(),
      from: z.iso.date(),
      to: z.iso.date().meta({ description: 'Last day of the fortnight' }),
      week: z.iso.date().meta({ description: 'Monday of its second week' }),
      late: z.number().int().meta({ description: 'Late deliveries in the fortnight' }),
      before: score,
      during: score,
      in_week: score,
      after: score,
    })
    .nullable(),
  set_up: z
    .object({
      survey_id: id(),
      filter: z.string(),
      with_support: score,
      alone: score,
      views: z
        .number()
        .meta({ description: 'How often the step was seen by those who needed support, on average' }),
      person: z.object({ id: id(), name: z.string().nullable() }).nullable(),
    })
    .nullable(),
  call_backs: z
    .object({
      called: z.object({ people: z.number().int(), bought: z.number().int() }),
      silent: z.object({ people: z.number().int(), bought: z.number().int() }),
      filters: z.object({
        called: z.string(),
        called_bought: z.string(),
        silent: z.string(),
        silent_bought: z.string(),
      }),
    })
    .nullable(),
  renewals: z
    .object({
      survey_id: id(),
      people: z.number().int(),
      companies: z.number().int(),
      amount_minor: z.number().int(),
      currency: z.string(),
      people_filter: z.string(),
      companies_filter: z.string(),
      columns: z.string().meta({ description: 'Columns of the list of companies that show it' }),
      sort: z.string(),
    })
    .nullable(),
})
export type SampleStories = z.output<typeof stories>

export const getSampleStories = endpoint({
  id: 'sample.stories',
  method: 'GET',
  path: '/api/sample/stories',
  summary: 'What there is to discover in the sample company, in figures of today',
  description:
    'A story is null while it cannot be told: the sample is not loaded, or its rows may not be seen.',
  tag,
  permission: 'surveys.read',
  ok: stories,
})

import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { fileLanguage, id, instant, page, sentence, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { rowsQuery } from '../records/records.contract.ts'
import { measures, questionKinds } from './measures.contract.ts'
import { says } from './says.contract.ts'

export const surveyKinds = ['relational', 'transactional'] as const
export const anonymities = ['identified', 'confidential', 'anonymous'] as const
export const surveyStatuses = ['draft', 'open', 'closed'] as const
/** Languages whose page is complete: buttons, messages and template texts, not only the question. */
export const surveyLanguages = ['en', 'de', 'es', 'fr', 'it', 'nl'] as const
export type SurveyLanguage = (typeof surveyLanguages)[number]

const language = z.enum(surveyLanguages)
const words = (max: number) => z.partialRecord(language, text(max, 1))
const languages = z
  .array(language)
  .min(1)
  .max(surveyLanguages.length)
  .refine(list => new Set(list).size === list.length, contractText(says.language_twice()))

export const surveyQuestion = z.object({
  id: id(),
  measure: z
    .enum(questionKinds)
    .meta({ description: 'What it measures; `comment` is open text, `choice` one of its options' }),
  scale_min: z.number().nullable(),
  scale_max: z.number().nullable(),
  polarity: z.union([z.literal(1), z.literal(-1)]).nullable(),
  touchpoint: z.string().nullable().meta({ description: 'The part of the journey that it asks about' }),
  required: z.boolean(),
  label: words(500),
  options: z.array(z.object({ id: z.string(), label: words(100) })),
})

export const survey = z.object({
  id: id(),
  name: z.string(),
  kind: z.enum(surveyKinds),
  status: z.enum(surveyStatuses),
  anonymity: z.enum(anonymities),
  language,
  languages: z.array(language),
  thank_you: words(1000),
  version: z.number().int(),
  revision: z.number().int().meta({
    description: 'Goes up with every change of words and questions; sent back with the next change',
  }),
  questions: z.array(surveyQuestion),
  retired: z
    .array(surveyQuestion)
    .meta({ description: 'Asked no more; their answers and figures stay, and they can be asked again' }),
  link: z.string().meta({ description: 'The open link, the same for everybody' }),
  responses: z.number().int(),
  opened_at: instant().nullable(),
  closed_at: instant().nullable(),
  closes_at: instant().nullable(),
  created_at: instant(),
  updated_at: instant(),
})
export type Survey = z.output<typeof survey>

const tag = 'Surveys'
const one = z.strictObject({ id: id() })

export const listSurveys = endpoint({
  id: 'surveys.list',
  method: 'GET',
  path: '/api/surveys',
  summary: 'List surveys, newest first',
  tag,
  permission: 'surveys.read',
  query: z.strictObject({
    status: z.enum(surveyStatuses).optional(),
    ...rowsQuery,
  }),
  ok: page(survey),
})

/** Imported surveys have as many. */
const mostQuestions = 40
const mostOptions = 200

const furtherQuestion = z.strictObject({
  measure: z.enum(questionKinds),
  subject: text(100, 1).optional().meta({ description: 'What it asks about, in the words of the template' }),
  touchpoint: text(100, 1).optional().meta({
    description: 'The part of the journey; needed where the survey asks for a measure more than once',
  }),
  required: z.boolean().default(false),
  label: words(500).optional().meta({ description: 'Words of your own instead of the template’s' }),
  options: z
    .array(z.strictObject({ label: words(100) }))
    .min(2)
    .max(20)
    .optional()
    .meta({ description: 'What can be chosen, of a `choice`' }),
})
export type FurtherQuestion = z.input<typeof furtherQuestion>
export const furtherQuestions = z.array(furtherQuestion).max(18)

export const createSurvey = endpoint({
  id: 'surveys.create',
  method: 'POST',
  path: '/api/surveys',
  summary: 'Create a survey from a template',
  description:
    'The template declares what is measured, its scale and its wording. The survey begins as a draft; `surveys.open` makes its links work.',
  tag,
  permission: 'surveys.manage',
  body: z.strictObject({
    template: z.enum(measures).meta({ description: 'What the first question measures' }),
    name: text(200, 1),
    subject: text(100, 1).meta({
      description: 'What is asked about: the company, product, service or contact',
    }),
    questions: furtherQuestions
      .default([])
      .meta({ description: 'Asked after the first; an open text comes last unless one is among them' }),
    kind: z.enum(surveyKinds).default('relational'),
    anonymity: z.enum(anonymities).default('identified'),
    languages: languages
      .default(['en'])
      .meta({ description: 'The first is for everybody who reads none of them' }),
    closes_at: instant().nullable().default(null),
  }),
  ok: survey,
  status: 201,
})

export const getSurvey = endpoint({
  id: 'surveys.get',
  method: 'GET',
  path: '/api/surveys/{id}',
  summary: 'Get a survey',
  tag,
  permission: 'surveys.read',
  params: one,
  ok: survey,
})

/** What respondents read, in part or whole. */
export const surveyWords = z.strictObject({
  languages: languages.optional().meta({
    description:
      'The first is for everybody who reads none of them; one that is new gets the words of the template',
  }),
  thank_you: words(1000).optional(),
  questions: z
    .array(
      z.strictObject({
        id: id(),
        label: words(500).optional(),
        options: z
          .array(z.strictObject({ id: text(60, 1), label: words(100) }))
          .max(mostOptions)
          .optional(),
      }),
    )
    .max(mostQuestions)
    .optional(),
})

/** A question of a changed form: one that the survey has or had, by id, or a new one. */
const formQuestion = z.strictObject({
  id: id().optional(),
  measure: z
    .enum(questionKinds)
    .optional()
    .meta({ description: 'Of a new question; an old one keeps its own' }),
  subject: furtherQuestion.shape.subject,
  touchpoint: furtherQuestion.shape.touchpoint,
  required: z.boolean().optional(),
  label: words(500).optional(),
  options: z
    .array(z.strictObject({ id: text(60, 1).optional(), label: words(100).optional() }))
    .max(mostOptions)
    .optional()
    .meta({ description: 'All that can be chosen, new ones without id' }),
})
export type FormQuestion = z.input<typeof formQuestion>

/** What respondents read and are asked, as far as it is changed. */
export const surveyChanges = surveyWords.extend({
  form: z.array(formQuestion).min(1).max(mostQuestions).optional().meta({
    description:
      'All questions in their order. Those left out are asked no more: with answers they are retired, without they are gone. Needs `revision`',
  }),
})
export type SurveyChanges = z.output<typeof surveyChanges>
export type SurveyWords = z.output<typeof surveyWords>

export const updateSurvey = endpoint({
  id: 'surveys.update',
  method: 'PATCH',
  path: '/api/surveys/{id}',
  summary: 'Change a survey',
  description:
    'Questions keep their ids, what they measure and their scale. Once the survey was opened, changed questions make a new version, and what was begun on an earlier one is still accepted; kind and anonymity can be changed only before. `questions` changes words, `form` what is asked and in which order.',
  tag,
  permission: 'surveys.manage',
  params: one,
  body: z.strictObject({
    name: text(200, 1).optional(),
    kind: z.enum(surveyKinds).optional(),
    anonymity: z.enum(anonymities).optional(),
    closes_at: instant().nullable().optional(),
    revision: z
      .number()
      .int()
      .optional()
      .meta({ description: 'As it was read: a survey that somebody changed since is left as it is' }),
    ...surveyChanges.shape,
  }),
  ok: survey,
})

export const openSurvey = endpoint({
  id: 'surveys.open',
  method: 'POST',
  path: '/api/surveys/{id}/open',
  summary: 'Open a survey: its links take answers',
  tag,
  permission: 'surveys.manage',
  params: one,
  ok: survey,
})

export const closeSurvey = endpoint({
  id: 'surveys.close',
  method: 'POST',
  path: '/api/surveys/{id}/close',
  summary: 'Close a survey: its links take no more answers',
  tag,
  permission: 'surveys.manage',
  params: one,
  ok: survey,
})

const invitation = z.object({
  id: id(),
  person: z.object({ id: id(), name: z.string().nullable() }),
  link: z.string().nullable().meta({ description: 'null once it has been answered or has expired' }),
  created_at: instant(),
  expires_at: instant(),
  opened_at: instant().nullable(),
  started_at: instant().nullable(),
  completed_at: instant().nullable(),
})

export const invitePeople = endpoint({
  id: 'surveys.invite',
  method: 'POST',
  path: '/api/surveys/{id}/invitations',
  summary: 'Make personal links',
  description:
    'One link per person, which takes one answer. A person whose link is still good gets the same link again. An anonymous survey has no personal links.',
  tag,
  permission: 'surveys.manage',
  params: one,
  body: z.strictObject({
    person_ids: z.array(id()).min(1).max(1000),
    days: z.number().int().min(1).max(730).default(90).meta({ description: 'How long the links are good' }),
  }),
  bulk: true,
  ok: z.object({
    outcomes: z.array(
      z.object({
        index: z.number().int(),
        status: z.enum(['created', 'unchanged', 'rejected']),
        id: id().optional(),
        link: z.string().optional(),
        code: z.string().optional(),
        detail: z.string().optional(),
        sentence: sentence().optional(),
      }),
    ),
  }),
})

export const leftOutReasons = ['do_not_contact', 'no_address', 'answered'] as const
export const mostInvited = 20_000

export const inviteMatching = endpoint({
  id: 'surveys.invite_matching',
  method: 'POST',
  path: '/api/surveys/{id}/invitations/matching',
  summary: 'Make personal links for everybody who matches a filter',
  description: `One link each for up to ${mostInvited} people. Left out, and counted by reason, are those who must not be contacted, those without an e-mail address and those who have answered this survey. With \`dry_run\` nothing is made. The links come as a file from \`surveys.invitations_file\`.`,
  tag,
  permission: 'surveys.manage',
  params: one,
  body: z.strictObject({
    filter: text(8000).meta({ description: 'A filter over people; empty for everybody' }),
    days: z.number().int().min(1).max(730).default(90).meta({ description: 'How long the links are good' }),
    dry_run: z.boolean().default(false),
  }),
  ok: z.object({
    dry_run: z.boolean(),
    matched: z.number().int(),
    created: z.number().int().meta({ description: 'New links' }),
    unchanged: z.number().int().meta({ description: 'Have a link that is still good, and keep it' }),
    left_out: z.array(z.object({ reason: z.enum(leftOutReasons), count: z.number().int() })),
  }),
})

export const downloadInvitations = endpoint({
  id: 'surveys.invitations_file',
  method: 'GET',
  path: '/api/surveys/{id}/invitations/file',
  summary: 'Download the personal links that can still be answered, with names and addresses',
  description:
    'Leaves out who must not be contacted. In a confidential survey answered links are among them, because their absence would tell who answered.',
  tag,
  permission: 'surveys.manage',
  params: one,
  download: 'text/csv; charset=utf-8',
  query: fileLanguage,
  ok: z.string(),
})

export const listInvitations = endpoint({
  id: 'surveys.invitations',
  method: 'GET',
  path: '/api/surveys/{id}/invitations',
  summary: 'List personal links, newest first',
  description:
    'In a confidential survey the instants of opening, beginning and answering are left out, because they would tell whose answer is whose.',
  tag,
  permission: 'surveys.manage',
  params: one,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: text(500).optional(),
  }),
  ok: page(invitation),
})

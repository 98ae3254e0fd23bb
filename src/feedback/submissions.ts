import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { recordInteractions } from '../timeline/index.ts'
import { announceDetractors } from './detractor-notice.ts'
import { type EarlierQuestion, earlierQuestions } from './earlier-questions.ts'
import { feelingOf } from './measures/feeling.ts'
import { isMeasure } from './measures.contract.ts'
import { mainQuestions } from './rearranged.ts'
import type { NewResponse, ResponseOutcome } from './responses.contract.ts'
import { measureNamed, says } from './says.ts'
import type { SurveyRecord } from './surveys.ts'

// One way in for every answer: the public page, the API and imports. All or nothing per item; an answer of a known
// person to an identified survey is an interaction on the person's timeline in the same transaction.

type Question = SurveyRecord['questions'][number]
type Source = 'invitation' | 'link' | 'api' | 'import'

export interface Submission extends NewResponse {
  invitation_id?: string
}

interface Checked {
  index: number
  id: string
  submission: Submission
  submitted_at: Date
  person_id: string | null
}

const refuse = (index: number, code: string, why: Said): ResponseOutcome => ({
  index,
  status: 'rejected',
  code,
  ...told(why),
})

export async function recordSubmissions(
  ctx: Ctx,
  given: { survey: SurveyRecord; source: Source; items: Submission[] },
): Promise<ResponseOutcome[]> {
  const { items } = given
  const survey = await withEarlier(ctx, given.survey, items)
  const input = { ...given, survey }
  const people = await knownPeople(ctx, items)
  const outcomes: ResponseOutcome[] = []
  const checked = new Map<string, Checked>()
  items.forEach((submission, index) => {
    const problem = problemOf(ctx, input, submission, people)
    if (problem) outcomes[index] = refuse(index, problem.code, problem.why)
    else if (!checked.has(submission.submission_id))
      checked.set(submission.submission_id, {
        index,
        // A UUIDv7 would tell when it was made, to the millisecond.
        id: survey.anonymity === 'identified' ? newId() : randomUUID(),
        submission,
        submitted_at: submission.submitted_at ? new Date(submission.submitted_at) : ctx.now,
        person_id: submission.person_id ? (people.get(submission.person_id) ?? null) : null,
      })
  })
  const created = await insertResponses(ctx, input, [...checked.values()])
  await insertAnswers(ctx, survey, created)
  const told = await tellTimeline(ctx, survey, created)
  await announceDetractors(ctx, { ...input, items: created })
  const createdIds = new Set(created.map(one => one.id))
  const known = await knownSubmissions(ctx, survey.id, items)
  items.forEach((submission, index) => {
    if (outcomes[index]) return
    const first = checked.get(submission.submission_id)
    const id = known.get(submission.submission_id)
    if (first?.index === index && createdIds.has(first.id))
      outcomes[index] = { index, status: 'created', id: first.id, ...told.get(first.id) }
    else if (id) outcomes[index] = { index, status: 'unchanged', id }
    else if (submission.invitation_id !== undefined)
      outcomes[index] = refuse(index, 'already_answered', says.link_answered())
    else outcomes[index] = refuse(index, 'submission_id_used', says.submission_id_used())
  })
  return outcomes
}

/** A survey with the questions that it asked before, where an answer names one: it was begun on an earlier form. */
type Asked = SurveyRecord & { earlier: readonly EarlierQuestion[] }

async function withEarlier(ctx: Ctx, survey: SurveyRecord, items: readonly Submission[]): Promise<Asked> {
  const now = new Set(survey.questions.map(({ id }) => id))
  const named = items.some(({ answers }) => answers.some(({ question_id }) => !now.has(question_id)))
  const earlier = named ? await earlierQuestions(ctx, [survey.id]) : undefined
  return { ...survey, earlier: earlier?.get(survey.id) ?? [] }
}

const everyQuestion = ({ questions, earlier }: Asked): Question[] => [...questions, ...earlier]

/** The people that are named, each with the person it is read as after merges. */
async function knownPeople(ctx: Ctx, items: readonly Submission[]): Promise<Map<string, string>> {
  const ids = [...new Set(items.flatMap(item => (item.person_id ? [item.person_id] : [])))]
  if (ids.length === 0) return new Map()
  const rows = await ctx.db
    .selectFrom('person')
    .select(['id', 'root_id'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute()
  return new Map(rows.map(row => [row.id, row.root_id]))
}

function problemOf(
  ctx: Ctx,
  { survey, source }: { survey: Asked; source: Source },
  submission: Submission,
  people: ReadonlyMap<string, string>,
): { code: string; why: Said } | undefined {
  if (submission.person_id !== undefined) {
    if (survey.anonymity === 'anonymous')
      return { code: 'survey_is_anonymous', why: says.anonymous_names_nobody() }
    if (!people.has(submission.person_id)) return { code: 'not_found', why: says.no_such_person() }
  }
  if (submission.submitted_at !== undefined) {
    const at = new Date(submission.submitted_at).getTime()
    if (at > ctx.now.getTime() + 86_400_000 || at < Date.UTC(1990, 0, 1))
      return { code: 'invalid', why: says.answered_when() }
  }
  const answered = new Set<string>()
  for (const answer of submission.answers) {
    const question = everyQuestion(survey).find(one => one.id === answer.question_id)
    if (!question || answered.has(answer.question_id)) return { code: 'invalid', why: says.question_once() }
    answered.add(question.id)
    const wrong = wrongAnswer(question, answer)
    if (wrong) return { code: 'invalid', why: wrong }
  }
  // What another system did not ask, or lost, is no reason to lose the rest.
  const missing =
    source !== 'import' && survey.questions.find(question => question.required && !answered.has(question.id))
  if (!missing) return undefined
  return {
    code: 'invalid',
    why: says.answer_missing({ id: missing.id, measure: measureNamed(missing.measure) }),
  }
}

type Answer = Submission['answers'][number]

function wrongAnswer(question: Question, { value, text, choice }: Answer): Said | undefined {
  const { scale_min: low, scale_max: high } = question
  if (question.measure === 'comment')
    return text !== undefined && value === undefined && choice === undefined
      ? undefined
      : says.comment_takes_text()
  if (question.measure === 'choice')
    return value === undefined && text === undefined && question.options.some(({ id }) => id === choice)
      ? undefined
      : says.choice_takes_option()
  const isValue = value !== undefined && text === undefined && choice === undefined && Number.isInteger(value)
  if (!isValue || low === null || high === null || value < low || value > high)
    return says.takes_whole_value({
      measure: measureNamed(question.measure),
      low: low ?? '',
      high: high ?? '',
    })
  return undefined
}

async function insertResponses(
  ctx: Ctx,
  { survey, source }: { survey: SurveyRecord; source: Source },
  items: Checked[],
): Promise<Checked[]> {
  if (items.length === 0) return []
  const rows = await ctx.db
    .insertInto('response')
    .values(
      items
        // In one order everywhere, so that two senders of the same submissions wait rather than deadlock.
        .toSorted((a, b) => (a.submission.submission_id < b.submission.submission_id ? -1 : 1))
        .map(item => ({
          workspace_id: ctx.workspace_id,
          id: item.id,
          survey_id: survey.id,
          anonymity: survey.anonymity,
          version: survey.version,
          submission_id: item.submission.submission_id,
          invitation_id: item.submission.invitation_id ?? null,
          person_id: item.person_id,
          source,
          language: item.submission.language ?? survey.language,
          submitted_at: item.submitted_at,
        })),
    )
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .execute()
  const ids = new Set(rows.map(row => row.id))
  return items.filter(item => ids.has(item.id))
}

/** As one document rather than as parameters: a thousand items of many answers are more than a statement can carry. */
async function insertAnswers(ctx: Ctx, survey: Asked, items: readonly Checked[]): Promise<void> {
  const { version } = survey
  const now = survey.questions.map(question => [question.id, { ...question, version }] as const)
  const before = survey.earlier.map(question => [question.id, question] as const)
  const questions = new Map([...before, ...now])
  // What a headline counts.
  const main = new Set(
    [...survey.earlier.filter(one => one.main), ...mainQuestions(survey.questions)].map(one => one.id),
  )
  const rows = items.flatMap(({ id, person_id, submitted_at, submission }) =>
    submission.answers.flatMap(({ question_id, value, text, choice }) => {
      const question = questions.get(question_id)
      if (!question) return []
      const { measure, scale_min, scale_max, polarity, version: asked_version } = question
      const { weight, place, touchpoint } = submission
      return {
        version: asked_version,
        response_id: id,
        person_id,
        question_id,
        measure,
        scale_min,
        scale_max,
        polarity,
        value,
        text,
        choice,
        weight,
        place,
        answered_at: submitted_at,
        main: main.has(question_id),
        touchpoint: question.touchpoint ?? touchpoint,
      }
    }),
  )
  if (rows.length === 0) return
  await sql`
    insert into answer (workspace_id, survey_id, version, response_id, person_id, question_id, measure, scale_min, scale_max,
      polarity, value, text, choice, weight, place, touchpoint, answered_at, main)
    select ${ctx.workspace_id}, ${survey.id}, given.*
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (version integer, response_id uuid, person_id uuid, question_id uuid,
      measure text, scale_min smallint, scale_max smallint, polarity smallint, value numeric, text text, choice text,
      weight double precision, place text, touchpoint text, answered_at timestamptz, main boolean)`.execute(
    ctx.db,
  )
}

function scaleOf({ measure, scale_min, scale_max, polarity }: Question) {
  if (scale_min === null || scale_max === null || polarity === null) return undefined
  return { measure, scale_min, scale_max, polarity }
}

const ofResponse = 'response:'
type Told = Map<string, Pick<ResponseOutcome, 'interaction'>>

async function tellTimeline(ctx: Ctx, survey: Asked, items: readonly Checked[]): Promise<Told> {
  // Confidential and anonymous answers stay out: the list of interactions would undo what is withheld here.
  if (survey.anonymity !== 'identified') return new Map()
  const comments = everyQuestion(survey).filter(question => question.measure === 'comment')
  const interactions = items.flatMap(({ id, person_id, submitted_at, submission }) => {
    const said = (question_id?: string) =>
      submission.answers.find(answer => answer.question_id === question_id)
    const measured = everyQuestion(survey).find(
      question => isMeasure(question.measure) && said(question.id)?.value !== undefined,
    )
    const score = said(measured?.id)?.value
    const text = comments
      .map(({ id: comment }) => said(comment)?.text)
      .find(said_text => said_text !== undefined)
    const scale = measured && scaleOf(measured)
    if (person_id === null || score === undefined || !scale) return []
    return [
      {
        message_id: `${ofResponse}${id}`,
        occurred_at: submitted_at.toISOString(),
        person_id,
        channel: 'survey' as const,
        kind: 'answer',
        name: survey.name,
        source: 'survey',
        direction: 'inbound' as const,
        score,
        feeling: feelingOf(score, scale),
        ref_kind: 'survey',
        ref_id: survey.id,
        ...(text === undefined ? {} : { text }),
        properties: { measure: scale.measure, scale_min: scale.scale_min, scale_max: scale.scale_max },
      },
    ]
  })
  if (interactions.length === 0) return new Map()
  const outcomes = await recordInteractions(ctx, interactions)
  return new Map(
    interactions.flatMap(({ message_id, occurred_at }, index) => {
      const id = outcomes[index]?.id
      if (!id) return []
      return [
        [message_id.slice(ofResponse.length), { interaction: { id, occurred_at: new Date(occurred_at) } }],
      ]
    }),
  )
}

async function knownSubmissions(
  ctx: Ctx,
  survey_id: string,
  items: readonly Submission[],
): Promise<Map<string, string>> {
  const rows = await ctx.db
    .selectFrom('response')
    .select(['id', 'submission_id'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('survey_id', '=', survey_id)
    .where(
      'submission_id',
      'in',
      items.map(item => item.submission_id),
    )
    .execute()
  return new Map(rows.map(row => [row.submission_id, row.id]))
}

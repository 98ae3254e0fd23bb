import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { earlierQuestions } from './earlier-questions.ts'
import { definitions, isMeasure, type QuestionKind } from './measures.contract.ts'
import type { ResponseOutcome } from './responses.contract.ts'
import { says } from './says.ts'
import { recordSubmissions } from './submissions.ts'
import type { Survey, SurveyLanguage } from './surveys.contract.ts'
import { getSurveyRecord, insertQuestions, type SurveyRecord } from './surveys.ts'
import { refuseUnclear, templateThanks } from './templates.ts'

// Answers that were given elsewhere: a survey to hold them, and a bulk way in. Recorded by the same rule as all others.

export interface ImportedQuestion {
  measure: QuestionKind
  /** As it was asked. */
  label: string
  touchpoint?: string | undefined
  /** Of a choice: what could be chosen; id at most 60 characters. */
  options?: readonly { id: string; label: string }[] | undefined
}

export interface ImportedSurvey {
  name: string
  kind: Survey['kind']
  anonymity?: Survey['anonymity'] | undefined
  language?: SurveyLanguage | undefined
  questions: readonly ImportedQuestion[]
}

/** The survey that imported answers belong to, closed; its questions' ids are in the order given. */
export async function createImportedSurvey(
  ctx: Ctx,
  { name, kind, anonymity = 'identified', language = 'en', questions }: ImportedSurvey,
): Promise<{ id: string; question_ids: string[] }> {
  if (questions.length === 0 || questions.length > 40)
    throw fail('invalid', { detail: says.survey_question_count() })
  refuseUnclear(questions)
  const id = newId()
  const base = { workspace_id: ctx.workspace_id, id, name, kind, anonymity, language, languages: [language] }
  const at = { opened_at: ctx.now, closed_at: ctx.now, created_at: ctx.now, updated_at: ctx.now }
  await ctx.db
    .insertInto('survey')
    .values({
      ...base,
      ...at,
      status: 'closed',
      thank_you: JSON.stringify(templateThanks([language])),
    })
    .execute()
  const own = ownQuestions(questions, language)
  await insertQuestions(ctx, id, 1, own)
  return { id, question_ids: own.map(question => question.id) }
}

function ownQuestions(questions: readonly ImportedQuestion[], language: SurveyLanguage) {
  return questions.map(({ measure, label, touchpoint = null, options = [] }) => {
    const { scale_min, scale_max, polarity } = isMeasure(measure)
      ? definitions[measure]
      : { scale_min: null, scale_max: null, polarity: null }
    const choices = options.map(option => ({ id: option.id, label: { [language]: option.label } }))
    return {
      id: newId(),
      measure,
      scale_min,
      scale_max,
      polarity,
      touchpoint,
      required: false,
      label: { [language]: label },
      options: choices,
    }
  })
}

export interface ImportedAnswers {
  /** The same message is recorded once for ever, within its survey. */
  message_id: string
  /** Whoever answered; nobody where it is not known. */
  person_id?: string | undefined
  submitted_at: string
  weight?: number | undefined
  place?: string | undefined
  touchpoint?: string | undefined
  language?: SurveyLanguage | undefined
  answers: readonly { question_id: string; value?: number; text?: string; choice?: string }[]
}

/**
 * Up to 1,000 responses at once, each with an outcome; `created` ones carry the interaction they made on a person's timeline.
 * Beyond that, and on a survey that is not there, it throws.
 */
export async function importAnswers(
  ctx: Ctx,
  { survey_id, items }: { survey_id: string; items: readonly ImportedAnswers[] },
): Promise<ResponseOutcome[]> {
  if (items.length > 1000) throw fail('invalid', { detail: says.too_many_items() })
  if (items.length === 0) return []
  const survey = await getSurveyRecord(ctx, survey_id)
  if (survey.opened_at === null)
    throw fail('conflict', {
      code: 'survey_not_open',
      detail: says.open_first(),
    })
  return recordSubmissions(ctx, {
    survey,
    source: 'import',
    items: items.map(({ message_id, answers, ...item }) => ({
      ...item,
      submission_id: submissionOf(ctx, survey, message_id),
      answers: [...answers],
    })),
  })
}

/** In a guarded survey with a secret: whoever has the file shall not find its lines again. */
function submissionOf(ctx: Ctx, { id, anonymity }: SurveyRecord, message_id: string): string {
  const text = `${ctx.workspace_id} ${id} ${message_id}`
  const hex =
    anonymity === 'identified'
      ? createHash('sha256').update(text).digest('hex')
      : createHash('sha256').update(ctx.machine.secrets.mac('feedback.message', text)).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Takes imported responses away with their answers; what they put on timelines is the timeline's to take. */
export async function eraseAnswers(
  machine: Machine,
  { workspace_id, response_ids }: { workspace_id: string; response_ids: readonly string[] },
): Promise<number> {
  return machine.system(async db => {
    const { rows } = await sql<{ n: number }>`
      with gone as (
        delete from response where workspace_id = ${workspace_id} and source = 'import'
          and id = any (${response_ids}::uuid[]) returning id
      ) select count(*)::int as n from gone`.execute(db)
    return rows[0]?.n ?? 0
  })
}

/**
 * The questions of a survey that imported columns answer: those it has, by what they measure and of what (a comment by its
 * words), and those it lacks, which are added where only imports have ever answered it. Ids in the order given.
 */
export async function extendImportedSurvey(
  ctx: Ctx,
  { survey_id, questions }: { survey_id: string; questions: readonly ImportedQuestion[] },
): Promise<{ id: string; question_ids: string[] }> {
  const survey = await getSurveyRecord(ctx, survey_id)
  const { language, version } = survey
  // Also what it asks no more, and the words it had before: the same file again is the same answers.
  const earlier = (await earlierQuestions(ctx, [survey_id])).get(survey_id) ?? []
  const had = await wordsEver(ctx, survey)
  const sameAs = (wanted: ImportedQuestion) =>
    [...survey.questions, ...earlier].find(
      one =>
        one.measure === wanted.measure &&
        (one.touchpoint ?? '') === (wanted.touchpoint ?? '') &&
        (isMeasure(wanted.measure) || had.has(`${one.id} ${wanted.label}`)),
    )
  const missing = questions.filter(wanted => !sameAs(wanted))
  const longer = questions.flatMap(wanted => longerOptions(language, wanted, sameAs(wanted)))
  if (missing.length + longer.length > 0) await refuseAnsweredElsewhere(ctx, survey)
  if (survey.questions.length + missing.length > 40)
    throw fail('invalid', { detail: says.survey_question_count() })
  refuseUnclear([...survey.questions, ...missing])
  const added = ownQuestions(missing, language)
  if (added.length > 0) await insertQuestions(ctx, survey_id, version, added, survey.questions.length)
  for (const { id, options, asked } of longer)
    await ctx.db
      .updateTable('survey_question')
      .set({ options: JSON.stringify(options) })
      .where('workspace_id', '=', ctx.workspace_id)
      .where('survey_id', '=', survey_id)
      .where('version', '=', asked ?? version)
      .where('id', '=', id)
      .execute()
  let next = 0
  const question_ids = questions.map(wanted => sameAs(wanted)?.id ?? added[next++]?.id ?? '')
  return { id: survey_id, question_ids }
}

/** A choice that is there gets what nobody had chosen before. */
function longerOptions(
  language: SurveyLanguage,
  { options = [] }: ImportedQuestion,
  same: (SurveyRecord['questions'][number] & { version?: number }) | undefined,
): { id: string; options: SurveyRecord['questions'][number]['options']; asked: number | undefined }[] {
  if (!same) return []
  const known = new Set(same.options.flatMap(option => [option.id, ...Object.values(option.label)]))
  const more = options.filter(option => !known.has(option.label) && !known.has(option.id))
  if (more.length === 0) return []
  const added = more.map(option => ({ id: option.id, label: { [language]: option.label } }))
  return [{ id: same.id, options: [...same.options, ...added], asked: same.version }]
}

/** Every question with all the words that it had in the survey's language. */
async function wordsEver(ctx: Ctx, { id, language }: SurveyRecord): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ words: string }>`
    select distinct q.id || ' ' || (q.label ->> ${language}) as words from survey_question q
    where q.workspace_id = ${ctx.workspace_id} and q.survey_id = ${id}`.execute(ctx.db)
  return new Set(rows.map(row => row.words))
}

/** What people were asked here is not changed behind their answers. */
async function refuseAnsweredElsewhere(ctx: Ctx, survey: SurveyRecord): Promise<void> {
  const { rows } = await sql`
    select from response where workspace_id = ${ctx.workspace_id} and survey_id = ${survey.id} and source <> 'import' limit 1`.execute(
    ctx.db,
  )
  if (survey.status === 'closed' && rows.length === 0) return
  throw fail('conflict', {
    code: 'survey_lacks_question',
    detail: says.survey_lacks_question(),
  })
}

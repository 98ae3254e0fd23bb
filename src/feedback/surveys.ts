import { type Selectable, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { listRows } from '../records/index.ts'
import { rowsChoice, rowsField, rowsKind } from '../records/kind.contract.ts'
import { answeredQuestions, earlierQuestions, plainQuestion } from './earlier-questions.ts'
import { linkToken } from './links.ts'
import { heldQuestions, rearranged } from './rearranged.ts'
import { reworded } from './reworded.ts'
import { says } from './says.ts'
import {
  anonymities,
  type createSurvey as createContract,
  type listSurveys as listContract,
  type Survey,
  type SurveyChanges,
  surveyKinds,
  surveyStatuses,
  type updateSurvey as updateContract,
} from './surveys.contract.ts'
import type { SurveyTable } from './tables.generated.ts'
import { composed, type NewQuestion, templateThanks } from './templates.ts'

type Question = Survey['questions'][number]
/** As the contract has it, with instants as they come from the database. */
export type SurveyRecord = Omit<
  Survey,
  'opened_at' | 'closed_at' | 'closes_at' | 'created_at' | 'updated_at' | 'link' | 'responses' | 'retired'
> & {
  opened_at: Date | null
  closed_at: Date | null
  closes_at: Date | null
  created_at: Date
  updated_at: Date
}

export async function createSurvey(
  ctx: Ctx,
  input: z.output<typeof createContract.body>,
): Promise<ShownSurvey> {
  const [language] = input.languages
  if (!language) throw fail('invalid', { detail: says.needs_language() })
  const questions = composed(input)
  const id = newId()
  await ctx.db
    .insertInto('survey')
    .values({
      workspace_id: ctx.workspace_id,
      id,
      name: input.name,
      kind: input.kind,
      anonymity: input.anonymity,
      language,
      languages: input.languages,
      thank_you: JSON.stringify(templateThanks(input.languages)),
      closes_at: input.closes_at,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .execute()
  await insertQuestions(
    ctx,
    id,
    1,
    questions.map(question => ({ ...question, id: newId() })),
  )
  return getSurvey(ctx, { id })
}

export async function insertQuestions(
  ctx: Ctx,
  survey_id: string,
  version: number,
  questions: (NewQuestion & { id: string })[],
  first = 0,
): Promise<void> {
  await ctx.db
    .insertInto('survey_question')
    .values(
      questions.map(({ label, options, ...question }, position) => ({
        ...question,
        workspace_id: ctx.workspace_id,
        survey_id,
        version,
        position: first + position,
        label: JSON.stringify(label),
        options: JSON.stringify(options),
      })),
    )
    .execute()
}

/** A survey with the questions that are asked now, or those of an earlier version. */
export async function findSurvey(
  ctx: Ctx,
  { id, version, lock = false }: { id: string; version?: number; lock?: boolean },
): Promise<SurveyRecord | undefined> {
  let query = ctx.db
    .selectFrom('survey')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
  if (lock) query = query.forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) return undefined
  const wanted = version !== undefined && version <= row.version ? version : row.version
  const questions = await questionsOf(ctx, [{ id, version: wanted }])
  return { ...recordOf(row), version: wanted, questions: questions.get(id) ?? [] }
}

async function getRecord(ctx: Ctx, input: { id: string; lock?: boolean }): Promise<SurveyRecord> {
  const found = await findSurvey(ctx, input)
  if (!found) throw fail('not_found', { detail: says.no_such_survey() })
  return found
}

type ShownSurvey = SurveyRecord & Pick<Survey, 'link' | 'responses' | 'retired'>

export async function getSurvey(ctx: Ctx, { id }: { id: string }): Promise<ShownSurvey> {
  const [shown] = await show(ctx, [await getRecord(ctx, { id })])
  if (!shown) throw fail('not_found')
  return shown
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The survey as it is stored; for rules that need no link and no count. */
export const getSurveyRecord = (ctx: Ctx, id: string): Promise<SurveyRecord> => getRecord(ctx, { id })

const recordOf = (row: Selectable<SurveyTable>): Omit<SurveyRecord, 'questions'> => {
  const { workspace_id: _, ...rest } = row
  // The table's checks hold what these types say.
  return rest as Omit<SurveyRecord, 'questions'>
}

async function questionsOf(
  ctx: Ctx,
  surveys: readonly { id: string; version: number }[],
): Promise<Map<string, Question[]>> {
  if (surveys.length === 0) return new Map()
  const rows = await ctx.db
    .selectFrom('survey_question')
    .select([
      'survey_id',
      'id',
      'measure',
      'scale_min',
      'scale_max',
      'polarity',
      'touchpoint',
      'required',
      'label',
      'options',
    ])
    .where('workspace_id', '=', ctx.workspace_id)
    .where(eb =>
      eb(
        eb.refTuple('survey_id', 'version'),
        'in',
        surveys.map(survey => eb.tuple(survey.id, survey.version)),
      ),
    )
    .orderBy('survey_id')
    .orderBy('position')
    .execute()
  const grouped = Map.groupBy(rows as (Question & { survey_id: string })[], row => row.survey_id)
  return new Map([...grouped].map(([id, own]) => [id, own.map(plainQuestion)]))
}

async function show(ctx: Ctx, records: SurveyRecord[]): Promise<ShownSurvey[]> {
  if (records.length === 0) return []
  const ids = records.map(record => record.id)
  const counts = await ctx.db
    .selectFrom('response')
    .select(({ fn }) => ['survey_id', fn.countAll<number>().as('n')])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('survey_id', 'in', ids)
    .groupBy('survey_id')
    .execute()
  const earlier = await earlierQuestions(ctx, ids)
  const countOf = new Map(counts.map(row => [row.survey_id, row.n]))
  return records.map(record => ({
    ...record,
    link: addressOf(ctx, linkToken(ctx.machine.secrets, { purpose: 'survey', ...located(ctx, record.id) })),
    responses: countOf.get(record.id) ?? 0,
    retired: (earlier.get(record.id) ?? []).filter(question => question.answered).map(plainQuestion),
  }))
}

const located = (ctx: Ctx, id: string) => ({ workspace_id: ctx.workspace_id, id })
export const addressOf = (ctx: Ctx, token: string): string => `${ctx.machine.publicUrl()}/s/${token}`

/** What the list can be filtered and sorted by. */
const surveyKind = rowsKind({
  name: 'survey',
  plural: 'surveys',
  table: 'survey',
  path: '/api/surveys',
  fields: [
    rowsField('name', 'text', { never_null: true }),
    rowsChoice('kind', surveyKinds, { never_null: true }),
    rowsChoice('status', surveyStatuses, { never_null: true }),
    rowsChoice('anonymity', anonymities, { never_null: true }),
    rowsField('created_at', 'date_time', { never_null: true }),
    rowsField('updated_at', 'date_time', { never_null: true }),
    rowsField('opened_at', 'date_time'),
    rowsField('closed_at', 'date_time'),
    rowsField('closes_at', 'date_time'),
  ],
})

export async function listSurveys(
  ctx: Ctx,
  input: z.output<typeof listContract.query>,
): Promise<{ items: ShownSurvey[]; next: string | null }> {
  const where = sql<SqlBool>`t.workspace_id = ${ctx.workspace_id}
    ${input.status ? sql`and t.status = ${input.status}` : sql``}`
  const { page, next } = await listRows(
    ctx,
    surveyKind,
    { where, columns: sql`t.id`, usual: '-created_at' },
    input,
  )
  const ids = page.map(row => row.id)
  const rows = await ctx.db
    .selectFrom('survey')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  const found = ids.flatMap(id => byId.get(id) ?? [])
  const questions = await questionsOf(ctx, found)
  return {
    items: await show(
      ctx,
      found.map(row => ({ ...recordOf(row), questions: questions.get(row.id) ?? [] })),
    ),
    next,
  }
}

/** Where a page of rows ended: an instant and an id. */
export const cursor = (at: Date, id: string): string =>
  Buffer.from(JSON.stringify(['1', at.toISOString(), id])).toString('base64url')

export function readCursor(text: string): { at: Date; id: string } {
  try {
    const [version, at, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    const instant = new Date(String(at))
    if (
      version === '1' &&
      typeof id === 'string' &&
      /^[\da-f-]{36}$/.test(id) &&
      !Number.isNaN(instant.getTime())
    )
      return { at: instant, id }
  } catch {
    // Not JSON: not ours either.
  }
  throw fail('invalid', { code: 'invalid_cursor', detail: says.not_next() })
}

export async function updateSurvey(
  ctx: Ctx,
  { id, changes }: { id: string; changes: z.output<typeof updateContract.body> },
): Promise<ShownSurvey> {
  const before = await getRecord(ctx, { id, lock: true })
  const { name, kind, anonymity, closes_at, revision } = changes
  if (revision !== undefined && revision !== before.revision)
    throw fail('conflict', { code: 'survey_changed', detail: says.survey_changed() })
  if (changes.form && revision === undefined) throw fail('invalid', { detail: says.needs_revision() })
  const redefined = (kind && kind !== before.kind) || (anonymity && anonymity !== before.anonymity)
  if (before.opened_at && redefined)
    throw fail('conflict', {
      code: 'survey_was_opened',
      detail: says.survey_was_opened(),
    })
  const after = await changed(ctx, before, changes)
  const next = isSame(before.questions, after.questions) ? undefined : after.questions
  const version = next && before.opened_at ? before.version + 1 : before.version
  await ctx.db
    .updateTable('survey')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(kind === undefined ? {} : { kind }),
      ...(anonymity === undefined ? {} : { anonymity }),
      thank_you: JSON.stringify(after.thank_you),
      language: after.language,
      languages: after.languages,
      ...(closes_at === undefined ? {} : { closes_at }),
      version,
      revision: isSame(wordsOf(before), wordsOf(after)) ? before.revision : before.revision + 1,
      updated_at: ctx.now,
    })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .execute()
  if (next) {
    if (version === before.version)
      await ctx.db
        .deleteFrom('survey_question')
        .where('workspace_id', '=', ctx.workspace_id)
        .where('survey_id', '=', id)
        .where('version', '=', version)
        .execute()
    await insertQuestions(ctx, id, version, next)
  }
  return getSurvey(ctx, { id })
}

const wordsOf = ({ language, languages, thank_you, questions }: SurveyRecord) => [
  language,
  languages,
  thank_you,
  questions,
]

/** The survey with changed questions and words, as it would be asked; nothing is stored. */
export async function changed(
  ctx: Ctx,
  survey: SurveyRecord,
  { form, ...words }: SurveyChanges,
): Promise<SurveyRecord> {
  if (!form) return reworded(survey, words)
  const earlier = await earlierQuestions(ctx, [survey.id])
  const moved = rearranged(survey, form, {
    earlier: earlier.get(survey.id) ?? [],
    answered: await answeredQuestions(ctx, survey.id, heldQuestions(survey, form)),
    languages: words.languages ?? survey.languages,
    newId,
  })
  return reworded(moved, words)
}

export async function openSurvey(ctx: Ctx, { id }: { id: string }): Promise<ShownSurvey> {
  const survey = await getRecord(ctx, { id, lock: true })
  if (survey.closes_at && survey.closes_at <= ctx.now)
    throw fail('conflict', {
      code: 'survey_has_ended',
      detail: says.survey_has_ended(),
    })
  if (survey.status !== 'open')
    await ctx.db
      .updateTable('survey')
      .set({ status: 'open', opened_at: survey.opened_at ?? ctx.now, closed_at: null, updated_at: ctx.now })
      .where('workspace_id', '=', ctx.workspace_id)
      .where('id', '=', id)
      .execute()
  return getSurvey(ctx, { id })
}

export async function closeSurvey(ctx: Ctx, { id }: { id: string }): Promise<ShownSurvey> {
  const survey = await getRecord(ctx, { id, lock: true })
  if (survey.status === 'draft')
    throw fail('conflict', { code: 'survey_not_open', detail: says.never_opened() })
  if (survey.status === 'open')
    await ctx.db
      .updateTable('survey')
      .set({ status: 'closed', closed_at: ctx.now, updated_at: ctx.now })
      .where('workspace_id', '=', ctx.workspace_id)
      .where('id', '=', id)
      .execute()
  return getSurvey(ctx, { id })
}

export const takesAnswers = (survey: Pick<SurveyRecord, 'status' | 'closes_at'>, now: Date): boolean =>
  survey.status === 'open' && (survey.closes_at === null || survey.closes_at > now)

/** What stands above the questions: who asks. */
export async function workspaceFacts(ctx: Ctx): Promise<{ name: string; time_zone: string }> {
  const { rows } = await sql<{ name: string; time_zone: string }>`
    select name, time_zone from workspace where id = ${ctx.workspace_id}`.execute(ctx.db)
  const [row] = rows
  if (!row) throw fail('not_found')
  return row
}

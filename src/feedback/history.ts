import { type Kysely, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { Tables } from '../core/tables.ts'
import type { ResponseOutcome } from './responses.contract.ts'
import { recordSubmissions } from './submissions.ts'
import { getSurveyRecord } from './surveys.ts'

// Surveys with a past: personal links that went out some time ago, how far each came, and what was answered.

interface PastInvitation {
  person_id: string
  at: Date
  days: number
  opened_at?: Date | undefined
  answer?: { submission_id: string; at: Date; score: number; comment?: string | undefined } | undefined
}

/** The survey has been open since then. */
export async function openSince(
  ctx: Ctx,
  { survey_id, since }: { survey_id: string; since: Date },
): Promise<void> {
  await ctx.db
    .updateTable('survey')
    .set({ status: 'open', opened_at: since, created_at: since, updated_at: ctx.now })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', survey_id)
    .execute()
}

/** Links as they went out, and the answers to them, by the rule of all answers: one outcome for each answer. */
export async function recordPast(
  ctx: Ctx,
  { survey_id, invitations }: { survey_id: string; invitations: readonly PastInvitation[] },
): Promise<ResponseOutcome[]> {
  if (invitations.length === 0) return []
  const survey = await getSurveyRecord(ctx, survey_id)
  const measured = survey.questions.find(question => question.scale_min !== null)
  const comment = survey.questions.find(question => question.measure === 'comment')
  const sent = invitations.map(one => ({ ...one, id: newId() }))
  await ctx.db
    .insertInto('invitation')
    .values(
      sent.map(({ id, person_id, at, days, opened_at, answer }) => ({
        workspace_id: ctx.workspace_id,
        id,
        survey_id,
        person_id,
        created_at: at,
        created_by: `${ctx.principal.actor.kind}:${ctx.principal.actor.id}`,
        expires_at: new Date(at.getTime() + days * 86_400_000),
        opened_at: opened_at ?? null,
        started_at: answer?.at ?? null,
        completed_at: answer?.at ?? null,
      })),
    )
    .execute()
  return recordSubmissions(ctx, {
    survey,
    source: 'invitation',
    items: sent.flatMap(({ id, person_id, answer }) => {
      if (!answer || !measured) return []
      const words =
        comment && answer.comment !== undefined ? [{ question_id: comment.id, text: answer.comment }] : []
      return {
        submission_id: answer.submission_id,
        invitation_id: id,
        person_id,
        submitted_at: answer.at.toISOString(),
        answers: [{ question_id: measured.id, value: answer.score }, ...words],
      }
    }),
  })
}

/**
 * Takes surveys away with their links and answers, and whatever these people were asked and answered elsewhere. As role
 * `system`, because for everybody else an answer is a fact that stays.
 */
export async function eraseFeedback(
  db: Kysely<Tables>,
  {
    workspace_id,
    survey_ids,
    person_ids,
  }: { workspace_id: string; survey_ids: readonly string[]; person_ids: readonly string[] },
): Promise<void> {
  const meant = sql`workspace_id = ${workspace_id}
    and (survey_id = any (${survey_ids}::uuid[]) or person_id = any (${person_ids}::uuid[]))`
  await sql`delete from response where ${meant}`.execute(db)
  await sql`delete from invitation where ${meant}`.execute(db)
  await sql`delete from submission_rate where workspace_id = ${workspace_id} and survey_id = any (${survey_ids}::uuid[])`.execute(
    db,
  )
  await sql`delete from survey where workspace_id = ${workspace_id} and id = any (${survey_ids}::uuid[])`.execute(
    db,
  )
}

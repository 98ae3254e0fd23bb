import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { says } from './says.ts'
import { getSurveyRecord, type SurveyRecord } from './surveys.ts'

export type AskedSurvey = Pick<SurveyRecord, 'id' | 'kind' | 'anonymity'>
export interface AskedSurveys {
  surveys: AskedSurvey[]
  kind: SurveyRecord['kind']
}

/** One survey, or all of one kind: relational and transactional answers are never pooled. */
export async function surveysAsked(
  ctx: Ctx,
  query: { survey_id?: string | undefined; kind?: SurveyRecord['kind'] | undefined },
): Promise<AskedSurveys> {
  if (query.survey_id !== undefined) {
    const survey = await getSurveyRecord(ctx, query.survey_id)
    if (query.kind !== undefined && query.kind !== survey.kind)
      throw fail('invalid', { detail: says.survey_kind_is({ kind: survey.kind }) })
    return { surveys: [survey], kind: survey.kind }
  }
  const kind = query.kind ?? 'relational'
  const rows = await ctx.db
    .selectFrom('survey')
    .select(['id', 'kind', 'anonymity'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('kind', '=', kind)
    .where('opened_at', 'is not', null)
    .execute()
  return { surveys: rows as AskedSurvey[], kind }
}

/** Where one survey promises that nobody can be recognised, the promise holds for the whole. */
export const isGuarded = (surveys: readonly AskedSurvey[]): boolean =>
  surveys.some(survey => survey.anonymity !== 'identified')

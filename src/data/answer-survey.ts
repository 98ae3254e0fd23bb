import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { createImportedSurvey, extendImportedSurvey, type ImportedQuestion } from '../feedback/index.ts'
import type { ImportPlan } from './import-plan.ts'

/** The survey that the rows answer, made or completed from the mapping, with its question for each mapped column. */
export async function surveyFor(
  ctx: Ctx,
  { mapping, settings }: Pick<ImportPlan, 'mapping' | 'settings'>,
  file_name: string,
): Promise<NonNullable<ImportPlan['survey']>> {
  // A headline counts the question that names no touchpoint: it comes first.
  const asked = mapping
    .filter(one => one.question)
    .toSorted((a, b) => Number(Boolean(a.question?.touchpoint)) - Number(Boolean(b.question?.touchpoint)))
  const questions = asked.flatMap(({ question }): ImportedQuestion[] => {
    if (!question) return []
    const { measure, label, touchpoint } = question
    return [{ measure, label, ...(touchpoint ? { touchpoint } : {}) }]
  })
  const name = settings.survey?.name ?? file_name.replace(/\.\w+(\.gz)?$/, '').slice(0, 120)
  const survey_id = settings.survey?.id ?? (await findByName(ctx, name))
  const { id, question_ids } = survey_id
    ? await extendImportedSurvey(ctx, { survey_id, questions })
    : await createImportedSurvey(ctx, { name, kind: 'relational', questions })
  return {
    id,
    questions: Object.fromEntries(asked.map(({ target }, at) => [target, question_ids[at] ?? ''])),
  }
}

/** A survey of this name that an earlier import made goes on, so that the same file again changes nothing. */
async function findByName(ctx: Ctx, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select s.id from survey s
    join import_job j on j.workspace_id = s.workspace_id and j.kind = 'answer' and j.plan #>> '{survey,id}' = s.id::text
    where s.workspace_id = ${ctx.workspace_id} and s.name = ${name} and s.status = 'closed'
    order by s.created_at limit 1`.execute(ctx.db)
  return rows[0]?.id
}

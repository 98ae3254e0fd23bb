import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Survey } from './surveys.contract.ts'

// Questions that a survey asked in an earlier version and asks no more. Those with answers are retired: their answers and
// figures stay, and they can be asked again. A form that was begun before may still answer any of them.

type Question = Survey['questions'][number]
export type EarlierQuestion = Question & {
  survey_id: string
  answered: boolean
  /** The last that asked it. */
  version: number
  /** It was the first of its measure then: what the headline counts. */
  main: boolean
}

export async function earlierQuestions(
  ctx: Ctx,
  survey_ids: readonly string[],
): Promise<Map<string, EarlierQuestion[]>> {
  const { rows } = await sql<EarlierQuestion & { survey_id: string }>`
    with earlier as (
      select distinct on (q.survey_id, q.id) q.* from survey s
      join survey_question q on q.workspace_id = s.workspace_id and q.survey_id = s.id and q.version < s.version
      where s.workspace_id = ${ctx.workspace_id} and s.id = any (${survey_ids}::uuid[]) and s.version > 1
        and not exists (select from survey_question now where now.workspace_id = s.workspace_id and now.survey_id = s.id
          and now.version = s.version and now.id = q.id)
      order by q.survey_id, q.id, q.version desc
    )
    select e.survey_id, e.id, e.measure, e.scale_min, e.scale_max, e.polarity, e.touchpoint, e.required, e.label, e.options,
      e.version,
      not exists (select from survey_question f where f.workspace_id = e.workspace_id and f.survey_id = e.survey_id
        and f.version = e.version and f.measure = e.measure and f.position < e.position) as main,
      exists (select from answer a where a.workspace_id = e.workspace_id and a.survey_id = e.survey_id
        and a.question_id = e.id and a.measure = e.measure) as answered
    from earlier e order by e.version desc, e.position`.execute(ctx.db)
  return Map.groupBy(rows, row => row.survey_id)
}

/** As it stands in a survey. */
export const plainQuestion = ({
  survey_id: _survey_id,
  answered: _answered,
  version: _version,
  main: _main,
  ...question
}: Question & Partial<EarlierQuestion>): Question => question

/** Which of these questions somebody has answered. */
export async function answeredQuestions(
  ctx: Ctx,
  survey_id: string,
  questions: readonly { id: string; measure: string }[],
): Promise<ReadonlySet<string>> {
  if (questions.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select q.id from unnest(${questions.map(({ id }) => id)}::uuid[], ${questions.map(({ measure }) => measure)}::text[])
      q (id, measure)
    where exists (select from answer a where a.workspace_id = ${ctx.workspace_id} and a.survey_id = ${survey_id}
      and a.question_id = q.id and a.measure = q.measure)`.execute(ctx.db)
  return new Set(rows.map(row => row.id))
}

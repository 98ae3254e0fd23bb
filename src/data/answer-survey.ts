import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { createImportedSurvey, extendImportedSurvey, type ImportedQuestion } from '../feedback/index.ts'
import type { ImportPlan } from './import-plan.ts'
import { headerKey } from './targets.ts'

/** The survey that the rows answer, made or completed from the mapping, with its question for each mapped column. */
export async function surveyFor(
  ctx: Ctx,
  { mapping, settings, choices = {} }: Pick<ImportPlan, 'mapping' | 'settings' | 'choices'>,
  file_name: string,
): Promise<NonNullable<ImportPlan['survey']>> {
  // A headline counts the question that names no touchpoint: it comes first.
  const asked = mapping
    .filter(one => one.question)
    .toSorted((a, b) => Number(Boolean(a.question?.touchpoint)) - Number(Boolean(b.question?.touchpoint)))
  const questions = asked.flatMap(({ question, target }): ImportedQuestion[] => {
    if (!question) return []
    const { measure, label, touchpoint } = question
    const options = choices[target]?.map(one => ({ id: choiceId(one), label: one }))
    return [{ measure, label, ...(touchpoint ? { touchpoint } : {}), ...(options ? { options } : {}) }]
  })
  const name = settings.survey?.name ?? file_name.replace(/\.\w+(\.gz)?$/, '').slice(0, 120)
  const survey_id = settings.survey?.id ?? (await findByName(ctx, name))
  const { id, question_ids } = survey_id
    ? await extendImportedSurvey(ctx, { survey_id, questions })
    : await createImportedSurvey(ctx, { name, kind: 'relational', questions })
  const by_target = Object.fromEntries(asked.map(({ target }, at) => [target, question_ids[at] ?? '']))
  return { id, questions: by_target, choices: await choicesOf(ctx, id, by_target) }
}

/** The same words are the same choice, in this file and in the next. */
const choiceId = (label: string): string =>
  `${headerKey(label).slice(0, 30)}_${createHash('sha256').update(label).digest('hex').slice(0, 12)}`

/** The ids of what can be chosen, by what it is called. */
async function choicesOf(ctx: Ctx, survey_id: string, questions: Record<string, string>) {
  const { rows } = await sql<{ id: string; options: { id: string; label: Record<string, string> }[] }>`
    select id, options from survey_question
    where workspace_id = ${ctx.workspace_id} and survey_id = ${survey_id}::uuid and measure = 'choice'
    order by version`.execute(ctx.db)
  // By every name that they have had.
  const named = new Map<string, Record<string, string>>()
  for (const { id, options } of rows)
    for (const option of options)
      for (const label of Object.values(option.label)) named.set(id, { ...named.get(id), [label]: option.id })
  return Object.fromEntries(
    Object.entries(questions).flatMap(([target, id]) =>
      named.has(id) ? [[target, named.get(id) ?? {}]] : [],
    ),
  )
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

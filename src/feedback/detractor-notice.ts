import type { JobRun } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { flat, mailAttempts, type Reader, sendNotice } from '../identity/index.ts'

// Whoever looks after a customer is told by mail when he would not recommend us: that is when to call him.

const detractor_most = 6

interface Answered {
  id: string
  person_id: string | null
  submission: { answers: readonly { question_id: string; value?: number | undefined }[] }
}

interface Asked {
  anonymity: string
  questions: readonly { id: string; measure: string }[]
}

/** Of what was answered just now; past answers that come in bulk are no news, and a promise of anonymity is kept. */
export async function announceDetractors(
  ctx: Ctx,
  { survey, source, items }: { survey: Asked; source: string; items: readonly Answered[] },
): Promise<void> {
  if (survey.anonymity !== 'identified' || (source !== 'invitation' && source !== 'link')) return
  const asked = survey.questions.find(question => question.measure === 'nps')?.id
  for (const { id, person_id, submission } of items) {
    const value = submission.answers.find(one => one.question_id === asked)?.value
    if (person_id === null || value === undefined || value > detractor_most) continue
    const payload = { response_id: id, score: value, mail_id: newId() }
    await ctx.enqueue('feedback.detractor', payload, { max_attempts: mailAttempts })
  }
}

const loadAnswer = (
  machine: Machine,
  { workspace_id, response_id }: { workspace_id: string; response_id: string },
) =>
  machine.workspaceTransaction({ workspace_id, actor: { kind: 'system', id: 'notices' } }, ctx =>
    ctx.db
      .selectFrom('response as r')
      .innerJoin('survey as s', join =>
        join.onRef('s.workspace_id', '=', 'r.workspace_id').onRef('s.id', '=', 'r.survey_id'),
      )
      .innerJoin('person as answered', join =>
        join.onRef('answered.workspace_id', '=', 'r.workspace_id').onRef('answered.id', '=', 'r.person_id'),
      )
      // Merged meanwhile, it is the other one who is looked after.
      .innerJoin('person as p', join =>
        join.onRef('p.workspace_id', '=', 'answered.workspace_id').onRef('p.id', '=', 'answered.root_id'),
      )
      .select(['p.id as person_id', 'p.name', 'p.email', 'p.owner_id', 's.name as survey'])
      .where('r.workspace_id', '=', workspace_id)
      .where('r.id', '=', response_id)
      .where('s.anonymity', '=', 'identified')
      .where('p.deleted_at', 'is', null)
      .executeTakeFirst(),
  )

function letterOf(
  reader: Reader,
  { name, survey, score, link }: { name: string; survey: string; score: number; link: string },
) {
  return reader.language === 'de'
    ? {
        subject: `${name} würde uns nicht empfehlen (${score} von 10)`,
        text: `${name} hat auf „${survey}“ mit ${score} von 10 geantwortet. Sie sind zuständig; alles Weitere steht hier:

${link}`,
      }
    : {
        subject: `${name} would not recommend us (${score} of 10)`,
        text: `${name} has answered "${survey}" with ${score} of 10. You look after this customer; everything else is here:

${link}`,
      }
}

export async function tellOwner(
  machine: Machine,
  input: { workspace_id: string; response_id: string; score: number; mail_id: string },
  job: JobRun,
): Promise<void> {
  const answer = await loadAnswer(machine, input)
  if (!answer?.owner_id) return
  const name = flat(answer.name ?? answer.email ?? '')
  await sendNotice(machine, job, {
    ...input,
    member_id: answer.owner_id,
    kind: 'detractor',
    needs: { permission: 'surveys.read', reads: 'person' },
    compose: (reader, address) =>
      letterOf(reader, {
        name: name || '?',
        survey: flat(answer.survey),
        score: input.score,
        link: `${address}/people/${answer.person_id}`,
      }),
  })
}

import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { findInvitation, noteInvitation, type OpenInvitation } from './invitations.ts'
import { type Link, linkToken, readToken } from './links.ts'
import { type About, type Asked, busyPage, closedPage, questionPage, thankYouPage } from './page.ts'
import { takesFrom } from './source-rate.ts'
import { recordSubmissions } from './submissions.ts'
import { type SurveyLanguage, surveyLanguages } from './surveys.contract.ts'
import { findSurvey, type SurveyRecord, takesAnswers, workspaceFacts } from './surveys.ts'
import { chosenLanguage } from './words.ts'

// What stands behind a survey link. An answer can be changed until it is sent, and not afterwards: the timeline
// keeps what was said. Fetching a page never records an answer, because mail scanners fetch.

export interface Visit {
  token: string
  /** ?language=, then Accept-Language */
  language: string | undefined
  accept_language: string | undefined
  ip: string
}

export type Reply = { status: number; page: string } | { redirect: string }

interface Found {
  survey: SurveyRecord
  invitation?: OpenInvitation
  language: SurveyLanguage
  workspace: string
}

const submissionLife_ms = 7 * 86_400_000

export function visitorsLanguage(visit: Pick<Visit, 'language' | 'accept_language'>): SurveyLanguage {
  const named = surveyLanguages.find(language => language === visit.language)
  return named ?? chosenLanguage(visit.accept_language, surveyLanguages) ?? 'en'
}

/** One answer for links that were altered, have expired, were never made, or whose survey is not open. */
const closed = (visit: Visit): Reply => ({ status: 404, page: closedPage(visitorsLanguage(visit)) })

async function within(
  machine: Machine,
  visit: Visit,
  run: (ctx: Ctx, found: Found) => Promise<Reply>,
): Promise<Reply> {
  const link = readToken(machine.secrets, visit.token, machine.clock.now())
  if (!link || link.purpose === 'submission') return closed(visit)
  const actor = { kind: 'respondent', id: link.purpose } as const
  return machine.workspaceTransaction({ workspace_id: link.workspace_id, actor }, async ctx => {
    const found = await findAsked(ctx, link, visit)
    return found ? run(ctx, found) : closed(visit)
  })
}

async function findAsked(ctx: Ctx, link: Link, visit: Visit): Promise<Found | undefined> {
  const invitation = link.purpose === 'invitation' ? await findInvitation(ctx, link.id) : undefined
  if (link.purpose === 'invitation' && !invitation) return undefined
  const survey = await findSurvey(ctx, { id: invitation?.survey_id ?? link.id })
  if (!survey || !takesAnswers(survey, ctx.now)) return undefined
  const { name } = await workspaceFacts(ctx)
  return {
    survey,
    ...(invitation ? { invitation } : {}),
    workspace: name,
    language:
      survey.languages.find(language => language === visit.language) ??
      chosenLanguage(visit.accept_language, survey.languages) ??
      survey.language,
  }
}

const thanks = ({ survey, language, workspace }: Found): Reply => ({
  status: 200,
  page: thankYouPage(survey, language, workspace),
})

export function showPage(
  machine: Machine,
  visit: Visit & { score: string | undefined; about: About },
): Promise<Reply> {
  return within(machine, visit, async (ctx, found) => {
    const { survey, invitation } = found
    if (invitation?.completed_at) return thanks(found)
    if (invitation) await noteInvitation(ctx, invitation.id, 'opened_at')
    const first = survey.questions[0]
    const given =
      first && first.scale_min !== null && visit.score !== undefined ? { [first.id]: visit.score } : {}
    return {
      status: 200,
      page: questionPage(asked(ctx, found, { given, missing: [], about: aboutOf(visit.about) })),
    }
  })
}

function asked(
  ctx: Ctx,
  found: Found,
  state: Pick<Asked, 'given' | 'missing' | 'about'>,
  submission = newSubmission(ctx),
): Asked {
  const { survey, language, workspace, invitation } = found
  return { survey, language, workspace, submission, personal: invitation !== undefined, ...state }
}

function newSubmission(ctx: Ctx): string {
  const expires_at = new Date(ctx.now.getTime() + submissionLife_ms)
  return linkToken(ctx.machine.secrets, {
    purpose: 'submission',
    workspace_id: ctx.workspace_id,
    id: newId(),
    expires_at,
  })
}

export function showThanks(machine: Machine, visit: Visit): Promise<Reply> {
  return within(machine, visit, async (_ctx, found) => thanks(found))
}

export async function noteStarted(machine: Machine, visit: Visit): Promise<void> {
  await within(machine, visit, async (ctx, { invitation }) => {
    if (invitation && !invitation.started_at)
      await noteInvitation(ctx, invitation.id, 'opened_at', 'started_at')
    return { status: 204, page: '' }
  })
}

export function takeAnswer(machine: Machine, visit: Visit & { form: URLSearchParams }): Promise<Reply> {
  return within(machine, visit, async (ctx, found) => {
    const { invitation } = found
    const sent = `/s/${visit.token}/thanks?language=${found.language}`
    if (invitation?.completed_at) return { redirect: sent }
    const survey = await askedThen(ctx, found.survey, visit.form)
    const { answers, given } = readForm(survey, visit.form)
    const mark = visit.form.get('submission') ?? ''
    const submission = readToken(ctx.machine.secrets, mark, ctx.now)
    const about = aboutOf({
      place: visit.form.get('place') ?? undefined,
      touchpoint: visit.form.get('touchpoint') ?? undefined,
    })
    const missing = missingOf(survey, answers)
    if (
      missing.length > 0 ||
      submission?.purpose !== 'submission' ||
      submission.workspace_id !== ctx.workspace_id
    ) {
      if (invitation) await noteInvitation(ctx, invitation.id, 'opened_at', 'started_at')
      const state = { given, missing, about }
      const again = asked(ctx, { ...found, survey }, state, submission ? mark : newSubmission(ctx))
      return { status: 422, page: questionPage(again) }
    }
    if (!invitation && !(await takesFrom(ctx, survey.id, visit.ip)))
      return { status: 429, page: busyPage(found.language) }
    await recordSubmissions(ctx, {
      survey,
      source: invitation ? 'invitation' : 'link',
      items: [
        {
          submission_id: submission.id,
          language: found.language,
          answers,
          ...about,
          ...(invitation ? { invitation_id: invitation.id, person_id: invitation.person_id } : {}),
        },
      ],
    })
    if (invitation) await noteInvitation(ctx, invitation.id, 'opened_at', 'started_at', 'completed_at')
    return { redirect: sent }
  })
}

/** What has to be answered and was not; a form without any answer is asked for its first. */
function missingOf(survey: SurveyRecord, answers: readonly { question_id: string }[]): string[] {
  const open = survey.questions.filter(({ id }) => !answers.some(answer => answer.question_id === id))
  const missing = open.filter(question => question.required)
  return (missing.length === 0 && answers.length === 0 ? open.slice(0, 1) : missing).map(({ id }) => id)
}

/** From the link, and so from anybody: short, and nothing that cannot be stored. */
function aboutOf({ place, touchpoint }: About): About {
  const short = (text = '') =>
    text.replaceAll('\u0000', '').toWellFormed().trim().slice(0, 100).toWellFormed()
  return { place: short(place) || undefined, touchpoint: short(touchpoint) || undefined }
}

/** The survey as it was when the page was made: an answer belongs to the words that were read. */
async function askedThen(ctx: Ctx, survey: SurveyRecord, form: URLSearchParams): Promise<SurveyRecord> {
  const version = Number(form.get('version'))
  if (!Number.isInteger(version) || version < 1 || version >= survey.version) return survey
  return (await findSurvey(ctx, { id: survey.id, version })) ?? survey
}

function readForm(survey: SurveyRecord, form: URLSearchParams) {
  const answers: { question_id: string; value?: number; text?: string; choice?: string }[] = []
  const given: Record<string, string> = {}
  for (const question of survey.questions) {
    const raw = form.get(question.id)?.replaceAll('\u0000', '').toWellFormed().replaceAll('\r\n', '\n') ?? ''
    const text = raw.trim().slice(0, 2000).toWellFormed()
    if (text === '') continue
    given[question.id] = text
    const { scale_min: low, scale_max: high } = question
    if (question.measure === 'choice') {
      if (question.options.some(({ id }) => id === text))
        answers.push({ question_id: question.id, choice: text })
    } else if (low === null || high === null) answers.push({ question_id: question.id, text })
    else if (/^\d{1,3}$/.test(text) && Number(text) >= low && Number(text) <= high)
      answers.push({ question_id: question.id, value: Number(text) })
  }
  return { answers, given }
}

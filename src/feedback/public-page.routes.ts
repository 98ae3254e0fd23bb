import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Ctx } from '../core/ctx.ts'
import { Failure, fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { type Measure, measures } from './measures.contract.ts'
import { type AskedSurvey, questionPage, thankYouPage } from './page.ts'
import { pageHeaders } from './page-style.ts'
import { noteStarted, type Reply, showPage, showThanks, takeAnswer, type Visit } from './public-page.ts'
import {
  createSurvey,
  type FurtherQuestion,
  furtherQuestions,
  getSurvey,
  type Survey,
  type SurveyLanguage,
  surveyChanges,
  surveyLanguages,
} from './surveys.contract.ts'
import { changed, getSurveyRecord, type SurveyRecord, workspaceFacts } from './surveys.ts'
import { type Composed, composed, templateThanks } from './templates.ts'

const formLimit = 32 * 1024
/** As much as the API takes to save it, each character written in up to three. */
const previewLimit = 3 * 256 * 1024

type Query = Record<string, unknown>
const one = (query: unknown, name: string): string | undefined => {
  const value = (query as Query)[name]
  return typeof value === 'string' ? value : undefined
}
const formOf = ({ body }: FastifyRequest) => (body instanceof URLSearchParams ? body : new URLSearchParams())

const visitOf = (request: FastifyRequest): Visit => ({
  token: (request.params as { token: string }).token,
  language: one(request.query, 'language'),
  accept_language: request.headers['accept-language'],
  ip: request.ip,
})

const send = (reply: FastifyReply, answer: Reply, options: { framed?: boolean } = {}) =>
  'redirect' in answer
    ? reply.headers(pageHeaders(options)).redirect(answer.redirect, 303)
    : reply.headers(pageHeaders(options)).status(answer.status).send(answer.page)

export function publicPageRoutes(app: FastifyInstance, machine: Machine): void {
  const config = { access: 'public' } as const
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formLimit },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )
  // A beacon without a body says that it is text.
  app.addContentTypeParser('text/plain', { parseAs: 'string', bodyLimit: 1024 }, (_request, _body, done) =>
    done(null),
  )
  app.get('/s/:token', { config }, async (request, reply) =>
    send(
      reply,
      await showPage(machine, {
        ...visitOf(request),
        score: one(request.query, 'score'),
        about: { place: one(request.query, 'place'), touchpoint: one(request.query, 'touchpoint') },
      }),
    ),
  )
  app.post('/s/:token', { config, bodyLimit: formLimit }, async (request, reply) => {
    return send(reply, await takeAnswer(machine, { ...visitOf(request), form: formOf(request) }))
  })
  app.get('/s/:token/thanks', { config }, async (request, reply) =>
    send(reply, await showThanks(machine, visitOf(request))),
  )
  app.post('/s/:token/started', { config, bodyLimit: 1024 }, async (request, reply) => {
    await noteStarted(machine, visitOf(request))
    return reply.headers(pageHeaders()).status(204).send()
  })
  previewRoutes(app, machine)
}

/** The page as it will look, for the frame in the application: it sends nothing. Asked for by POST, because words are long. */
function previewRoutes(app: FastifyInstance, machine: Machine): void {
  const preview = (reply: FastifyReply, survey: AskedSurvey, form: URLSearchParams, workspace: string) => {
    const language = survey.languages.find(one => one === form.get('language')) ?? survey.languages[0] ?? 'en'
    const page = questionPage({ survey, language, workspace, personal: true, given: {}, missing: [] })
    return send(reply, { status: 200, page }, { framed: true })
  }
  const within = async <T>(request: FastifyRequest, run: Parameters<Machine['transaction']>[1]) => {
    const { principal } = request
    if (!principal) throw fail('unauthenticated')
    return (await machine.transaction({ principal, readOnly: true }, run)) as T
  }
  app.post(
    '/preview/surveys',
    { bodyLimit: previewLimit, config: { access: 'session', permission: createSurvey.permission ?? '' } },
    async (request, reply) => {
      const form = formOf(request)
      const { name } = await within<{ name: string }>(request, ctx => workspaceFacts(ctx))
      const wanted = (form.get('languages') ?? 'en').split(',')
      const languages = surveyLanguages.filter(language => wanted.includes(language))
      const subject = (form.get('subject') ?? '').slice(0, 100) || name
      const spoken: readonly SurveyLanguage[] = languages.length > 0 ? languages : ['en']
      const template: Measure = measures.find(each => each === form.get('template')) ?? 'nps'
      const anonymity = form.get('anonymity') as Survey['anonymity']
      const questions = previewed({ template, subject, languages: spoken }, form.get('questions'))
      const survey = {
        questions,
        thank_you: templateThanks(spoken),
        languages: [...spoken],
        anonymity,
        version: 1,
      }
      return preview(reply, survey, form, name)
    },
  )
  app.post(
    '/preview/surveys/:id',
    { bodyLimit: previewLimit, config: { access: 'session', permission: getSurvey.permission ?? '' } },
    async (request, reply) => {
      const form = formOf(request)
      const params = getSurvey.params.safeParse(request.params)
      if (!params.success) throw fail('not_found')
      const { survey: shown, name } = await within<{ survey: SurveyRecord; name: string }>(
        request,
        async ctx => ({
          survey: await unsaved(ctx, await getSurveyRecord(ctx, params.data.id), form.get('words')),
          name: (await workspaceFacts(ctx)).name,
        }),
      )
      if (form.get('page') !== 'thanks') return preview(reply, shown, form, name)
      const spoken = shown.languages.find(each => each === form.get('language')) ?? shown.language
      return send(reply, { status: 200, page: thankYouPage(shown, spoken, name) }, { framed: true })
    },
  )
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const isWhole = (input: Composed): boolean => {
  try {
    return composed(input).length > 0
  } catch {
    return false
  }
}

/** Questions that are being typed: those that are not whole yet are not on the page yet. */
function previewed(input: Omit<Composed, 'questions'>, json: string | null) {
  const read = furtherQuestions.safeParse(parsed(json ?? '[]'))
  const questions: FurtherQuestion[] = []
  for (const question of read.success ? read.data : [])
    if (isWhole({ ...input, questions: [...questions, question] })) questions.push(question)
  return composed({ ...input, questions }).map((question, index) => ({
    ...question,
    id: `question-${index}`,
  }))
}

/** Words that are being typed, so that they can be looked at before they are saved; half a word is no reason to fail. */
async function unsaved(ctx: Ctx, survey: SurveyRecord, json: string | null): Promise<SurveyRecord> {
  const read = surveyChanges.safeParse(parsed(json ?? '{}'))
  if (!read.success) return survey
  try {
    return await changed(ctx, survey, read.data)
  } catch (error) {
    if (error instanceof Failure) return survey
    throw error
  }
}

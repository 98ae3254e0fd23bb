import { expect } from 'vitest'
import type { Call } from '../core/endpoint.ts'
import { newId } from '../core/id.ts'
import { measure } from '../feedback/measure.contract.ts'
import { createResponses } from '../feedback/responses.contract.ts'
import { createSurvey, invitePeople, openSurvey, type Survey } from '../feedback/surveys.contract.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorkspace, type TestWorkspace } from './workspace.ts'

/** What tests of surveys are told in. */
export interface SurveyCast {
  app: TestApp
  here: TestWorkspace
  /** Of a manager. */
  key: string
  makePerson(name: string, extra?: { company_id?: string; country?: string }): Promise<string>
  makeSurvey(body?: Partial<NonNullable<Call<typeof createSurvey>['body']>>): Promise<Survey>
  answer(survey: Survey, given: Given[]): Promise<void>
  measure(query: Record<string, string>): Promise<Measured>
  visit(path: string, headers?: Record<string, string>): ReturnType<typeof visitPage>
  post(path: string, form: Record<string, string>, ip?: string): ReturnType<typeof visitPage>
  /** The path of a personal link. */
  inviteOne(survey: Survey, person_id: string): Promise<string>
  /** What the timeline was told of a survey. */
  interactionsOf(survey: Survey): ReturnType<typeof interactionsOf>
  close(): Promise<void>
}

export interface Given {
  score: number
  at?: string
  person_id?: string
  comment?: string
}

type Measured = Awaited<ReturnType<typeof askNps>>
const askNps = (app: TestApp, key: string, query: Record<string, string>) =>
  app.call(measure, { key, params: { measure: 'nps' }, query })

const visitPage = (app: TestApp, path: string, headers: Record<string, string>) =>
  app.app.inject({ method: 'GET', url: path, headers })

export const npsQuestion = (survey: Survey) => survey.questions[0]?.id ?? ''
export const commentQuestion = (survey: Survey) => survey.questions[1]?.id ?? ''
export const pathOf = (link: string | null | undefined) => new URL(link ?? 'http://nowhere/').pathname

/** What the page's form carries unseen. */
export const hidden = (page: string) => ({
  submission: /name="submission" value="([^"]+)"/.exec(page)?.[1] ?? '',
  version: /name="version" value="(\d+)"/.exec(page)?.[1] ?? '',
})

const interactionsOf = (app: TestApp, workspace_id: string, survey: Survey) =>
  app.machine.system(db =>
    db
      .selectFrom('interaction as i')
      .innerJoin('identifier as f', 'f.id', 'i.identifier_id')
      .select(['i.score', 'i.feeling', 'i.text', 'i.channel', 'i.kind', 'f.type', 'f.value', 'i.occurred_at'])
      .where('i.workspace_id', '=', workspace_id)
      .where('i.ref_id', '=', survey.id)
      .execute(),
  )

const itemOf = (survey: Survey, { score, at, person_id, comment }: Given) => ({
  submission_id: newId(),
  ...(person_id ? { person_id } : {}),
  ...(at ? { submitted_at: at } : {}),
  answers: [
    { question_id: npsQuestion(survey), value: score },
    ...(comment ? [{ question_id: commentQuestion(survey), text: comment }] : []),
  ],
})

export async function startSurveyCast(): Promise<SurveyCast> {
  const app = await startTestApp()
  const here = await makeWorkspace(app, 'Fabrikam')
  const key = here.keys.manager
  const inside = { workspace_id: here.id, actor: { kind: 'system', id: 'test' } } as const
  return {
    app,
    here,
    key,
    async makePerson(name, { company_id, country } = {}) {
      const id = newId()
      const row = {
        workspace_id: here.id,
        id,
        name,
        company_id: company_id ?? null,
        country: country ?? null,
      }
      await app.machine.workspaceTransaction(inside, ctx => ctx.db.insertInto('person').values(row).execute())
      return id
    },
    async makeSurvey(body = {}) {
      const made = await app.call(createSurvey, {
        key,
        body: { template: 'nps', name: 'Customers', subject: 'Fabrikam', ...body },
      })
      return app.call(openSurvey, { key, params: { id: made.id } })
    },
    async answer(survey, given) {
      const items = given.map(one => itemOf(survey, one))
      const { outcomes } = await app.call(createResponses, {
        key,
        params: { id: survey.id },
        body: { items },
      })
      expect(outcomes.filter(outcome => outcome.status !== 'created')).toEqual([])
    },
    measure: query => askNps(app, key, query),
    visit: (path, headers = {}) => visitPage(app, path, headers),
    post: (path, form, ip = '203.0.113.9') =>
      app.app.inject({
        method: 'POST',
        url: path,
        remoteAddress: ip,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      }),
    async inviteOne(survey, person_id) {
      const { outcomes } = await app.call(invitePeople, {
        key,
        params: { id: survey.id },
        body: { person_ids: [person_id] },
      })
      return pathOf(outcomes[0]?.link)
    },
    interactionsOf: survey => interactionsOf(app, here.id, survey),
    close: () => app.close(),
  }
}

export interface Asked {
  country: string
  asked: number
  answered: number
  score: number
}

/** Asks this many of each country by personal link; the first so many answer, all with the same score. */
export async function askWave(cast: SurveyCast, survey: Survey, groups: readonly Asked[]): Promise<string[]> {
  const all: string[] = []
  for (const { country, asked, answered, score } of groups) {
    const person_ids: string[] = []
    for (let index = 0; index < asked; index += 1)
      person_ids.push(await cast.makePerson(`${country} ${index}`, { country }))
    const { outcomes } = await cast.app.call(invitePeople, {
      key: cast.key,
      params: { id: survey.id },
      body: { person_ids, days: 90 },
    })
    for (const { link = '' } of outcomes.slice(0, answered)) {
      const path = pathOf(link)
      const page = await cast.visit(path)
      const sent = await cast.post(path, { ...hidden(page.body), [npsQuestion(survey)]: String(score) })
      expect(sent.statusCode).toBe(303)
    }
    all.push(...person_ids)
  }
  return all
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { measure } from './measure.contract.ts'
import { listResponses } from './responses.contract.ts'
import {
  closeSurvey,
  createSurvey,
  getSurvey,
  listInvitations,
  listSurveys,
  updateSurvey,
} from './surveys.contract.ts'

let cast: SurveyCast
let elsewhere: TestWorkspace
beforeAll(async () => {
  cast = await startSurveyCast()
  elsewhere = await makeWorkspace(cast.app, 'Elsewhere')
})
afterAll(() => cast.close())

describe('a survey', () => {
  test('from the template declares what it measures', async () => {
    const survey = await cast.app.call(createSurvey, {
      key: cast.key,
      body: { template: 'nps', name: 'Spring', subject: 'Fabrikam Cloud', languages: ['de', 'en'] },
    })
    expect(survey).toMatchObject({ status: 'draft', kind: 'relational', language: 'de', version: 1 })
    expect(survey.questions).toMatchObject([
      {
        measure: 'nps',
        scale_min: 0,
        scale_max: 10,
        polarity: 1,
        required: true,
        label: { en: 'How likely is it that you would recommend Fabrikam Cloud to a friend or colleague?' },
      },
      { measure: 'comment', required: false, scale_min: null },
    ])
    expect(survey.link).toMatch(/^http:\/\/127\.0\.0\.1:3000\/s\/s\.1\.[\w-]+\.[\w-]+\.0\.[\w-]+$/)
  })

  test('keeps its question ids, and makes a version of changed words once it was opened', async () => {
    const survey = await cast.makeSurvey()
    const [first] = survey.questions
    const changed = await cast.app.call(updateSurvey, {
      key: cast.key,
      params: { id: survey.id },
      body: { questions: [{ id: first?.id ?? '', label: { en: 'Would you recommend us?' } }] },
    })
    expect(changed.version).toBe(2)
    expect(changed.questions.map(question => question.id)).toEqual(
      survey.questions.map(question => question.id),
    )
    expect(changed.questions[0]?.label.en).toBe('Would you recommend us?')
    const same = await cast.app.call(updateSurvey, {
      key: cast.key,
      params: { id: survey.id },
      body: { name: 'Renamed' },
    })
    expect(same).toMatchObject({ version: 2, name: 'Renamed' })
  })

  test('cannot change what was promised once it was opened', async () => {
    const survey = await cast.makeSurvey()
    const refused = await cast.app.ask(updateSurvey, {
      key: cast.key,
      params: { id: survey.id },
      body: { anonymity: 'anonymous' },
    })
    expect(refused).toMatchObject({ status: 409, body: { code: 'survey_was_opened' } })
  })

  test('is listed newest first, page by page', async () => {
    cast.app.clock.advance(1000)
    const newest = await cast.makeSurvey({ name: 'Newest' })
    const all = await cast.app.call(listSurveys, { key: cast.key, query: { limit: 200 } })
    expect(all.items[0]?.id).toBe(newest.id)
    const paged: string[] = []
    let after: string | undefined
    do {
      const page = await cast.app.call(listSurveys, {
        key: cast.key,
        query: { limit: 2, ...(after ? { after } : {}) },
      })
      paged.push(...page.items.map(item => item.id))
      after = page.next ?? undefined
    } while (after)
    expect(paged).toEqual(all.items.map(item => item.id))
  })

  test('is found by filter and put in any order', async () => {
    const draft = await cast.app.call(createSurvey, {
      key: cast.key,
      body: { template: 'nps', name: 'Élan vital', subject: 'X', kind: 'transactional' },
    })
    const ask = (query: Record<string, string>) => cast.app.call(listSurveys, { key: cast.key, query })
    const found = await ask({ filter: 'name starts with "elan" and status = draft and kind = transactional' })
    expect(found.items.map(item => item.id)).toEqual([draft.id])
    expect((await ask({ filter: 'opened_at is empty', status: 'draft' })).items).toContainEqual(draft)
    const byName = (await ask({ sort: 'name' })).items.map(item => item.name.replace('É', 'E'))
    expect(byName).toEqual(byName.toSorted((a, b) => (a < b ? -1 : 1)))
  })

  test('of another workspace does not exist', async () => {
    const survey = await cast.makeSurvey()
    for (const endpoint of [getSurvey, listResponses, listInvitations])
      expect(
        (await cast.app.ask(endpoint, { key: elsewhere.keys.owner, params: { id: survey.id } })).status,
      ).toBe(404)
    const measured = await cast.app.ask(measure, {
      params: { measure: 'nps' },
      key: elsewhere.keys.owner,
      query: { survey_id: survey.id },
    })
    expect(measured.status).toBe(404)
  })

  test('is changed only by those who may', async () => {
    const survey = await cast.makeSurvey()
    const closing = await cast.app.ask(closeSurvey, { key: cast.here.keys.agent, params: { id: survey.id } })
    expect(closing.status).toBe(403)
    expect(
      (await cast.app.call(getSurvey, { key: cast.here.keys.viewer, params: { id: survey.id } })).status,
    ).toBe('open')
  })
})

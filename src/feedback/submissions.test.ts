import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { commentQuestion, npsQuestion, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { createResponse, createResponses, listResponses } from './responses.contract.ts'
import { createSurvey } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

describe('answers by API', () => {
  test('count once per submission and say what is wrong with each other one', async () => {
    const survey = await cast.makeSurvey()
    const submission_id = newId()
    const question_id = npsQuestion(survey)
    const good = { submission_id, answers: [{ question_id, value: 10 }] }
    const first = await cast.app.call(createResponse, {
      key: cast.key,
      params: { id: survey.id },
      body: good,
    })
    const second = await cast.app.call(createResponse, {
      key: cast.key,
      params: { id: survey.id },
      body: good,
    })
    expect(second).toEqual({ id: first.id, status: 'unchanged' })
    const wrong = (answers: object[], extra: object = {}) => ({ submission_id: newId(), answers, ...extra })
    const { outcomes } = await cast.app.call(createResponses, {
      key: cast.key,
      params: { id: survey.id },
      body: {
        items: [
          good,
          wrong([{ question_id, value: 11 }]),
          wrong([{ question_id, value: 5.5 }]),
          wrong([{ question_id, text: 'nine' }]),
          wrong([{ question_id: newId(), value: 5 }]),
          wrong([{ question_id: commentQuestion(survey), text: 'only words' }]),
          wrong([{ question_id, value: 5 }], { person_id: newId() }),
          wrong([{ question_id, value: 5 }], { submitted_at: '1066-10-14T09:00:00Z' }),
          wrong([{ question_id, value: 5 }]),
        ] as never,
      },
    })
    expect(outcomes.map(outcome => outcome.status)).toEqual([
      'unchanged',
      ...Array.from({ length: 7 }, () => 'rejected'),
      'created',
    ])
    expect(outcomes.slice(1, 8).every(outcome => outcome.detail)).toBe(true)
  })

  test('are listed newest first or oldest first; those of a confidential survey in no order', async () => {
    const survey = await cast.makeSurvey()
    await cast.answer(
      survey,
      [3, 1, 2].map(day => ({ score: day, at: `2025-03-0${day}T10:00:00Z` })),
    )
    const list = async (query: Record<string, string | number>, of = survey) =>
      cast.app.ask(listResponses, { key: cast.key, params: { id: of.id }, query })
    const scores = async (sort: string) => {
      const found: (number | null)[] = []
      for (let after: string | null = ''; after !== null; ) {
        const query = { sort, limit: 2, ...(after ? { after } : {}) }
        const { body } = await list(query)
        const page = listResponses.ok.parse(body)
        found.push(...page.items.map(item => item.score))
        after = page.next
      }
      return found
    }
    expect(await scores('submitted_at')).toEqual([1, 2, 3])
    expect(await scores('-submitted_at')).toEqual([3, 2, 1])
    const quiet = await cast.makeSurvey({ anonymity: 'confidential' })
    expect(await list({ sort: 'submitted_at' }, quiet)).toMatchObject({
      status: 400,
      body: { code: 'invalid_sort' },
    })
  })

  test('wait until the survey is opened', async () => {
    const survey = await cast.app.call(createSurvey, {
      key: cast.key,
      body: { template: 'nps', name: 'Draft', subject: 'us' },
    })
    const refused = await cast.app.ask(createResponse, {
      key: cast.key,
      params: { id: survey.id },
      body: { submission_id: newId(), answers: [{ question_id: npsQuestion(survey), value: 9 }] },
    })
    expect(refused).toMatchObject({ status: 409, body: { code: 'survey_not_open' } })
  })
})

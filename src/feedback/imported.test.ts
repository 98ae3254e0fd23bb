import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { createImportedSurvey, eraseAnswers, type ImportedSurvey, importAnswers } from './imported.ts'
import { listResponses } from './responses.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

const inside = <T>(run: (ctx: Ctx) => Promise<T>): Promise<T> =>
  cast.app.machine.workspaceTransaction(
    { workspace_id: cast.here.id, actor: { kind: 'import', id: 'test' } },
    run,
  )
const passengers: ImportedSurvey = {
  name: 'Passengers',
  kind: 'transactional',
  questions: [
    { measure: 'csat', label: 'Overall' },
    { measure: 'csat', label: 'Food', touchpoint: 'Food' },
    { measure: 'choice', label: 'Purpose', options: [{ id: 'work', label: 'Work' }] },
    { measure: 'comment', label: 'Anything else?' },
  ],
}
const stored = (survey_id: string) =>
  inside(ctx =>
    ctx.db
      .selectFrom('answer')
      .select(['measure', 'scale_min', 'scale_max', 'polarity', 'value', 'text', 'choice', 'weight'])
      .select(['place', 'touchpoint', 'main', 'person_id'])
      .where('survey_id', '=', survey_id)
      .orderBy('measure')
      .orderBy('main', 'desc')
      .execute(),
  )

describe('answers that were given elsewhere', () => {
  test('are stored with what they measure, their weight, place and touchpoint, once', async () => {
    const person_id = await cast.makePerson('Given Elsewhere')
    const { id: survey_id, question_ids } = await inside(ctx => createImportedSurvey(ctx, passengers))
    const [overall = '', food = '', purpose = '', words = ''] = question_ids
    const item = {
      message_id: 'sfo:1',
      person_id,
      submitted_at: '2017-05-13T19:00:00Z',
      weight: 0.25,
      place: 'G',
      answers: [
        { question_id: overall, value: 4 },
        { question_id: food, value: 2 },
        { question_id: purpose, choice: 'work' },
        { question_id: words, text: 'Too loud' },
      ],
    }
    const nobody = {
      message_id: 'sfo:2',
      submitted_at: '2017-05-13T19:00:00Z',
      touchpoint: 'Gate',
      answers: [{ question_id: overall, value: 5 }],
    }
    const outcomes = await inside(ctx => importAnswers(ctx, { survey_id, items: [item, nobody] }))
    expect(outcomes).toMatchObject([
      { status: 'created', interaction: { occurred_at: new Date('2017-05-13T19:00:00Z') } },
      { status: 'created' },
    ])
    const again = await inside(ctx => importAnswers(ctx, { survey_id, items: [nobody, item] }))
    expect(again).toMatchObject([{ status: 'unchanged' }, { status: 'unchanged', id: outcomes[0]?.id }])
    const weighed = { weight: 0.25, place: 'G', person_id }
    const csat = { measure: 'csat', scale_min: 1, scale_max: 5, polarity: 1 }
    expect(await stored(survey_id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...csat, ...weighed, value: 4, main: true, touchpoint: null }),
        expect.objectContaining({ ...csat, ...weighed, value: 2, main: false, touchpoint: 'Food' }),
        expect.objectContaining({ ...csat, value: 5, weight: null, touchpoint: 'Gate', person_id: null }),
        expect.objectContaining({ measure: 'choice', choice: 'work', value: null, scale_min: null }),
        expect.objectContaining({ measure: 'comment', text: 'Too loud', main: true }),
      ]),
    )
    const response_ids = outcomes.flatMap(one => one.id ?? [])
    const erased = await eraseAnswers(cast.app.machine, { workspace_id: cast.here.id, response_ids })
    expect([erased, await stored(survey_id)]).toEqual([2, []])
    const listed = await cast.app.call(listResponses, { key: cast.key, params: { id: survey_id } })
    expect(listed.items).toEqual([])
  })

  test('are refused one by one, with what to do', async () => {
    const { id: survey_id, question_ids } = await inside(ctx => createImportedSurvey(ctx, passengers))
    const [overall = '', , purpose = ''] = question_ids
    const at = '2020-01-01T00:00:00Z'
    const outcomes = await inside(ctx =>
      importAnswers(ctx, {
        survey_id,
        items: [
          { message_id: '1', submitted_at: at, answers: [{ question_id: overall, value: 6 }] },
          { message_id: '2', submitted_at: at, answers: [{ question_id: purpose, choice: 'leisure' }] },
          { message_id: '3', submitted_at: at, answers: [{ question_id: overall, value: 1 }] },
        ],
      }),
    )
    expect(outcomes.map(one => one.detail)).toEqual([
      'answers: a csat question is answered by a whole value from 1 to 5.',
      'answers: a choice is answered by choice, the id of one of its options.',
      undefined,
    ])
    expect(await stored(survey_id)).toHaveLength(1)
    await expect(
      inside(ctx =>
        createImportedSurvey(ctx, {
          ...passengers,
          questions: [
            { measure: 'csat', label: 'One' },
            { measure: 'csat', label: 'Two' },
          ],
        }),
      ),
    ).rejects.toMatchObject({ code: 'unclear_question' })
  })
})

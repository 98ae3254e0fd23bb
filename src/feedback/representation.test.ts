import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Asked, askWave, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measureRepresentation } from './representation.contract.ts'
import type { Survey } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

const ask = (survey: Survey, query: { filter?: string } = {}) =>
  cast.app.call(measureRepresentation, {
    params: { measure: 'nps' },
    key: cast.key,
    query: { survey_id: survey.id, ...query },
  })

const wave = (survey: Survey, groups: Asked[]) => askWave(cast, survey, groups)

describe('who answered beside who did not', () => {
  test('is compared field by field, and the score weighted to everybody who was asked', async () => {
    const survey = await cast.makeSurvey()
    await wave(survey, [
      { country: 'DE', asked: 30, answered: 24, score: 10 },
      { country: 'AT', asked: 30, answered: 6, score: 0 },
    ])
    const compared = await ask(survey)
    expect(compared).toMatchObject({ guarded: false, asked: 60, answered: 30 })
    const country = compared.fields.find(one => one.field === 'country')
    expect(country).toMatchObject({ differs: true })
    expect(country?.groups).toContainEqual({
      value: 'DE',
      group: 'value',
      answered: 24,
      silent: 6,
      share_of_answered: 0.8,
      share_of_silent: 0.2,
      difference: expect.closeTo(0.6, 10) as number,
    })
    expect(compared.raw).toMatchObject({ n: 30, score: 60 })
    expect(compared.weighted).toMatchObject({ n: 30, by: ['country'], uncovered: 0 })
    // Half of those asked are in each country, so promoters and detractors are even.
    expect(compared.weighted?.score).toBeCloseTo(0, 6)
    // Kish: 24 weights of 0.625 and 6 of 2.5.
    expect(compared.weighted?.effective_n).toBeCloseTo(900 / (24 * 0.625 ** 2 + 6 * 2.5 ** 2), 6)
    const [raw, weighted] = [compared.raw, compared.weighted]
    if (!raw || !weighted) throw new Error('nothing was estimated')
    expect((weighted.high ?? 0) - (weighted.low ?? 0)).toBeGreaterThan((raw.high ?? 0) - (raw.low ?? 0))
    expect(await ask(survey, { filter: 'country = "DE"' })).toMatchObject({ asked: 30, answered: 24 })
  })

  test('is not weighted where the two are alike', async () => {
    const survey = await cast.makeSurvey()
    await wave(survey, [
      { country: 'DE', asked: 20, answered: 10, score: 9 },
      { country: 'AT', asked: 20, answered: 10, score: 5 },
    ])
    const compared = await ask(survey)
    expect(compared.fields.find(one => one.field === 'country')).toMatchObject({ differs: false })
    expect(compared).toMatchObject({ raw: { score: 0, n: 20 }, weighted: null })
  })

  test('stays unsaid where a survey promises that nobody can be recognised, and empty where nobody was asked', async () => {
    const confidential = await cast.makeSurvey({ anonymity: 'confidential' })
    await wave(confidential, [{ country: 'DE', asked: 10, answered: 5, score: 9 }])
    expect(await ask(confidential)).toEqual({
      guarded: true,
      asked: 0,
      answered: 0,
      fields: [],
      raw: null,
      weighted: null,
    })
    const open = await cast.makeSurvey()
    await cast.answer(open, [{ score: 9 }])
    expect(await ask(open)).toMatchObject({ guarded: false, asked: 0, fields: [], raw: null })
  })
})

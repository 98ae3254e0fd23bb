import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createField } from '../records/fields.contract.ts'
import { type Asked, askWave, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measureSegments } from './measure.contract.ts'
import { measureRepresentation } from './representation.contract.ts'
import { measureResponses } from './responses.contract.ts'
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

describe('segments by a text', () => {
  const field = 'branch'
  const placed = [
    'berlin',
    'Berlin',
    'Berlin',
    'BERLÍN',
    ' Köln',
    'Koln',
    'Koeln',
    '\u00a0',
    null,
    'A  b',
    'a b',
  ]
  let people: string[]
  beforeAll(async () => {
    const body = { kind: 'person', type: 'text', key: field, label: { en: 'Branch' } } as const
    await cast.app.call(createField, { key: cast.here.keys.admin, body })
    people = await Promise.all(placed.map((_, index) => cast.makePerson(`Placed ${index}`)))
    const inside = { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } } as const
    await cast.app.machine.workspaceTransaction(inside, async ctx => {
      for (const [index, city] of placed.entries()) {
        const row = { city, custom: JSON.stringify(city === null ? {} : { [field]: city }) }
        await ctx.db
          .updateTable('person')
          .set(row)
          .where('id', '=', people[index] ?? '')
          .execute()
      }
    })
  })

  const of = (survey: Survey, by: string) => ({
    key: cast.key,
    params: { measure: 'nps' as const },
    query: { survey_id: survey.id, by },
  })
  const behind = async (
    survey: Survey,
    by: string,
    segment: { group?: 'value' | 'unknown'; value?: string },
  ) => {
    const { query, ...rest } = of(survey, by)
    const asked = { ...rest, query: { ...query, limit: 200, ...segment } }
    return (await cast.app.call(measureResponses, asked)).items.length
  }

  test('are one where the filter takes the texts for equal, called as most are, with the same answers behind name and number', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    await cast.answer(
      survey,
      people.map(person_id => ({ score: 9, person_id })),
    )
    for (const by of ['person.city', `person.custom.${field}`]) {
      const { segments } = await cast.app.call(measureSegments, of(survey, by))
      expect(segments.map(one => [one.group, one.value, one.n])).toEqual([
        ['value', 'Berlin', 4],
        ['unknown', null, 2],
        ['value', 'A  b', 2],
        ['value', 'Koln', 2],
        ['value', 'Koeln', 1],
      ])
      for (const { group, value, filter, n } of segments) {
        const picked = { group: group === 'unknown' ? group : 'value', ...(value ? { value } : {}) } as const
        expect([value, await behind(survey, by, picked)]).toEqual([value, n])
        if (filter)
          expect([filter, (await cast.measure({ survey_id: survey.id, filter })).n]).toEqual([filter, n])
      }
      expect(await behind(survey, by, { value: 'bERLin' })).toBe(4)
      expect(await behind(survey, by, { value: 'Bonn' })).toBe(0)
    }
  })

  test('of a confidential survey are told where they are large enough together, whatever they are called', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional', anonymity: 'confidential' })
    await cast.answer(
      survey,
      people.flatMap(person_id => [0, 9].map(score => ({ score, person_id }))),
    )
    const { segments } = await cast.app.call(measureSegments, of(survey, 'person.city'))
    expect(segments.map(one => [one.group, one.value, one.n])).toEqual([
      ['value', 'Berlin', 8],
      ['others', null, 14],
    ])
    expect(await behind(survey, 'person.city', { value: 'berlin' })).toBe(8)
    expect(await behind(survey, 'person.city', { value: 'Koln' })).toBe(0)
  })
})

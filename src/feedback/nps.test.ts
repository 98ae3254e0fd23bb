import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measure } from './measure.contract.ts'
import { changeBetween, waveOf } from './measures/change.ts'
import { npsTally } from './measures/tally-naive.ts'
import { definitions } from './measures.contract.ts'
import { measureResponses, personScores } from './responses.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

describe('the NPS measure', () => {
  test('is 100·(P − D)/n with the adjusted Wald interval, and opens its rows', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    await cast.answer(survey, [
      ...Array.from({ length: 50 }, (_, index) => ({ score: index % 2 ? 9 : 10 })),
      ...Array.from({ length: 33 }, () => ({ score: 8 })),
      ...Array.from({ length: 17 }, (_, index) => ({ score: index % 7 })),
    ])
    const measured = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(measured).toMatchObject({
      n: 100,
      score: 33,
      promoters: 50,
      passives: 33,
      detractors: 17,
      indicative: false,
      design_effect: 1,
      interval_label: 'sampling variation only',
      distribution: [3, 3, 3, 2, 2, 2, 2, 0, 33, 25, 25],
    })
    expect(measured.low).toBeCloseTo(17.56, 2)
    expect(measured.high).toBeCloseTo(46.52, 2)
    expect(measured.answered).toMatchObject({ invited: 0, response_rate: null, uninvited: 100 })
    const detractors = await cast.app.call(measureResponses, {
      params: { measure: 'nps' },
      key: cast.key,
      query: { survey_id: survey.id, band: 'detractors', limit: 200 },
    })
    expect(detractors.items).toHaveLength(17)
    expect(detractors.items.every(item => item.band === 'detractors')).toBe(true)
  })

  test('counts the last answer of each person in a period when the survey is relational', async () => {
    const survey = await cast.makeSurvey()
    const [one, two] = [await cast.makePerson('First'), await cast.makePerson('Second')]
    await cast.answer(survey, [
      { score: 2, at: '2025-10-05T10:00:00Z', person_id: one },
      { score: 9, at: '2025-10-20T10:00:00Z', person_id: one },
      { score: 10, at: '2025-11-02T10:00:00Z', person_id: one },
      { score: 0, at: '2025-10-07T10:00:00Z', person_id: two },
      { score: 7, at: '2025-10-08T10:00:00Z' },
    ])
    const measured = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id, from: '2025-10-01T00:00:00Z', to: '2025-12-01T00:00:00Z' },
    })
    expect(measured).toMatchObject({
      n: 3,
      promoters: 1,
      passives: 1,
      detractors: 1,
      score: 0,
      indicative: true,
      distribution: [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],
    })
    expect(measured.trend).toMatchObject([
      { period: '2025-10-01', n: 3, promoters: 1, passives: 1, detractors: 1 },
      { period: '2025-11-01', n: 1, promoters: 1 },
    ])
    const rows = await cast.app.call(measureResponses, {
      params: { measure: 'nps' },
      key: cast.key,
      query: { survey_id: survey.id, period: '2025-10-01', band: 'promoters' },
    })
    expect(rows.items.map(item => item.score)).toEqual([9])
  })

  test('counts the better of two answers at one moment, in the score and in its rows', async () => {
    const survey = await cast.makeSurvey()
    const person_id = await cast.makePerson('Hasty')
    const at = '2025-10-05T10:00:00Z'
    await cast.answer(survey, [
      { score: 9, at, person_id },
      { score: 3, at, person_id },
    ])
    expect(await cast.measure({ survey_id: survey.id })).toMatchObject({ n: 1, promoters: 1 })
    const rows = await cast.app.call(measureResponses, {
      params: { measure: 'nps' },
      key: cast.key,
      query: { survey_id: survey.id },
    })
    expect(rows.items.map(item => item.score)).toEqual([9])
    // A range ends before its end, where the next begins.
    expect(await cast.measure({ survey_id: survey.id, to: at })).toMatchObject({ n: 0 })
    expect(await cast.measure({ survey_id: survey.id, from: at })).toMatchObject({ n: 1 })
  })

  test('cuts periods in the time zone of the workspace', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    // The workspace is in Berlin: 23:30 UTC on the last of October is November there.
    await cast.answer(survey, [
      { score: 9, at: '2025-10-31T22:30:00Z' },
      { score: 1, at: '2025-10-31T23:30:00Z' },
    ])
    const measured = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(measured.trend).toMatchObject([
      { period: '2025-10-01', from: '2025-09-30T22:00:00.000Z', score: 100 },
      { period: '2025-11-01', from: '2025-10-31T23:00:00.000Z', score: -100 },
    ])
  })

  test('shows periods without answers as such', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    await cast.answer(survey, [
      { score: 9, at: '2025-01-10T12:00:00Z' },
      { score: 9, at: '2025-04-10T12:00:00Z' },
    ])
    const { trend } = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(trend.map(point => [point.period, point.n, point.score])).toEqual([
      ['2025-01-01', 1, 100],
      ['2025-02-01', 0, null],
      ['2025-03-01', 0, null],
      ['2025-04-01', 1, 100],
    ])
  })

  test('does not call a difference a change when chance explains it', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    const wave = (at: string, promoters: number, detractors: number) =>
      cast.answer(
        survey,
        Array.from({ length: 200 }, (_, index) => ({
          at,
          score: index < promoters ? 9 : index < promoters + detractors ? 4 : 7,
        })),
      )
    await wave('2025-09-15T12:00:00Z', 100, 40)
    await wave('2025-10-15T12:00:00Z', 120, 30)
    const { change } = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(change).toMatchObject({ points: 15, significant: false, method: 'independent' })
    expect(change?.p).toBeCloseTo(0.0505, 3)
    await wave('2025-11-15T12:00:00Z', 160, 10)
    const later = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(later.change).toMatchObject({
      points: 30,
      significant: true,
      before: { n: 200 },
      after: { n: 200 },
    })
    const range = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' }
    const named = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id, ...range },
    })
    expect(named.change).toMatchObject({ points: 15, before: { to: '2025-10-01T00:00:00.000Z' } })
    // Of the workspace's days, the clock having been put back on the 26th.
    const month = { from: '2025-10-31T23:00:00Z', to: '2025-11-30T23:00:00Z' }
    const days = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id, ...month },
    })
    expect(days.change).toMatchObject({
      before: { from: '2025-10-01T22:00:00.000Z', to: '2025-10-31T23:00:00.000Z', n: 200 },
      after: { from: '2025-10-31T23:00:00.000Z', n: 200 },
    })
  })

  test('pairs the answers of the same people', async () => {
    const survey = await cast.makeSurvey()
    const people = await Promise.all(
      Array.from({ length: 40 }, (_, index) => cast.makePerson(`Pair ${index}`)),
    )
    const wave = (at: string, score: (index: number) => number) =>
      cast.answer(
        survey,
        people.map((person_id, index) => ({ person_id, at, score: score(index) })),
      )
    await wave('2025-10-15T12:00:00Z', index => (index < 20 ? 9 : index < 30 ? 7 : 6))
    await wave('2025-11-15T12:00:00Z', index => (index < 26 ? 10 : index < 30 ? 8 : 3))
    const { change } = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(change).toMatchObject({ points: 15, method: 'paired', significant: true })
    const [before, after] = [npsTally(20, 10, 40), npsTally(26, 10, 40)].map(tally =>
      waveOf(definitions.nps, tally),
    )
    const both = { n: 40, sum_before: 10, sum_after: 16, sum_product: 30 }
    const byHand = before && after && changeBetween(before, after, both)
    expect(change?.p).toBeCloseTo(byHand?.p ?? 0, 10)
  })

  test('widens the interval when the answers come from few companies', async () => {
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    const companies = Array.from({ length: 4 }, () => newId())
    await cast.app.machine.workspaceTransaction(
      { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } },
      ctx =>
        ctx.db
          .insertInto('company')
          .values(
            companies.map((id, index) => ({ workspace_id: cast.here.id, id, name: `Company ${index}` })),
          )
          .execute(),
    )
    for (const [index, company_id] of companies.entries()) {
      const people = await Promise.all(
        Array.from({ length: 5 }, (_, each) => cast.makePerson(`Colleague ${index}.${each}`, { company_id })),
      )
      await cast.answer(
        survey,
        // The bounds of promoters and detractors count as what they bound.
        people.map((person_id, each) => ({
          person_id,
          score: (index % 2 ? [9, 10] : [2, 6])[each % 2] ?? 0,
        })),
      )
    }
    const measured = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    // Four companies that each agree count as four answers, less what four say of their own spread.
    expect(measured.design_effect).toBeCloseTo((5 * (4 / 3) * 19) / 20)
    expect((measured.high ?? 0) - (measured.low ?? 0)).toBeGreaterThan(150)
  })

  test('never pools relational and transactional answers', async () => {
    const both = await Promise.all(
      (['relational', 'transactional'] as const).map(async kind => {
        const { n } = await cast.app.call(measure, {
          key: cast.key,
          params: { measure: 'nps' },
          query: { kind },
        })
        return n
      }),
    )
    const survey = await cast.makeSurvey({ kind: 'transactional' })
    await cast.answer(survey, [{ score: 5 }])
    const after = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { kind: 'relational' },
    })
    const transactional = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { kind: 'transactional' },
    })
    expect(after.n).toBe(both[0])
    expect(transactional.n).toBe((both[1] ?? 0) + 1)
    const mixed = await cast.app.ask(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id, kind: 'relational' },
    })
    expect(mixed.status).toBe(400)
  })

  test('reads a merged person as one', async () => {
    const survey = await cast.makeSurvey()
    const [kept, gone] = [await cast.makePerson('Kept'), await cast.makePerson('Gone')]
    await cast.answer(survey, [
      { score: 1, person_id: gone, at: '2025-10-05T10:00:00Z' },
      { score: 9, person_id: kept, at: '2025-10-06T10:00:00Z' },
    ])
    await cast.app.machine.workspaceTransaction(
      { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } },
      ctx => ctx.db.updateTable('person').set({ merged_into: kept }).where('id', '=', gone).execute(),
    )
    expect(
      await cast.app.call(measure, {
        key: cast.key,
        params: { measure: 'nps' },
        query: { survey_id: survey.id },
      }),
    ).toMatchObject({
      n: 1,
      score: 100,
    })
    const scores = await cast.app.call(personScores, { key: cast.key, params: { id: gone } })
    expect(scores.items).toMatchObject([{ score: 9 }])
  })
})

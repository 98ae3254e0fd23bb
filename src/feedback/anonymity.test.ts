import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { hidden, npsQuestion, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measure } from './measure.contract.ts'
import { createResponse, listResponses, measureResponses, personScores } from './responses.contract.ts'
import { invitePeople, listInvitations } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

describe('anonymity', () => {
  const scores = [9, 10, 3, 7, 8, 9]

  test('anonymous: there are no personal links, and no row names anybody', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'anonymous' })
    const person = await cast.makePerson('Nobody')
    const invited = await cast.app.ask(invitePeople, {
      key: cast.key,
      params: { id: survey.id },
      body: { person_ids: [person] },
    })
    expect(invited).toMatchObject({ status: 409, body: { code: 'survey_is_anonymous' } })
    const named = await cast.app.ask(createResponse, {
      key: cast.key,
      params: { id: survey.id },
      body: {
        submission_id: newId(),
        person_id: person,
        answers: [{ question_id: npsQuestion(survey), value: 1 }],
      },
    })
    expect(named).toMatchObject({ status: 409, body: { code: 'survey_is_anonymous' } })
    const insert = cast.app.machine.workspaceTransaction(
      { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } },
      ctx =>
        ctx.db
          .insertInto('response')
          .values({
            workspace_id: cast.here.id,
            id: newId(),
            survey_id: survey.id,
            anonymity: 'anonymous',
            version: 1,
            submission_id: newId(),
            person_id: person,
            source: 'link',
            language: 'en',
            submitted_at: cast.app.clock.now(),
          })
          .execute(),
    )
    await expect(insert).rejects.toThrow(/response_check|check constraint/)
    await cast.answer(
      survey,
      scores.map(score => ({ score, comment: 'a word' })),
    )
    const list = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(list.items).toHaveLength(6)
    for (const item of list.items)
      expect(item).toMatchObject({ person: null, submitted_at: null, comment: null, comment_withheld: true })
    // A UUIDv7 would tell the time.
    expect(list.items.every(item => item.id.charAt(14) === '4')).toBe(true)
    const filtered = await cast.app.ask(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id, filter: 'country = "DE"' },
    })
    expect(filtered).toMatchObject({ status: 400, body: { code: 'survey_is_anonymous' } })
  })

  test('confidential: the person answers once, is not shown, and the timeline stays silent', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential' })
    const person = await cast.makePerson('Discreet')
    const path = await cast.inviteOne(survey, person)
    await cast.post(path, { ...hidden((await cast.visit(path)).body), [npsQuestion(survey)]: '1' })
    expect((await cast.visit(path)).body).toContain('Thank you')
    await cast.answer(
      survey,
      scores.map(score => ({ score })),
    )
    const list = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(list.items).toHaveLength(7)
    expect(list.items.every(item => item.person === null && item.submitted_at === null)).toBe(true)
    expect(await cast.interactionsOf(survey)).toEqual([])
    const links = await cast.app.call(listInvitations, { key: cast.key, params: { id: survey.id } })
    expect(links.items[0]).toMatchObject({ opened_at: null, started_at: null, completed_at: null })
    expect((await cast.app.call(personScores, { key: cast.key, params: { id: person } })).items).toEqual([])
  })

  test('fewer than five are withheld, and so is what would leave fewer than five', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential' })
    const insiders = await Promise.all(
      Array.from({ length: 3 }, (_, index) => cast.makePerson(`Insider ${index}`, { country: 'IS' })),
    )
    const others = await Promise.all(
      Array.from({ length: 9 }, (_, index) => cast.makePerson(`Other ${index}`, { country: 'NO' })),
    )
    await cast.answer(
      survey,
      [...insiders, ...others].map((person_id, index) => ({ score: index % 11, person_id })),
    )
    const ask = (filter?: string) =>
      cast.app.call(measure, {
        key: cast.key,
        params: { measure: 'nps' },
        query: { survey_id: survey.id, ...(filter ? { filter } : {}) },
      })
    expect(await ask()).toMatchObject({ n: 12, withheld: false })
    expect(await ask('country = "IS"')).toMatchObject({
      n: null,
      score: null,
      withheld: true,
      distribution: null,
    })
    expect(await ask('country = "NO"')).toMatchObject({ n: null, score: null, withheld: true, low: null })
    const rows = await cast.app.call(listResponses, {
      key: cast.key,
      params: { id: survey.id },
      query: { filter: 'country = "IS"' },
    })
    expect(rows).toMatchObject({ items: [], withheld: true })
  })

  test('nor does a range of time tell what a few have said, or a change between ranges', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential', kind: 'transactional' })
    const given = (count: number, at: string) => Array.from({ length: count }, () => ({ score: 9, at }))
    await cast.answer(survey, [...given(7, '2026-01-10T12:00:00Z'), ...given(3, '2026-02-10T12:00:00Z')])
    const ask = (query: Record<string, string>) => cast.measure({ survey_id: survey.id, ...query })
    const [january, february] = [{ to: '2026-02-01T00:00:00Z' }, { from: '2026-02-01T00:00:00Z' }]
    expect(await ask({})).toMatchObject({ n: 10, withheld: false, score: 100 })
    // February is too small to be told, by itself or as what is left: time is not cut before it.
    const both = { n: 10, withheld: false, score: 100, whole_months: true, change: null }
    expect(await ask(january)).toMatchObject({ ...both, to: null })
    expect(await ask(february)).toMatchObject({ ...both, from: '2025-12-31T23:00:00.000Z' })
    expect((await ask({})).trend.map(({ n, withheld }) => [n, withheld])).toEqual([
      [7, true],
      [3, true],
    ])
    const rows = { survey_id: survey.id, period: '2026-01-01' }
    const listed = { key: cast.key, params: { measure: 'nps' as const }, query: rows }
    expect(await cast.app.call(measureResponses, listed)).toMatchObject({ items: [], withheld: true })

    const person_id = await cast.makePerson('Norwegian', { country: 'NO' })
    const named = (count: number, at: string) => given(count, at).map(one => ({ ...one, person_id }))
    await cast.answer(survey, [
      ...named(6, '2026-01-10T12:00:00Z'),
      ...named(3, '2026-02-10T12:00:00Z'),
      ...given(5, '2026-02-10T12:00:00Z'),
    ])
    const filter = 'country = "NO"'
    expect(await ask({ filter })).toMatchObject({ n: 9, withheld: false })
    expect(await ask({ filter, ...january })).toMatchObject({ n: 9, withheld: false })
    // Ranges that differ by a day, or by an hour of a week, are the same range.
    await cast.answer(survey, given(6, '2025-12-10T12:00:00Z'))
    const from = (day: string) => ask({ from: `2026-${day}T00:00:00Z`, interval: 'week' })
    const [one, other] = [await from('02-10'), await from('02-11')]
    expect(one).toMatchObject({ n: 11, interval: 'month', from: '2026-01-31T23:00:00.000Z' })
    expect({ ...other, as_of: one.as_of }).toEqual(one)
    expect((await ask({})).trend.map(({ n, withheld }) => [n, withheld])).toEqual([
      [6, false],
      [13, false],
      [11, false],
    ])
  })
})

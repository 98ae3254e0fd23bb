import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import {
  commentQuestion,
  hidden,
  npsQuestion,
  pathOf,
  type SurveyCast,
  startSurveyCast,
} from '../testing/surveys-cast.ts'
import { linkToken } from './links.ts'
import { measure } from './measure.contract.ts'
import { listResponses, personScores } from './responses.contract.ts'
import { closeSurvey, createSurvey, listInvitations } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

describe('the public page', () => {
  test('takes an answer without JavaScript and puts it on the timeline of the person at once', async () => {
    const survey = await cast.makeSurvey({ languages: ['en', 'de'] })
    const person = await cast.makePerson('Anja Roth')
    const path = await cast.inviteOne(survey, person)
    const page = await cast.visit(path, { 'accept-language': 'de-AT,de;q=0.9' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('<html lang="de">')
    expect(page.body).not.toContain('Anja')
    const sent = await cast.post(path, {
      ...hidden(page.body),
      [npsQuestion(survey)]: '9',
      [commentQuestion(survey)]: 'Schnell und freundlich\r\nimmer',
    })
    expect(sent.statusCode).toBe(303)
    const thanks = await cast.visit(String(sent.headers.location))
    expect(thanks.body).toContain('Thank you')
    expect(await cast.interactionsOf(survey)).toMatchObject([
      {
        channel: 'survey',
        kind: 'answer',
        type: 'person',
        value: person,
        text: 'Schnell und freundlich\nimmer',
      },
    ])
    const [told] = await cast.interactionsOf(survey)
    expect(Number(told?.score)).toBe(9)
    expect(told?.feeling).toBeCloseTo(0.6, 5)
    const scores = await cast.app.call(personScores, { key: cast.here.keys.viewer, params: { id: person } })
    expect(scores.items).toMatchObject([{ score: 9, band: 'promoters', survey: { id: survey.id } }])
  })

  test.each([
    ['expectation', 'Compared with what you expected, how was Checkout?', 'Much better', [2, 3, 4, 5, 5], 60],
    [
      'intent',
      'Over the next 12 months, how likely are you to do more business with Checkout?',
      'Extremely likely',
      [0, 6, 9, 10, 10],
      7,
    ],
  ] as const)(
    'asks for %s from its template, and the measure counts what was answered',
    async (template, words, best, given, score) => {
      const survey = await cast.makeSurvey({ template, subject: 'Checkout', kind: 'transactional' })
      const path = `${pathOf(survey.link)}?touchpoint=Checkout`
      for (const value of given) {
        const page = await cast.visit(path)
        expect(page.body).toContain(words)
        expect(page.body).toContain(best)
        const form = { ...hidden(page.body), touchpoint: 'Checkout', [npsQuestion(survey)]: String(value) }
        expect((await cast.post(pathOf(survey.link), form)).statusCode).toBe(303)
      }
      const query = { survey_id: survey.id, touchpoint: 'Checkout' }
      const found = await cast.app.call(measure, { key: cast.key, params: { measure: template }, query })
      expect(found).toMatchObject({ n: 5, score, indicative: true, withheld: false })
      expect(found.bands?.map(band => band.n)).toEqual(template === 'intent' ? [3, 0, 2] : [3, 1, 1])
      expect(found.second?.value ?? null).toBe(template === 'intent' ? 60 : null)
    },
  )

  test('marks the score of a link and records nothing until it is sent', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Scanned'))
    const page = await cast.visit(`${path}?score=3`)
    expect(page.body).toMatch(/value="3" checked/)
    await cast.visit(`${path}?score=3`)
    const list = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(list.items).toEqual([])
    const links = await cast.app.call(listInvitations, { key: cast.key, params: { id: survey.id } })
    expect(links.items[0]).toMatchObject({ completed_at: null, started_at: null })
    expect(links.items[0]?.opened_at).not.toBeNull()
  })

  test('takes one answer per personal link, however often and in however many windows it is sent', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Twice'))
    const pages = await Promise.all([cast.visit(path), cast.visit(path)])
    const forms = pages.flatMap(page => [hidden(page.body), hidden(page.body)])
    const sent = await Promise.all(
      forms.map((form, index) => cast.post(path, { ...form, [npsQuestion(survey)]: String(index) })),
    )
    expect(sent.map(reply => reply.statusCode)).toEqual([303, 303, 303, 303])
    expect(
      (await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })).items,
    ).toHaveLength(1)
    expect(await cast.interactionsOf(survey)).toHaveLength(1)
    expect((await cast.visit(path)).body).toContain('Thank you')
  })

  test('counts one sending of the open link once', async () => {
    const survey = await cast.makeSurvey()
    const path = pathOf(survey.link)
    const form = { ...hidden((await cast.visit(path)).body), [npsQuestion(survey)]: '10' }
    await cast.post(path, form)
    await cast.post(path, form)
    await cast.post(path, { ...hidden((await cast.visit(path)).body), [npsQuestion(survey)]: '2' })
    const list = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(new Set(list.items.map(item => item.score))).toEqual(new Set([10, 2]))
    expect(list.items[0]).toMatchObject({ person: null, source: 'link' })
    expect(await cast.interactionsOf(survey)).toEqual([])
  })

  test('says what is missing and keeps what was written', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Forgetful'))
    const form = hidden((await cast.visit(path)).body)
    const sent = await cast.post(path, { ...form, [commentQuestion(survey)]: 'No number & no idea' })
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain('Please choose a number from 0 to 10.')
    expect(sent.body).toContain('No number &amp; no idea')
    for (const wrong of ['11', '-1', '5.5', 'nine', '1e1'])
      expect((await cast.post(path, { ...form, [npsQuestion(survey)]: wrong })).statusCode).toBe(422)
    const again = await cast.post(path, { ...hidden(sent.body), [npsQuestion(survey)]: '7' })
    expect(again.statusCode).toBe(303)
  })

  test('takes several measures, a choice and the place of the link in one form', async () => {
    const survey = await cast.makeSurvey({
      template: 'csat',
      questions: [
        { measure: 'ces_2', required: true },
        { measure: 'csat', touchpoint: 'Checkout' },
        {
          measure: 'choice',
          label: { en: 'What for?' },
          options: [{ label: { en: 'Work' } }, { label: { en: 'Fun' } }],
        },
      ],
    })
    const [csat = '', ces = '', checkout = '', choice = ''] = survey.questions.map(question => question.id)
    const path = pathOf(survey.link)
    const page = await cast.visit(`${path}?place=Gate%20A&score=4`)
    expect(page.body).toContain('name="place" value="Gate A"')
    const form = { ...hidden(page.body), place: 'Gate A', [csat]: '4', [choice]: '2', [checkout]: '9' }
    const refused = await cast.post(path, form)
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain(`id="wrong-${ces}"`)
    expect(refused.body).toContain('value="4" checked')
    expect((await cast.post(path, { ...form, [ces]: '7', [checkout]: '2' })).statusCode).toBe(303)
    const answers = await cast.app.machine.system(db =>
      db
        .selectFrom('answer')
        .select(['question_id', 'measure', 'value', 'choice', 'place', 'touchpoint', 'main'])
        .where('survey_id', '=', survey.id)
        .execute(),
    )
    const here = { place: 'Gate A', touchpoint: null, choice: null, main: true }
    expect(answers).toEqual(
      expect.arrayContaining([
        { ...here, question_id: csat, measure: 'csat', value: 4 },
        { ...here, question_id: ces, measure: 'ces_2', value: 7 },
        { ...here, question_id: checkout, measure: 'csat', value: 2, touchpoint: 'Checkout', main: false },
        { ...here, question_id: choice, measure: 'choice', value: null, choice: '2' },
      ]),
    )
  })

  test('answers a closed, expired, altered or unknown link in one and the same way', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Late'))
    const draft = await cast.app.call(createSurvey, {
      key: cast.key,
      body: { template: 'nps', name: 'Draft', subject: 'us' },
    })
    const unknown = linkToken(cast.app.machine.secrets, {
      purpose: 'invitation',
      workspace_id: cast.here.id,
      id: newId(),
      expires_at: new Date('2030-01-01'),
    })
    const mark = hidden((await cast.visit(path)).body).submission
    await cast.app.call(closeSurvey, { key: cast.key, params: { id: survey.id } })
    const seen = await Promise.all(
      [
        path,
        pathOf(survey.link),
        pathOf(draft.link),
        `/s/${unknown}`,
        `${path}x`,
        `/s/${mark}`,
        '/s/nothing',
        `${path}/thanks`,
      ].map(one => cast.visit(one)),
    )
    for (const reply of seen) {
      expect(reply.statusCode).toBe(404)
      expect(reply.body).toBe(seen[0]?.body)
    }
    expect((await cast.post(path, { [npsQuestion(survey)]: '9' })).body).toBe(seen[0]?.body)
  })

  test('ends with its link', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Slow'))
    const before = cast.app.clock.now()
    cast.app.clock.advance(91 * 86_400_000)
    expect((await cast.visit(path)).statusCode).toBe(404)
    cast.app.clock.set(before)
    expect((await cast.visit(path)).statusCode).toBe(200)
  })

  test('takes no mark that was made for something else', async () => {
    const survey = await cast.makeSurvey()
    const path = pathOf(survey.link)
    const given = hidden((await cast.visit(path)).body)
    const mark = (purpose: 'submission' | 'invitation', workspace_id: string) =>
      linkToken(cast.app.machine.secrets, {
        purpose,
        workspace_id,
        id: newId(),
        expires_at: new Date('2030-01-01'),
      })
    for (const submission of [
      '',
      mark('submission', newId()),
      mark('invitation', cast.here.id),
      `${given.submission}x`,
    ])
      expect([
        submission,
        (await cast.post(path, { ...given, submission, [npsQuestion(survey)]: '9' })).statusCode,
      ]).toEqual([submission, 422])
    const list = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(list.items).toEqual([])
  })

  test('ends with its survey, and takes nothing more', async () => {
    const before = cast.app.clock.now()
    const closes_at = new Date(before.getTime() + 60_000).toISOString()
    const survey = await cast.makeSurvey({ closes_at })
    const path = pathOf(survey.link)
    const form = { ...hidden((await cast.visit(path)).body), [npsQuestion(survey)]: '9' }
    cast.app.clock.advance(60_000)
    expect((await cast.visit(path)).statusCode).toBe(404)
    expect((await cast.post(path, form)).statusCode).toBe(404)
    cast.app.clock.set(before)
    expect((await cast.post(path, form)).statusCode).toBe(303)
  })

  test('notes that answering began', async () => {
    const survey = await cast.makeSurvey()
    const path = await cast.inviteOne(survey, await cast.makePerson('Began'))
    const reply = await cast.app.app.inject({
      method: 'POST',
      url: `${path}/started`,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      payload: '',
    })
    expect(reply.statusCode).toBe(204)
    const measured = await cast.app.call(measure, {
      key: cast.key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(measured.answered).toMatchObject({
      invited: 1,
      opened: 1,
      started: 1,
      completed: 0,
      response_rate: 0,
    })
  })

  test('lets 200 people behind one address answer, and stops a flood', async () => {
    const survey = await cast.makeSurvey()
    const path = pathOf(survey.link)
    const send = async () => {
      const form = hidden((await cast.visit(path)).body)
      return (await cast.post(path, { ...form, [npsQuestion(survey)]: '8' }, '198.51.100.7')).statusCode
    }
    const honest: number[] = []
    for (let batch = 0; batch < 20; batch++)
      honest.push(...(await Promise.all(Array.from({ length: 10 }, send))))
    expect(new Set(honest)).toEqual(new Set([303]))
    const flood: number[] = []
    for (let batch = 0; batch < 25; batch++)
      flood.push(...(await Promise.all(Array.from({ length: 10 }, send))))
    expect(flood.filter(status => status === 303)).toHaveLength(200)
    expect(flood.filter(status => status === 429)).toHaveLength(50)
    const other = hidden((await cast.visit(path)).body)
    expect((await cast.post(path, { ...other, [npsQuestion(survey)]: '8' }, '198.51.100.8')).statusCode).toBe(
      303,
    )
    cast.app.clock.advance(30_000)
    expect(await send()).toBe(303)
  })

  test('is sent with headers that let nothing else in or out', async () => {
    const survey = await cast.makeSurvey()
    const { headers } = await cast.visit(pathOf(survey.link))
    expect(headers['content-security-policy']).toContain(`default-src 'none'`)
    expect(headers['content-security-policy']).toContain(`frame-ancestors 'none'`)
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })
})

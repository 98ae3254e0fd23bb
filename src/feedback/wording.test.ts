import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { hidden, pathOf, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measure, measureSegments } from './measure.contract.ts'
import { createResponse } from './responses.contract.ts'
import {
  type FormQuestion,
  type Survey,
  type SurveyChanges,
  type SurveyWords,
  updateSurvey,
} from './surveys.contract.ts'
import { carriedOver } from './web/carried-over.ts'
import {
  changesOf,
  type Draft,
  draftOf,
  moved,
  newKey,
  newQuestion,
  notAsked,
  withQuestion,
  withText,
} from './web/wording.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

const change = (survey: Survey, body: SurveyWords) =>
  cast.app.call(updateSurvey, { key: cast.key, params: { id: survey.id }, body })
const preview = async (survey: Survey, form: Record<string, string>, from: Record<string, string> = {}) => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const headers = { ...(await cast.here.browser('owner')), ...type, ...from }
  const payload = new URLSearchParams(form).toString()
  return cast.app.app.inject({ method: 'POST', url: `/preview/surveys/${survey.id}`, headers, payload })
}

describe('the words of a survey', () => {
  test('in a new language are those of the template, around the subject that is asked about', async () => {
    const survey = await cast.makeSurvey({ subject: 'Fabrikam Cloud' })
    const both = await change(survey, { languages: ['de', 'en'] })
    expect(both).toMatchObject({ language: 'de', languages: ['de', 'en'], version: 2 })
    expect(both.questions[0]?.label.de).toBe(
      'Wie wahrscheinlich ist es, dass Sie Fabrikam Cloud einem Freund oder Kollegen weiterempfehlen?',
    )
    expect(both.questions[0]?.options[0]?.label.de).toBe('Überhaupt nicht wahrscheinlich')
    expect(both.thank_you.de).toContain('angekommen')
    const own = both.questions[0]?.id ?? ''
    const reworded = await change(both, {
      questions: [{ id: own, label: { de: 'Ganz anders?', en: 'Otherwise?' } }],
    })
    expect((await change(reworded, { languages: ['de', 'en', 'nl'] })).questions[0]?.label.nl).toBe(
      'Ganz anders?',
    )
  })

  test('of a language that is given up are kept for its return, and nothing changed makes no version', async () => {
    const survey = await cast.makeSurvey({ languages: ['en', 'de'] })
    const id = survey.questions[0]?.id ?? ''
    const worded = await change(survey, { questions: [{ id, label: { de: 'Eigene Worte?' } }] })
    const without = await change(worded, { languages: ['en'] })
    expect(without).toMatchObject({ languages: ['en'], version: worded.version })
    const again = await change(without, { languages: ['en', 'de'] })
    expect(again.questions[0]?.label.de).toBe('Eigene Worte?')
  })

  test('can be looked at while they are being typed, on either page, and half-typed ones do no harm', async () => {
    const survey = await cast.makeSurvey()
    const id = survey.questions[0]?.id ?? ''
    const words = JSON.stringify({
      questions: [{ id, label: { en: 'Would you <b>really</b>?' } }],
      thank_you: { en: 'Bye then' },
    })
    const page = await preview(survey, { words })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Would you &lt;b&gt;really&lt;/b&gt;?')
    expect((await preview(survey, { words, page: 'thanks' })).body).toContain('Bye then')
    for (const broken of ['{', '[]', '{"questions":[{"id":"x"}]}'])
      expect((await preview(survey, { words: broken })).body).toContain('How likely is it')
    expect((await preview(survey, {})).body).toContain('How likely is it')
    // Far beyond what an address may have, or an answer.
    const form = Array.from({ length: 15 }, (_, index) => ({
      measure: 'comment',
      label: { en: `${index} ${'ü'.repeat(480)}` },
    }))
    const sent = JSON.stringify({ form: [{ id }, ...form] })
    expect(encodeURIComponent(sent).length).toBeGreaterThan(32 * 1024)
    const long = await preview(survey, { words: sent })
    expect([long.statusCode, long.body.match(/<textarea/g)?.length]).toEqual([200, 15])
    const elsewhere = { origin: 'null', 'sec-fetch-site': 'cross-site' }
    expect((await preview(survey, { words }, elsewhere)).statusCode).toBe(403)
    expect(page.headers['content-security-policy']).toMatch(/form-action 'none'.*frame-ancestors 'self'/)
  })

  test('are sent as what is different, and an emptied text is none', async () => {
    const survey = await cast.makeSurvey()
    const id = survey.questions[0]?.id ?? ''
    const draft = draftOf(survey)
    expect(changesOf(survey, draft)).toEqual({})
    const typed = withText(withText(draft, id, 'en', 'New?'), 'thank_you', 'en', ' ')
    expect(changesOf(survey, typed)).toEqual({ questions: [{ id, label: { en: 'New?' } }] })
    expect(changesOf(survey, withText(typed, `${id} 0`, 'en', 'Never'))).toEqual({
      questions: [{ id, label: { en: 'New?' }, options: [{ id: '0', label: { en: 'Never' } }] }],
    })
    const saved = await change(survey, changesOf(survey, typed))
    expect(saved.questions[0]?.label.en).toBe('New?')
  })

  test('that are typed while others are being saved stay, on new questions and options too', async () => {
    const survey = await cast.makeSurvey()
    const id = survey.questions[0]?.id ?? ''
    const star = newQuestion('star')
    const choice = newQuestion('choice')
    const [first = '', second = ''] = choice.options
    const extra = newKey()
    const begun: Draft = { ...draftOf(survey), questions: [...draftOf(survey).questions, star, choice] }
    const words = {
      [id]: 'Saved?',
      [choice.key]: 'Which?',
      [`${choice.key} ${first}`]: 'A',
      [`${choice.key} ${second}`]: 'B',
    }
    const type = (draft: Draft, typed: Record<string, string>) =>
      Object.entries(typed).reduce<Draft>((one, [key, text]) => withText(one, key, 'en', text), draft)
    const sent = type(begun, words)
    const later = {
      ...words,
      [id]: 'Later?',
      [choice.key]: 'Which one?',
      [`${choice.key} ${second}`]: 'B2',
      thank_you: 'Bye',
    }
    const typed = type(sent, later)
    const now = withText(
      withQuestion(moved(typed, 2, 0), choice.key, { options: [second, first, extra], required: true }),
      `${choice.key} ${extra}`,
      'en',
      'C',
    )
    const saved = await change(survey, {
      ...changesOf(survey, sent),
      revision: survey.revision,
    } as SurveyChanges)
    expect(changesOf(saved, carriedOver(sent, sent, saved))).toEqual({})
    const rest = carriedOver(sent, now, saved)
    expect(rest.questions.map(one => one.isNew)).toEqual([false, false, false, false])
    const both = await change(saved, { ...changesOf(saved, rest), revision: saved.revision } as SurveyChanges)
    expect(both.questions.map(({ measure, label }) => [measure, label.en])).toEqual([
      ['star', saved.questions[2]?.label.en],
      ['nps', 'Later?'],
      ['comment', saved.questions[1]?.label.en],
      ['choice', 'Which one?'],
    ])
    expect(both.questions[3]?.options.map(({ label }) => label.en)).toEqual(['B2', 'A', 'C'])
    expect(both.thank_you.en).toBe('Bye')
    // An own word taken back to what it was before the save is a change, too.
    const back = carriedOver(sent, withText(sent, id, 'en', survey.questions[0]?.label.en ?? ''), saved)
    expect(changesOf(saved, back).questions).toHaveLength(1)
  })
})

describe('the questions of a survey', () => {
  const rearrange = (survey: Survey, body: Omit<SurveyChanges, 'form'> & { form: FormQuestion[] }) =>
    cast.app.call(updateSurvey, {
      key: cast.key,
      params: { id: survey.id },
      body: { revision: survey.revision, ...body },
    })
  const refusal = async (
    survey: Survey,
    form: FormQuestion[],
    revision: number | undefined = survey.revision,
  ) => {
    const body = { form, ...(revision < 0 ? {} : { revision }) }
    const { body: problem } = await cast.app.ask(updateSurvey, {
      key: cast.key,
      params: { id: survey.id },
      body,
    })
    return problem as { code: string; detail: string }
  }
  const ids = (survey: Survey) => survey.questions.map(({ id }) => ({ id }))

  test('are added to, put in another order, taken away and asked again, and an answer begun before loses nothing', async () => {
    const survey = await cast.makeSurvey({ questions: [{ measure: 'csat', required: true }] })
    const [nps = '', csat = '', comment = ''] = survey.questions.map(question => question.id)
    const path = pathOf(survey.link)
    const begun = hidden((await cast.visit(path)).body)
    const person = await cast.inviteOne(survey, await cast.makePerson('Begun'))
    const answered = { [nps]: '9', [csat]: '2', [comment]: 'Slow' }
    expect((await cast.post(path, { ...begun, ...answered })).statusCode).toBe(303)
    const late = hidden((await cast.visit(person)).body)

    const choice = {
      measure: 'choice' as const,
      label: { en: 'What for?' },
      options: [{ label: { en: 'Work' } }, { label: { en: 'Fun' } }],
      required: true,
    }
    const changed = await rearrange(survey, {
      form: [choice, { id: comment }, { id: nps }, { measure: 'ces_2' }],
    })
    expect(changed.questions.map(({ measure }) => measure)).toEqual(['choice', 'comment', 'nps', 'ces_2'])
    expect(changed.questions[3]?.label.en).toBeTruthy()
    expect(changed).toMatchObject({ version: 2, revision: 2, retired: [{ id: csat, measure: 'csat' }] })
    const page = (await cast.visit(path)).body
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).not.toContain(csat)
    expect((await cast.post(person, { ...late, ...answered })).statusCode).toBe(303)

    const figure = (measured: 'csat' | 'nps') =>
      cast.app.call(measure, {
        key: cast.key,
        params: { measure: measured },
        query: { survey_id: survey.id },
      })
    expect(await figure('csat')).toMatchObject({ n: 2, retired: true })
    expect(await figure('nps')).toMatchObject({ n: 2, retired: false })
    const again = await rearrange(changed, { form: [...ids(changed), { id: csat }] })
    expect(again).toMatchObject({ retired: [], version: 3 })
    expect(await figure('csat')).toMatchObject({ n: 2, retired: false })
    const gone = await rearrange(again, {
      form: ids(again).filter(({ id }) => id !== again.questions[3]?.id),
    })
    expect(gone.retired).toEqual([])
  })

  test('that were answered keep what they measure, and the headline what it counts', async () => {
    const survey = await cast.makeSurvey({
      questions: [
        { measure: 'nps', touchpoint: 'Checkout' },
        { measure: 'csat', touchpoint: 'Shop' },
      ],
    })
    const [nps = '', checkout = '', csat = ''] = survey.questions.map(question => question.id)
    await cast.answer(survey, [{ score: 9 }])
    const rest = [{ id: checkout }, { id: csat }]
    expect(await refusal(survey, [{ id: nps, measure: 'csat' }, ...rest])).toMatchObject({
      code: 'question_is_fixed',
      detail: expect.stringContaining('0–10') as string,
    })
    expect((await refusal(survey, [{ id: nps, touchpoint: 'Gate' }, ...rest])).code).toBe('question_is_fixed')
    const first = await rearrange(survey, {
      form: [{ id: nps }, { id: checkout }, { id: csat, touchpoint: 'Store', label: { en: 'How was it?' } }],
    })
    expect(first.questions[2]).toMatchObject({ touchpoint: 'Store', label: { en: 'How was it?' } })
    expect((await refusal(first, [{ id: checkout }, { id: nps }])).code).toBe('unclear_question')
    const pair = await cast.makeSurvey({
      template: 'csat',
      questions: [
        { measure: 'nps', touchpoint: 'A' },
        { measure: 'nps', touchpoint: 'B' },
      ],
    })
    const [own = '', a = '', b = ''] = pair.questions.map(question => question.id)
    await cast.app.call(createResponse, {
      key: cast.key,
      params: { id: pair.id },
      body: {
        submission_id: newId(),
        answers: [
          { question_id: own, value: 4 },
          { question_id: a, value: 9 },
        ],
      },
    })
    expect((await refusal(pair, [{ id: b }, { id: a }])).code).toBe('headline_question')
    const touchpoints = async () =>
      (
        await cast.app.call(measureSegments, {
          key: cast.key,
          params: { measure: 'nps' },
          query: { survey_id: pair.id, by: 'touchpoint' },
        })
      ).segments.map(({ value, n, retired }) => ({ value, n, retired }))
    expect(await touchpoints()).toEqual([{ value: 'A', n: 1, retired: false }])
    expect((await rearrange(pair, { form: [{ id: b }] })).retired).toHaveLength(2)
    expect(await touchpoints()).toEqual([{ value: 'A', n: 1, retired: true }])
  })

  test('that two people change at once are changed by the first, and the second is told', async () => {
    const survey = await cast.makeSurvey()
    const once = await rearrange(survey, { form: ids(survey).toReversed() })
    expect(await refusal(survey, ids(survey))).toMatchObject({
      code: 'survey_changed',
      detail: expect.stringContaining('Load the survey again') as string,
    })
    expect((await refusal(survey, ids(survey), -1)).detail).toContain('revision')
    expect(once.revision).toBe(survey.revision + 1)
    const unknown = newId()
    expect((await refusal(once, [{ id: unknown }])).detail).toContain(unknown)
    const [one = { id: '' }] = ids(once)
    expect((await refusal(once, [one, one])).detail).toContain('once')
  })

  test('are sent whole when their order, options or number differ, and looked at before', async () => {
    const survey = await cast.makeSurvey({
      questions: [
        {
          measure: 'choice',
          label: { en: 'For?' },
          options: [{ label: { en: 'A' } }, { label: { en: 'B' } }],
        },
      ],
    })
    const [nps = '', choice = '', comment = ''] = survey.questions.map(question => question.id)
    const draft = draftOf(survey)
    expect(changesOf(survey, moved(draft, 1, 2)).form).toEqual([{ id: nps }, { id: comment }, { id: choice }])
    const key = newKey()
    const more = withText(withQuestion(draft, choice, { options: ['2', key] }), `${choice} ${key}`, 'en', 'C')
    const sent = changesOf(survey, more)
    expect(sent.form?.[1]).toEqual({ id: choice, options: [{ id: '2' }, { label: { en: 'C' } }] })
    expect((await preview(survey, { words: JSON.stringify(sent) })).body).toMatch(/> B<[^]*> C</)
    const saved = await rearrange(survey, { ...sent, form: sent.form ?? [] })
    expect(saved.questions[1]?.options.map(({ label }) => label.en)).toEqual(['B', 'C'])
    const added = { ...draft, questions: [...draft.questions, newQuestion('star')] }
    expect(changesOf(survey, added).form?.at(-1)).toEqual({ measure: 'star' })
    expect(notAsked(survey, { ...draft, questions: draft.questions.slice(1) })).toHaveLength(1)
  })
})

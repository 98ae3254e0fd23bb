import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { type Survey, type SurveyWords, updateSurvey } from './surveys.contract.ts'
import { draftOf, withText, wordsOf } from './web/wording.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

const change = (survey: Survey, body: SurveyWords) =>
  cast.app.call(updateSurvey, { key: cast.key, params: { id: survey.id }, body })
const preview = async (survey: Survey, query: Record<string, string>) => {
  const headers = await cast.here.browser('owner')
  const url = `/preview/surveys/${survey.id}?${new URLSearchParams(query).toString()}`
  return cast.app.app.inject({ method: 'GET', url, headers })
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
  })

  test('are sent as what is different, and an emptied text is none', async () => {
    const survey = await cast.makeSurvey()
    const id = survey.questions[0]?.id ?? ''
    const draft = draftOf(survey)
    expect(wordsOf(survey, draft)).toEqual({})
    const typed = withText(withText(draft, id, 'en', 'New?'), 'thank_you', 'en', ' ')
    expect(wordsOf(survey, typed)).toEqual({ questions: [{ id, label: { en: 'New?' } }] })
    expect(wordsOf(survey, withText(typed, `${id} 0`, 'en', 'Never'))).toEqual({
      questions: [{ id, label: { en: 'New?' }, options: [{ id: '0', label: { en: 'Never' } }] }],
    })
    const saved = await change(survey, wordsOf(survey, typed))
    expect(saved.questions[0]?.label.en).toBe('New?')
  })
})

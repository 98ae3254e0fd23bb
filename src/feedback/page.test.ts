import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { measureWords } from './measure-words.ts'
import { definitions, type Measure, measures } from './measures.contract.ts'
import { type AskedSurvey, closedPage, questionPage, thankYouPage } from './page.ts'
import { pageHeaders, script, style } from './page-style.ts'
import { type FurtherQuestion, surveyLanguages } from './surveys.contract.ts'
import { composed, templateThanks } from './templates.ts'
import { chosenLanguage, fill, words } from './words.ts'

const survey = (
  subject = 'Fabrikam',
  template: Measure = 'nps',
  further: FurtherQuestion[] = [],
): AskedSurvey => {
  const questions = composed({ template, subject, languages: surveyLanguages, questions: further })
  return {
    anonymity: 'identified',
    languages: [...surveyLanguages],
    version: 1,
    thank_you: templateThanks(surveyLanguages),
    questions: questions.map((question, index) => ({ ...question, id: `question-${index}` })),
  }
}
const asked = {
  survey: survey(),
  language: 'en' as const,
  workspace: 'Fabrikam',
  submission: 'a.1.x.y.z.mac',
  personal: true,
  given: {},
  missing: [],
}

describe('the page of a survey', () => {
  it('is one request of less than 30 kB gzip in every language', () => {
    for (const language of surveyLanguages) {
      const page = questionPage({ ...asked, language })
      expect(gzipSync(page).length).toBeLessThan(6_000)
      expect(page).not.toMatch(/(?:src|href)="(?!\?language=)/)
      expect(page).not.toMatch(/https?:\/\/|@import|url\(/)
    }
  })

  it('offers eleven radio buttons in a fieldset with the question as its legend', () => {
    const page = questionPage(asked)
    expect(page.match(/type="radio"/g)).toHaveLength(11)
    expect(page).toContain(
      '<legend><h1>How likely is it that you would recommend Fabrikam to a friend or colleague?</h1></legend>',
    )
    expect(page).toContain('<form method="post"')
    expect(page.indexOf('type="radio"')).toBeLessThan(page.indexOf('<textarea'))
    expect(page).not.toContain(' checked')
  })

  it('marks what was given, and nothing that is no answer', () => {
    expect(questionPage({ ...asked, given: { 'question-0': '9' } })).toContain('value="9" checked')
    expect(questionPage({ ...asked, given: { 'question-0': '9"><script>' } })).not.toContain(' checked')
  })

  it('says what is missing, in the title too', () => {
    const page = questionPage({
      ...asked,
      missing: ['question-0'],
      given: { 'question-1': 'slow <b>delivery</b>' },
    })
    expect(page).toContain('<title>Error: ')
    expect(page).toContain('role="alert">Please choose a number from 0 to 10.')
    expect(page).toContain('slow &lt;b&gt;delivery&lt;/b&gt;')
  })

  it('escapes whatever a workspace or a respondent wrote', () => {
    const nasty = `<script>alert(1)</script>"' onload="x`
    const page = questionPage({
      ...asked,
      survey: survey(nasty),
      workspace: nasty,
      given: { 'question-1': nasty },
    })
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('" onload="')
    expect(thankYouPage({ thank_you: { en: nasty } }, 'en', nasty)).not.toContain('<script>alert')
  })

  it('says who will know whose answer it is', () => {
    const notice = (anonymity: AskedSurvey['anonymity'], personal: boolean) =>
      questionPage({ ...asked, personal, survey: { ...asked.survey, anonymity } })
    expect(notice('identified', true)).toContain('sees that this answer is yours')
    expect(notice('identified', false)).toContain('does not know who you are')
    expect(notice('confidential', true)).toContain('confidential')
    expect(notice('anonymous', false)).toContain('anonymous')
  })

  it('allows its own style and script and nothing else', () => {
    const policy = pageHeaders()['content-security-policy'] ?? ''
    const digest = (text: string) => createHash('sha256').update(text).digest('base64')
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(digest(style))
    expect(policy).toContain(digest(script))
    expect(policy).not.toMatch(/unsafe|\*/)
    const page = questionPage(asked)
    expect(page).toContain(`<style>${style}</style>`)
    expect(page).toContain(`<script>${script}</script>`)
    expect(pageHeaders()['referrer-policy']).toBe('no-referrer')
  })

  it('that is closed tells nothing about the survey', () => {
    const page = closedPage('de')
    expect(page).toContain('<html lang="de">')
    expect(page).toContain('Diese Umfrage ist nicht geöffnet')
  })
})

describe('the page of a survey with several questions', () => {
  const several = survey('Fabrikam', 'csat', [
    { measure: 'ces_2', required: true },
    { measure: 'csat', touchpoint: 'Checkout' },
    {
      measure: 'choice',
      required: true,
      label: { en: 'Why?' },
      options: [{ label: { en: 'Work' } }, { label: { en: 'Fun' } }],
    },
  ])

  it('asks each in a group of its own, the open text last, and says which are optional', () => {
    const page = questionPage({ ...asked, survey: several, about: { place: 'Gate "A"' } })
    expect(page.match(/<fieldset/g)).toHaveLength(4)
    expect(page.match(/type="radio"/g)).toHaveLength(5 + 7 + 5 + 2)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).toContain('How satisfied were you with Checkout?</b> <span class="soft">(optional)</span>')
    expect(page.indexOf('<textarea')).toBeGreaterThan(page.lastIndexOf('type="radio"'))
    expect(page).toContain('<input type="hidden" name="place" value="Gate &quot;A&quot;">')
    expect(page).toContain('href="?language=de&amp;place=Gate%20%22A%22"')
  })

  it('says at each question what is missing, by name for those who listen', () => {
    const page = questionPage({ ...asked, survey: several, missing: ['question-1', 'question-3'] })
    expect(page).toContain('aria-describedby="wrong-question-1 ends-question-1"')
    expect(page).toContain('id="wrong-question-1" role="alert">Please choose a number from 1 to 7.')
    expect(page).toContain('role="alert">Please choose one answer.')
    expect(page).not.toContain('wrong-question-0')
  })

  it('stays below 30 kB with as many questions as a survey takes', () => {
    const many = Array.from({ length: 18 }, (_, index) => ({
      measure: 'ces_2' as const,
      touchpoint: `Step ${index}`,
    }))
    const page = questionPage({ ...asked, survey: survey('Fabrikam', 'nps', many) })
    expect(Buffer.byteLength(page)).toBeLessThan(30_000)
  })

  it('asks every measure on the scale of its definition, in every language', () => {
    for (const measure of measures)
      for (const language of surveyLanguages) {
        const page = questionPage({ ...asked, language, survey: survey('Fabrikam', measure) })
        const { scale_min, scale_max } = definitions[measure]
        expect(page.match(/type="radio"/g)).toHaveLength(scale_max - scale_min + 1)
        expect(page).toContain('Fabrikam')
        const { question, points } = measureWords[language][measure]
        expect(question.match(/\{\w+\}/g)).toEqual(['{subject}'])
        expect(Object.keys(points)).toEqual(Object.keys(measureWords.en[measure].points))
        for (const point of Object.values(points)) expect(page).toContain(point.replaceAll("'", '&#39;'))
      }
  })
})

describe('the languages', () => {
  it('are complete, with the same placeholders', () => {
    for (const language of surveyLanguages)
      for (const [key, english] of Object.entries(words.en)) {
        const text = words[language][key as keyof typeof words.en]
        expect(text, `${language}.${key}`).not.toBe('')
        expect(text.match(/\{\w+\}/g) ?? [], `${language}.${key}`).toEqual(english.match(/\{\w+\}/g) ?? [])
      }
  })

  it('are chosen by what the browser asks for, among those of the survey', () => {
    expect(chosenLanguage('fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', ['en', 'de'])).toBe('en')
    expect(chosenLanguage('de;q=0.7, it', ['de', 'it'])).toBe('it')
    expect(chosenLanguage('ja', ['de'])).toBeUndefined()
    expect(chosenLanguage('de;q=0', ['de'])).toBeUndefined()
    expect(chosenLanguage(undefined, ['de'])).toBeUndefined()
    expect(chosenLanguage(';;q=,,=', ['de'])).toBeUndefined()
  })

  it('leave text in braces alone when nothing is to be filled in', () => {
    expect(fill('{a} and {b}', { a: '{b}' })).toBe('{b} and {b}')
  })
})

import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type AskedSurvey, closedPage, questionPage, thankYouPage } from './page.ts'
import { pageHeaders, script, style } from './page-style.ts'
import { surveyLanguages } from './surveys.contract.ts'
import { npsTemplate } from './templates.ts'
import { chosenLanguage, fill, words } from './words.ts'

const survey = (subject = 'Fabrikam'): AskedSurvey => {
  const { questions, thank_you } = npsTemplate(subject, surveyLanguages)
  return {
    anonymity: 'identified',
    languages: [...surveyLanguages],
    version: 1,
    thank_you,
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
  wrong: false,
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
    const page = questionPage({ ...asked, wrong: true, given: { 'question-1': 'slow <b>delivery</b>' } })
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

import { type Html, html, Html as Safe } from './html.ts'
import { script, style } from './page-style.ts'
import type { Survey, SurveyLanguage } from './surveys.contract.ts'
import { fill, words } from './words.ts'

// The respondent's page: plain HTML and a form, complete without JavaScript.

type Question = Survey['questions'][number]
export type AskedSurvey = Pick<Survey, 'anonymity' | 'languages' | 'questions' | 'thank_you' | 'version'>

export interface Asked {
  survey: AskedSurvey
  language: SurveyLanguage
  workspace: string
  /** undefined in the preview, which sends nothing */
  submission?: string
  /** It is known whose answer this is. */
  personal: boolean
  /** What was chosen or typed already, by question id. */
  given: Record<string, string | undefined>
  wrong: boolean
}

function document(language: SurveyLanguage, title: string, body: Html, { scripted = false } = {}): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Safe(style)}</style>
</head>
<body>
<main>
${body}
</main>
${scripted && html`<script>${new Safe(script)}</script>`}
</body>
</html>
`.text
}

const inLanguage = (texts: Partial<Record<SurveyLanguage, string>>, language: SurveyLanguage): string =>
  texts[language] ?? Object.values(texts)[0] ?? ''

function scale(question: Question, asked: Asked, heading: boolean): Html {
  const { language } = asked
  const label = inLanguage(question.label, language)
  const endOf = (value: number) => {
    const option = question.options.find(({ id }) => id === String(value))
    return option ? inLanguage(option.label, language) : ''
  }
  const low = question.scale_min ?? 0
  const high = question.scale_max ?? 0
  const values = Array.from({ length: high - low + 1 }, (_, index) => low + index)
  const given = asked.given[question.id]
  return html`<fieldset aria-describedby="${asked.wrong ? `wrong ends-${question.id}` : `ends-${question.id}`}">
<legend>${heading ? html`<h1>${label}</h1>` : html`<b>${label}</b>`}</legend>
${asked.wrong && html`<p class="wrong" id="wrong" role="alert">${words[language].choose}</p>`}
<div class="scale">
${values.map(value => html`<label><input type="radio" name="${question.id}" value="${value}"${given === String(value) ? html` checked` : ''}><span>${value}</span></label>`)}
</div>
<p class="ends" id="ends-${question.id}"><span>${low} = ${endOf(low)}</span> <span>${high} = ${endOf(high)}</span></p>
</fieldset>`
}

function comment(question: Question, asked: Asked): Html {
  const { language } = asked
  return html`<div class="field">
<label for="${question.id}">${inLanguage(question.label, language)} ${!question.required && html`<span class="soft">(${words[language].optional})</span>`}</label>
<textarea id="${question.id}" name="${question.id}" rows="4" maxlength="2000">${asked.given[question.id] ?? ''}</textarea>
</div>`
}

function notice({ survey, language, workspace, personal }: Asked): string {
  const texts = words[language]
  if (survey.anonymity === 'anonymous') return texts.anonymous
  if (survey.anonymity === 'confidential') return fill(texts.confidential, { workspace })
  return fill(personal ? texts.identified : texts.identified_link, { workspace })
}

function languageSwitch({ survey, language }: Asked): Html | undefined {
  if (survey.languages.length < 2) return undefined
  return html`<nav aria-label="${words[language].language}">
${survey.languages.map(other =>
  other === language
    ? html`<span lang="${other}" aria-current="true">${words[other].own_name}</span> `
    : html`<a href="?language=${other}" lang="${other}" hreflang="${other}">${words[other].own_name}</a> `,
)}
</nav>`
}

export function questionPage(asked: Asked): string {
  const { survey, language, workspace, submission } = asked
  const texts = words[language]
  const first = survey.questions[0]
  const title = `${asked.wrong ? `${texts.error}: ` : ''}${first ? inLanguage(first.label, language) : ''} · ${workspace}`
  const body = html`<p class="from">${workspace}</p>
<form method="post" action="?language=${language}">
${submission !== undefined && html`<input type="hidden" name="submission" value="${submission}"><input type="hidden" name="version" value="${survey.version}">`}
${survey.questions.map((question, index) =>
  question.measure === 'comment' ? comment(question, asked) : scale(question, asked, index === 0),
)}
<button type="submit">${texts.send}</button>
</form>
<p class="notice">${notice(asked)}</p>
${languageSwitch(asked)}`
  return document(language, title, body, { scripted: asked.personal && submission !== undefined })
}

function message(
  language: SurveyLanguage,
  workspace: string | undefined,
  title: string,
  text: string,
): string {
  return document(
    language,
    workspace ? `${title} · ${workspace}` : title,
    html`${workspace !== undefined && html`<p class="from">${workspace}</p>`}
<h1>${title}</h1>
<p>${text}</p>`,
  )
}

export const thankYouPage = (
  survey: Pick<Survey, 'thank_you'>,
  language: SurveyLanguage,
  workspace: string,
): string =>
  message(language, workspace, words[language].thank_you_title, inLanguage(survey.thank_you, language))

/** Closed, expired, altered, never made: one page for all, so that a link tells nothing. */
export const closedPage = (language: SurveyLanguage): string =>
  message(language, undefined, words[language].closed_title, words[language].closed)

export const busyPage = (language: SurveyLanguage): string =>
  message(language, undefined, words[language].busy_title, words[language].busy)

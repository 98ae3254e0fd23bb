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
  /** Ids of the questions that still have to be answered. */
  missing: readonly string[]
  /** What the link says of where it is answered. */
  about?: About
}

export interface About {
  place?: string | undefined
  touchpoint?: string | undefined
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

/** One question as a group of radio buttons, with what is wrong about it. */
function group(
  question: Question,
  asked: Asked,
  {
    heading,
    describes,
    missing,
    fields,
  }: { heading: boolean; describes: string; missing: string; fields: Html },
): Html {
  const { id } = question
  const label = inLanguage(question.label, asked.language)
  const isMissing = asked.missing.includes(id)
  const described = [isMissing ? `wrong-${id}` : '', describes].filter(Boolean).join(' ')
  return html`<fieldset${described === '' ? html`` : html` aria-describedby="${described}"`}>
<legend>${heading ? html`<h1>${label}</h1>` : html`<b>${label}</b> ${!question.required && html`<span class="soft">(${words[asked.language].optional})</span>`}`}</legend>
${isMissing && html`<p class="wrong" id="wrong-${id}" role="alert">${missing}</p>`}
${fields}
</fieldset>`
}

function scale(question: Question, asked: Asked, heading: boolean): Html {
  const { id } = question
  const low = question.scale_min ?? 0
  const high = question.scale_max ?? 0
  const values = Array.from({ length: high - low + 1 }, (_, index) => low + index)
  const star = question.measure === 'star' && html` <i aria-hidden="true">★</i>`
  const fields = html`<div class="scale s${values.length}">
${values.map(value => html`<label><input type="radio" name="${id}" value="${value}"${asked.given[id] === String(value) ? html` checked` : ''}><span>${value}${star}</span></label>`)}
</div>
<p class="ends" id="ends-${id}">${question.options.map(option => html`<span>${option.id} = ${inLanguage(option.label, asked.language)}</span> `)}</p>`
  const missing = fill(words[asked.language].choose, { low: String(low), high: String(high) })
  return group(question, asked, { heading, describes: `ends-${id}`, missing, fields })
}

function choice(question: Question, asked: Asked, heading: boolean): Html {
  const { id } = question
  const fields = html`<div class="choice">
${question.options.map(option => html`<label><input type="radio" name="${id}" value="${option.id}"${asked.given[id] === option.id ? html` checked` : ''}> ${inLanguage(option.label, asked.language)}</label>`)}
</div>`
  return group(question, asked, {
    heading,
    describes: '',
    missing: words[asked.language].choose_one,
    fields,
  })
}

function comment(question: Question, asked: Asked, heading: boolean): Html {
  const { language } = asked
  const label = html`<label for="${question.id}">${inLanguage(question.label, language)} ${!question.required && html`<span class="soft">(${words[language].optional})</span>`}</label>`
  return html`<div class="field">
${heading ? html`<h1>${label}</h1>` : label}
<textarea id="${question.id}" name="${question.id}" rows="4" maxlength="2000">${asked.given[question.id] ?? ''}</textarea>
</div>`
}

function notice({ survey, language, workspace, personal }: Asked): string {
  const texts = words[language]
  if (survey.anonymity === 'anonymous') return texts.anonymous
  if (survey.anonymity === 'confidential') return fill(texts.confidential, { workspace })
  return fill(personal ? texts.identified : texts.identified_link, { workspace })
}

/** What the link said of where it is answered, carried through a change of language. */
const aboutQuery = ({ about = {} }: Asked): string =>
  Object.entries(about)
    .flatMap(([name, value]) => (value ? [`&${name}=${encodeURIComponent(value)}`] : []))
    .join('')

function languageSwitch(asked: Asked): Html | undefined {
  const { survey, language } = asked
  if (survey.languages.length < 2) return undefined
  return html`<nav aria-label="${words[language].language}">
${survey.languages.map(other =>
  other === language
    ? html`<span lang="${other}" aria-current="true">${words[other].own_name}</span> `
    : html`<a href="?language=${other}${aboutQuery(asked)}" lang="${other}" hreflang="${other}">${words[other].own_name}</a> `,
)}
</nav>`
}

function shown(question: Question, asked: Asked, index: number): Html {
  if (question.measure === 'comment') return comment(question, asked, index === 0)
  const show = question.measure === 'choice' ? choice : scale
  return show(question, asked, index === 0)
}

export function questionPage(asked: Asked): string {
  const { survey, language, workspace, submission, about = {} } = asked
  const texts = words[language]
  const first = survey.questions[0]
  const title = `${asked.missing.length > 0 ? `${texts.error}: ` : ''}${first ? inLanguage(first.label, language) : ''} · ${workspace}`
  const body = html`<p class="from">${workspace}</p>
<form method="post" action="?language=${language}">
${submission !== undefined && html`<input type="hidden" name="submission" value="${submission}"><input type="hidden" name="version" value="${survey.version}">`}
${Object.entries(about).map(([name, value]) => (value ? html`<input type="hidden" name="${name}" value="${value}">` : html``))}
${survey.questions.map((question, index) => shown(question, asked, index))}
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

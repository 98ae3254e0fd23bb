import { fail } from '../core/errors.ts'
import { measureWords } from './measure-words.ts'
import { isMeasure } from './measures.contract.ts'
import { says } from './says.ts'
import type { Survey, SurveyLanguage, SurveyWords } from './surveys.contract.ts'
import { commentQuestion, measureQuestion, type NewQuestion, templateThanks } from './templates.ts'
import { words } from './words.ts'

type Worded = Pick<Survey, 'language' | 'languages' | 'thank_you' | 'questions'>
type Question = Worded['questions'][number]

/** What is asked about, while the template's own words still stand around it; '' where they name nothing. */
function subjectOf({ measure, label }: Question, languages: readonly SurveyLanguage[]): string | undefined {
  if (!isMeasure(measure)) return undefined
  for (const language of languages) {
    const [before = '', after] = measureWords[language][measure].question.split('{subject}')
    const text = label[language] ?? ''
    if (after === undefined && text === before) return ''
    if (
      after !== undefined &&
      text.startsWith(before) &&
      text.endsWith(after) &&
      text.length > before.length + after.length
    )
      return text.slice(before.length, text.length - after.length)
  }
  return undefined
}

/** What the survey asks about, as far as its words still tell. */
export const subjectIn = ({ questions, languages }: Worded): string | undefined =>
  questions.map(question => subjectOf(question, languages)).find(Boolean)

/** The question as the template has it in a language, where it still is the template's. */
function templateOf(
  question: Question,
  { languages }: Worded,
  language: SurveyLanguage,
): Pick<NewQuestion, 'label' | 'options'> {
  if (question.measure === 'comment') {
    const untouched = languages.some(one => question.label[one] === words[one].comment)
    return untouched ? commentQuestion([language]) : { label: {}, options: [] }
  }
  if (!isMeasure(question.measure)) return { label: {}, options: [] }
  const subject = subjectOf(question, languages)
  const known = measureQuestion(question.measure, subject ?? '', [language])
  return subject === undefined ? { label: {}, options: known.options } : known
}

/** A language that is new begins with the template's words, or with those of the survey's first language. */
function withLanguage(survey: Worded, language: SurveyLanguage): Worded {
  return {
    ...survey,
    thank_you: { ...templateThanks([language]), ...survey.thank_you },
    questions: survey.questions.map(question => completed(question, survey, language)),
  }
}

/** The question with words in a language, the template's where it has none of its own. */
export function completed(question: Question, survey: Worded, language: SurveyLanguage): Question {
  const known = templateOf(question, survey, language)
  const any = (label: Question['label']) => label[survey.language] ?? Object.values(label)[0] ?? ''
  return {
    ...question,
    label: { [language]: any(question.label), ...known.label, ...question.label },
    options: question.options.map(option => ({
      ...option,
      label: {
        [language]: any(option.label),
        ...known.options.find(one => one.id === option.id)?.label,
        ...option.label,
      },
    })),
  }
}

/** The survey with new words. Ids, measures and scales stay; words of a language that is given up are kept for its return. */
export function reworded<S extends Worded>(survey: S, changes: SurveyWords): S {
  const { languages = survey.languages, thank_you, questions = [] } = changes
  refuseUnknown(survey, questions)
  const added = languages
    .filter(language => !survey.languages.includes(language))
    .reduce<Worded>(withLanguage, survey)
  const byId = new Map(questions.map(change => [change.id, change]))
  return {
    ...survey,
    language: languages[0] ?? survey.language,
    languages,
    thank_you: { ...added.thank_you, ...thank_you },
    questions: added.questions.map(question => {
      const change = byId.get(question.id)
      return {
        ...question,
        label: { ...question.label, ...change?.label },
        options: question.options.map(option => ({
          ...option,
          label: { ...option.label, ...change?.options?.find(one => one.id === option.id)?.label },
        })),
      }
    }),
  }
}

function refuseUnknown(survey: Worded, changes: NonNullable<SurveyWords['questions']>): void {
  for (const { id, options } of changes) {
    const question = survey.questions.find(one => one.id === id)
    if (!question) throw fail('invalid', { detail: says.no_such_question({ id }) })
    for (const option of options ?? [])
      if (!question.options.some(one => one.id === option.id))
        throw fail('invalid', { detail: says.no_such_point({ id: option.id }) })
  }
}

import { fail } from '../core/errors.ts'
import { measureWords } from './measure-words.ts'
import { definitions, isMeasure, type Measure, type QuestionKind } from './measures.contract.ts'
import { measureNamed, says } from './says.ts'
import type { FurtherQuestion, SurveyLanguage } from './surveys.contract.ts'
import { fill, words } from './words.ts'

type ByLanguage = Record<string, string>

export interface NewQuestion {
  measure: QuestionKind
  scale_min: number | null
  scale_max: number | null
  polarity: 1 | -1 | null
  touchpoint: string | null
  required: boolean
  label: ByLanguage
  options: { id: string; label: ByLanguage }[]
}

const each = (languages: readonly SurveyLanguage[], pick: (language: SurveyLanguage) => string): ByLanguage =>
  Object.fromEntries(languages.map(language => [language, pick(language)]))

export const templateThanks = (languages: readonly SurveyLanguage[]): ByLanguage =>
  each(languages, language => words[language].thank_you)

/** A template carries the measure's definition (wording, scale, polarity), so that the definition cannot drift. */
export function measureQuestion(
  measure: Measure,
  subject: string,
  languages: readonly SurveyLanguage[],
): NewQuestion {
  const { scale_min, scale_max, polarity } = definitions[measure]
  return {
    measure,
    scale_min,
    scale_max,
    polarity,
    touchpoint: null,
    required: true,
    label: each(languages, language => fill(measureWords[language][measure].question, { subject })),
    options: Object.keys(measureWords.en[measure].points).map(id => ({
      id,
      label: each(languages, language => measureWords[language][measure].points[id] ?? ''),
    })),
  }
}

const plain = { scale_min: null, scale_max: null, polarity: null, touchpoint: null, required: false }

export const commentQuestion = (languages: readonly SurveyLanguage[]): NewQuestion => ({
  ...plain,
  measure: 'comment',
  label: each(languages, language => words[language].comment),
  options: [],
})

/** Words of one's own in the survey's languages; a language that has none gets those of another. */
export function ownWords(
  given: Partial<Record<SurveyLanguage, string>> | undefined,
  languages: readonly SurveyLanguage[],
): ByLanguage | undefined {
  const any = given && Object.values(given)[0]
  return any === undefined ? undefined : each(languages, language => given?.[language] ?? any)
}

export function furtherQuestion(
  question: FurtherQuestion,
  subject: string,
  languages: readonly SurveyLanguage[],
): NewQuestion {
  const { measure, touchpoint = null, options = [] } = question
  const label = ownWords(question.label, languages)
  const own = { touchpoint, ...(label ? { label } : {}) }
  if (isMeasure(measure))
    return {
      ...measureQuestion(measure, question.subject ?? touchpoint ?? subject, languages),
      required: question.required ?? false,
      ...own,
    }
  if (measure === 'comment') return { ...commentQuestion(languages), ...own }
  if (!label || options.length < 2)
    throw fail('invalid', {
      detail: says.choice_needs_words(),
    })
  return {
    ...plain,
    ...own,
    measure,
    label,
    required: question.required ?? false,
    options: options.map((option, index) => ({
      id: String(index + 1),
      label: ownWords(option.label, languages) ?? {},
    })),
  }
}

export interface Composed {
  template: Measure
  subject: string
  languages: readonly SurveyLanguage[]
  questions: readonly FurtherQuestion[]
}

/** The questions of a new survey: the template's, the further ones, and an open text last unless there is one. */
export function composed({ template, subject, languages, questions }: Composed): NewQuestion[] {
  const further = questions.map(question => furtherQuestion(question, subject, languages))
  const all = [measureQuestion(template, subject, languages), ...further]
  refuseUnclear(all)
  return all.some(question => question.measure === 'comment') ? all : [...all, commentQuestion(languages)]
}

/** A headline counts the first question of a measure; of what is asked again it must be known what it is about. */
export function refuseUnclear(
  questions: readonly { measure: QuestionKind; touchpoint?: string | null | undefined }[],
): void {
  const seen = new Set<string>()
  for (const { measure, touchpoint } of questions) {
    if (!isMeasure(measure)) continue
    const key = `${measure} ${touchpoint ?? ''}`
    if (seen.has(key) || (seen.has(measure) && !touchpoint))
      throw fail('invalid', {
        code: 'unclear_question',
        detail: says.measure_asked_twice({ measure: measureNamed(measure) }),
      })
    seen.add(key).add(measure)
  }
}

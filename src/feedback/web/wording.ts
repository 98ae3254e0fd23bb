import type { QuestionKind } from '../measures.contract.ts'
import type { FormQuestion, Survey, SurveyChanges, SurveyLanguage } from '../surveys.contract.ts'

// A survey as it is being changed: what is asked in which order, and each text under a key of its own, by language.

type Texts = Partial<Record<SurveyLanguage, string>>

export interface DraftQuestion {
  /** The question's id; of a new one a key that no question has. */
  key: string
  isNew: boolean
  measure: QuestionKind
  touchpoint: string
  required: boolean
  /** Ids of the options, or keys of new ones. */
  options: readonly string[]
}

export interface Draft {
  languages: SurveyLanguage[]
  questions: readonly DraftQuestion[]
  /** By question, by question and option, or `thank_you`. */
  texts: Readonly<Record<string, Texts>>
}

type Question = Survey['questions'][number]
export type Changes = Pick<SurveyChanges, 'languages' | 'thank_you' | 'questions'> & { form?: FormQuestion[] }

const newMark = 'new '

const textsOf = (survey: Survey): Record<string, Texts> =>
  Object.fromEntries([
    ...[...survey.questions, ...survey.retired].flatMap(({ id, label, options }) => [
      [id, label] as const,
      ...options.map(option => [`${id} ${option.id}`, option.label] as const),
    ]),
    ['thank_you', survey.thank_you] as const,
  ])

export const draftQuestion = ({ id, measure, touchpoint, required, options }: Question): DraftQuestion => ({
  key: id,
  isNew: false,
  measure,
  touchpoint: touchpoint ?? '',
  required,
  options: options.map(option => option.id),
})

export const draftOf = (survey: Survey): Draft => ({
  languages: [...survey.languages],
  questions: survey.questions.map(draftQuestion),
  texts: textsOf(survey),
})

export const textIn = (draft: Draft, key: string, language: SurveyLanguage): string =>
  draft.texts[key]?.[language] ?? ''

export const withText = (draft: Draft, key: string, language: SurveyLanguage, text: string): Draft => ({
  ...draft,
  texts: { ...draft.texts, [key]: { ...draft.texts[key], [language]: text } },
})

/** A key that nothing in the draft has, however often it was added to and taken from. */
export const newKey = (): string => `${newMark}${crypto.randomUUID()}`

export const isNewOption = (option: string): boolean => option.startsWith(newMark)

export const newQuestion = (measure: QuestionKind): DraftQuestion => ({
  key: newKey(),
  isNew: true,
  measure,
  touchpoint: '',
  required: false,
  options: measure === 'choice' ? [newKey(), newKey()] : [],
})

export function moved(draft: Draft, from: number, to: number): Draft {
  const questions = [...draft.questions]
  const [question] = questions.splice(from, 1)
  if (question) questions.splice(to, 0, question)
  return { ...draft, questions }
}

export const withQuestion = (draft: Draft, key: string, patch: Partial<DraftQuestion>): Draft => ({
  ...draft,
  questions: draft.questions.map(one => (one.key === key ? { ...one, ...patch } : one)),
})

/** Those that the survey has or had and the draft does not ask. */
export const notAsked = (survey: Survey, draft: Draft): Question[] =>
  [...survey.questions, ...survey.retired].filter(({ id }) => draft.questions.every(one => one.key !== id))

const written = (texts: Texts | undefined, only: SurveyLanguage | undefined): Texts | undefined => {
  const entries = Object.entries(texts ?? {}).filter(
    ([language, text]) => text.trim() !== '' && (only === undefined || language === only),
  )
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The whole form, as the API takes it, where it is another than the survey has. */
function formOf(survey: Survey, draft: Draft, only: SurveyLanguage | undefined): FormQuestion[] | undefined {
  const saved = survey.questions.map(draftQuestion)
  if (JSON.stringify(saved) === JSON.stringify(draft.questions)) return undefined
  const known = new Map([...saved, ...survey.retired.map(draftQuestion)].map(one => [one.key, one] as const))
  return draft.questions.map(({ key, isNew, measure, touchpoint, required, options }) => {
    const label = isNew ? written(draft.texts[key], only) : undefined
    const before = known.get(key)
    const about = touchpoint.trim()
    const optionsChanged = measure === 'choice' && JSON.stringify(before?.options) !== JSON.stringify(options)
    return {
      ...(isNew ? { measure } : { id: key }),
      ...(label ? { label } : {}),
      ...(about !== '' && about !== before?.touchpoint ? { touchpoint: about } : {}),
      ...(required === (before?.required ?? false) ? {} : { required }),
      ...(optionsChanged
        ? {
            options: options.flatMap((option): NonNullable<FormQuestion['options']> => {
              if (!isNewOption(option)) return [{ id: option }]
              const words = written(draft.texts[`${key} ${option}`], only)
              return words ? [{ label: words }] : []
            }),
          }
        : {}),
    }
  })
}

/** What is different, as the API takes it; an emptied text is none. With a language, of that language alone. */
export function changesOf(survey: Survey, draft: Draft, only?: SurveyLanguage): Changes {
  const saved = textsOf(survey)
  const changed = (key: string): Texts | undefined => {
    const texts = Object.entries(draft.texts[key] ?? {}).filter(
      ([language, text]) => text !== saved[key]?.[language as SurveyLanguage],
    )
    return written(Object.fromEntries(texts), only)
  }
  const questions = draft.questions.flatMap(({ key, isNew, options }) => {
    if (isNew) return []
    const label = changed(key)
    const points = options.flatMap(option => {
      const words = isNewOption(option) ? undefined : changed(`${key} ${option}`)
      return words ? [{ id: option, label: words }] : []
    })
    if (!label && points.length === 0) return []
    return [{ id: key, ...(label ? { label } : {}), ...(points.length > 0 ? { options: points } : {}) }]
  })
  const thank_you = changed('thank_you')
  const form = formOf(survey, draft, only)
  const languages = JSON.stringify(draft.languages) !== JSON.stringify(survey.languages)
  return {
    ...(languages ? { languages: draft.languages } : {}),
    ...(thank_you ? { thank_you } : {}),
    ...(questions.length > 0 ? { questions } : {}),
    ...(form ? { form } : {}),
  }
}

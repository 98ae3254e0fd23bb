import type { Survey, SurveyLanguage, SurveyWords } from '../surveys.contract.ts'

// The words of a survey as they are being typed: each text under a key of its own, by language.

type Texts = Partial<Record<SurveyLanguage, string>>

export interface Draft {
  languages: SurveyLanguage[]
  /** By question id, by question id and point of the scale, or `thank_you`. */
  texts: Readonly<Record<string, Texts>>
}

const textsOf = (survey: Survey): Record<string, Texts> =>
  Object.fromEntries([
    ...survey.questions.flatMap(({ id, label, options }) => [
      [id, label] as const,
      ...options.map(option => [`${id} ${option.id}`, option.label] as const),
    ]),
    ['thank_you', survey.thank_you] as const,
  ])

export const draftOf = (survey: Survey): Draft => ({
  languages: [...survey.languages],
  texts: textsOf(survey),
})

export const textIn = (draft: Draft, key: string, language: SurveyLanguage): string =>
  draft.texts[key]?.[language] ?? ''

export const withText = (draft: Draft, key: string, language: SurveyLanguage, text: string): Draft => ({
  ...draft,
  texts: { ...draft.texts, [key]: { ...draft.texts[key], [language]: text } },
})

/** What is different, as the API takes it; an emptied text is none. With a language, of that language alone. */
export function wordsOf(survey: Survey, draft: Draft, only?: SurveyLanguage): SurveyWords {
  const saved = textsOf(survey)
  const changed = (key: string): Texts | undefined => {
    const entries = Object.entries(draft.texts[key] ?? {}).filter(
      ([language, text]) =>
        text.trim() !== '' &&
        text !== saved[key]?.[language as SurveyLanguage] &&
        (only === undefined || language === only),
    )
    return entries.length > 0 ? Object.fromEntries(entries) : undefined
  }
  const questions = survey.questions.flatMap(({ id, options }) => {
    const label = changed(id)
    const points = options.flatMap(option => {
      const words = changed(`${id} ${option.id}`)
      return words ? [{ id: option.id, label: words }] : []
    })
    if (!label && points.length === 0) return []
    return [{ id, ...(label ? { label } : {}), ...(points.length > 0 ? { options: points } : {}) }]
  })
  const thank_you = changed('thank_you')
  const moved = JSON.stringify(draft.languages) !== JSON.stringify(survey.languages)
  return {
    ...(moved ? { languages: draft.languages } : {}),
    ...(thank_you ? { thank_you } : {}),
    ...(questions.length > 0 ? { questions } : {}),
  }
}

import type { QuestionKind } from './measures.contract.ts'
import type { SurveyLanguage } from './surveys.contract.ts'
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

/** A template carries the measure's definition (wording, scale, polarity), so that the definition cannot drift. */
export function npsTemplate(
  subject: string,
  languages: readonly SurveyLanguage[],
): { thank_you: ByLanguage; questions: NewQuestion[] } {
  const each = (pick: (language: SurveyLanguage) => string): ByLanguage =>
    Object.fromEntries(languages.map(language => [language, pick(language)]))
  return {
    thank_you: each(language => words[language].thank_you),
    questions: [
      {
        measure: 'nps',
        scale_min: 0,
        scale_max: 10,
        polarity: 1,
        touchpoint: null,
        required: true,
        label: each(language => fill(words[language].nps, { subject })),
        options: [
          { id: '0', label: each(language => words[language].nps_low) },
          { id: '10', label: each(language => words[language].nps_high) },
        ],
      },
      {
        measure: 'comment',
        scale_min: null,
        scale_max: null,
        polarity: null,
        touchpoint: null,
        required: false,
        label: each(language => words[language].comment),
        options: [],
      },
    ],
  }
}

import type { QuestionKind } from '../measures.contract.ts'
import type { FurtherQuestion, SurveyLanguage } from '../surveys.contract.ts'

/** A question as it is being typed; empty texts are left to the template. */
export interface FurtherDraft {
  key: number
  measure: QuestionKind
  touchpoint: string
  label: string
  /** One a line. */
  options: string
  required: boolean
}

/** As the API takes it, in the survey's first language; the others are worded later, beside the preview. */
export function furtherOf(drafts: readonly FurtherDraft[], language: SurveyLanguage): FurtherQuestion[] {
  return drafts.map(({ measure, touchpoint, label, options, required }) => {
    const lines = options
      .split('\n')
      .map(line => line.trim().slice(0, 100))
      .filter(Boolean)
      .slice(0, 20)
    return {
      measure,
      ...(touchpoint.trim() ? { touchpoint: touchpoint.trim() } : {}),
      ...(label.trim() ? { label: { [language]: label.trim() } } : {}),
      ...(measure === 'choice' ? { options: lines.map(line => ({ label: { [language]: line } })) } : {}),
      ...(measure === 'comment' ? {} : { required }),
    }
  })
}

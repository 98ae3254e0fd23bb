import { fail } from '../core/errors.ts'
import { type EarlierQuestion, plainQuestion } from './earlier-questions.ts'
import { isMeasure } from './measures.contract.ts'
import { completed, subjectIn } from './reworded.ts'
import { measureNamed, says } from './says.ts'
import type { FormQuestion, Survey, SurveyLanguage } from './surveys.contract.ts'
import { furtherQuestion, ownWords, refuseUnclear } from './templates.ts'

type Asked = Pick<Survey, 'language' | 'languages' | 'thank_you' | 'questions'>
type Question = Survey['questions'][number]

export interface Rearranging {
  /** Questions of earlier versions, which may be asked again. */
  earlier: readonly EarlierQuestion[]
  /** Those whose answers hold them to what they measure and of what. */
  answered: ReadonlySet<string>
  /** Languages that the survey is about to have. */
  languages: readonly SurveyLanguage[]
  newId: () => string
}

/** The survey with the questions of the form, in its order; what the form leaves out is asked no more. */
export function rearranged<S extends Asked>(
  survey: S,
  form: readonly FormQuestion[],
  rearranging: Rearranging,
): S {
  const ids = form.flatMap(({ id }) => id ?? [])
  if (new Set(ids).size < ids.length) throw fail('invalid', { detail: says.question_named_twice() })
  const questions = form.map(item =>
    item.id === undefined
      ? newQuestion(survey, item, rearranging)
      : kept(survey, { ...item, id: item.id }, rearranging),
  )
  refuseUnclear(questions)
  refuseOtherHeadline(survey, questions, rearranging)
  return { ...survey, questions }
}

function newQuestion(
  survey: Asked,
  { measure, required = false, options, subject: about, touchpoint, label }: FormQuestion,
  { languages, newId }: Rearranging,
): Question {
  if (measure === undefined) throw fail('invalid', { detail: says.new_question_measures() })
  const all = [...new Set([...survey.languages, ...languages])]
  const subject = about ?? touchpoint ?? subjectIn(survey)
  if (isMeasure(measure) && subject === undefined && !label)
    throw fail('invalid', { detail: says.new_question_words() })
  const question = {
    measure,
    required,
    ...(about === undefined ? {} : { subject: about }),
    ...(touchpoint === undefined ? {} : { touchpoint }),
    ...(label ? { label } : {}),
    ...(options ? { options: options.map(option => ({ label: option.label ?? {} })) } : {}),
  }
  return { ...furtherQuestion(question, subject ?? '', all), id: newId() }
}

type KeptQuestion = FormQuestion & { id: string }

function kept(survey: Asked, item: KeptQuestion, { earlier, answered, newId }: Rearranging): Question {
  const now = survey.questions.find(one => one.id === item.id)
  const found = now ?? earlier.find(one => one.id === item.id)
  if (!found) throw fail('invalid', { detail: says.no_such_question({ id: item.id }) })
  const before = now ?? asQuestion(found, survey)
  const { measure = before.measure, touchpoint = before.touchpoint, required = before.required } = item
  const isHeld = answered.has(item.id) || (now === undefined && touchpoint !== before.touchpoint)
  if (measure !== before.measure || (isHeld && touchpoint !== before.touchpoint))
    throw fail('conflict', {
      code: 'question_is_fixed',
      detail:
        before.scale_min === null || before.scale_max === null
          ? says.question_is_fixed()
          : says.question_has_scale({ low: before.scale_min, high: before.scale_max }),
    })
  return {
    ...before,
    touchpoint,
    required: required && measure !== 'comment',
    label: { ...before.label, ...item.label },
    options: item.options ? optionsOf(survey, before, item.options, newId) : before.options,
  }
}

/** As it was asked last, in the languages that the survey has now. */
const asQuestion = (question: Question, survey: Asked): Question =>
  survey.languages.reduce((all, language) => completed(all, survey, language), plainQuestion(question))

/** Of a choice all its options, new ones without id; of a scale only the words at its points. */
function optionsOf(
  survey: Asked,
  { measure, options }: Question,
  wanted: NonNullable<FormQuestion['options']>,
  newId: () => string,
): Question['options'] {
  const known = wanted.map(({ id, label = {} }) => {
    if (id !== undefined) {
      const before = options.find(option => option.id === id)
      if (!before) throw fail('invalid', { detail: says.no_such_point({ id }) })
      return { id, label: { ...before.label, ...label } }
    }
    const words = ownWords(label, survey.languages)
    if (isMeasure(measure) || !words) throw fail('invalid', { detail: says.choice_needs_words() })
    // An id that no version has had: what was chosen before stays what it was.
    return { id: newId(), label: { ...words, ...label } }
  })
  if (isMeasure(measure)) return options.map(option => known.find(one => one.id === option.id) ?? option)
  if (measure === 'choice' && known.length < 2) throw fail('invalid', { detail: says.choice_needs_words() })
  return known
}

/** A headline goes on counting the question that it counted, as long as that is asked. */
function refuseOtherHeadline(before: Asked, questions: readonly Question[], { answered }: Rearranging): void {
  for (const { id, measure, label } of mainQuestions(before.questions)) {
    if (!isMeasure(measure) || !answered.has(id)) continue
    const first = questions.find(question => question.measure === measure)
    if (first && first.id !== id && questions.some(question => question.id === id))
      throw fail('conflict', {
        code: 'headline_question',
        detail: says.headline_question({
          measure: measureNamed(measure),
          question: label[before.language] ?? '',
        }),
      })
  }
}

/** The first question of each measure. */
export const mainQuestions = (questions: readonly Question[]): Question[] => [
  ...new Map(questions.toReversed().map(question => [question.measure, question])).values(),
]

/** The questions of which it must be known whether they have answers, for this form. */
export const heldQuestions = ({ questions }: Asked, form: readonly FormQuestion[]): Question[] => {
  const main = mainQuestions(questions).filter(({ measure }) => isMeasure(measure))
  const moved = questions.filter(({ id, touchpoint }) =>
    form.some(item => item.id === id && item.touchpoint !== undefined && item.touchpoint !== touchpoint),
  )
  return [...new Set([...main, ...moved])]
}

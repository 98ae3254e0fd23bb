import type { Survey, SurveyLanguage } from '../surveys.contract.ts'
import { type Draft, type DraftQuestion, draftOf, isNewOption } from './wording.ts'

// A save takes its time, and nobody stops typing for it: what was typed since it was sent goes on over what it saved.

/** What the survey calls the questions and options that the draft had under keys of its own, as far as they were saved. */
function namesIn(sent: Draft, saved: Draft): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  // Of a draft that is saved otherwise than it was sent nothing can be told apart.
  if (sent.questions.length !== saved.questions.length) return names
  for (const [index, { key, options }] of sent.questions.entries()) {
    const now = saved.questions[index]
    if (!now) continue
    names.set(key, now.key)
    // New options without words are not sent.
    const given = options.filter(option => !isNewOption(option) || isWritten(sent, `${key} ${option}`))
    for (const [place, option] of given.entries()) names.set(`${key} ${option}`, now.options[place] ?? option)
  }
  return names
}

const isWritten = ({ texts }: Draft, key: string): boolean =>
  Object.values(texts[key] ?? {}).some(text => text.trim() !== '')

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export function carriedOver(sent: Draft, now: Draft, survey: Survey): Draft {
  const saved = draftOf(survey)
  if (sent === now) return saved
  const names = namesIn(sent, saved)
  const renamed = (question: DraftQuestion): DraftQuestion => {
    const { key, options, isNew } = question
    const before = sent.questions.find(one => one.key === key)
    const after = saved.questions.find(one => one.key === names.get(key))
    if (before && after && same(before, question)) return after
    return {
      ...question,
      key: names.get(key) ?? key,
      isNew: isNew && !names.has(key),
      options: options.map(option => names.get(`${key} ${option}`) ?? option),
    }
  }
  const keysOf = ({ key, options }: DraftQuestion): [string, string][] => {
    const own = names.get(key) ?? key
    return [
      [key, own],
      ...options.map((option): [string, string] => {
        const text = `${key} ${option}`
        return [text, `${own} ${names.get(text) ?? option}`]
      }),
    ]
  }
  const moved = new Map([...sent.questions, ...now.questions].flatMap(keysOf))
  const texts = { ...saved.texts }
  for (const [key, written] of Object.entries(now.texts)) {
    const since = Object.entries(written).filter(
      ([language, text]) => text !== (sent.texts[key]?.[language as SurveyLanguage] ?? ''),
    )
    const place = moved.get(key) ?? key
    if (since.length > 0) texts[place] = { ...texts[place], ...Object.fromEntries(since) }
  }
  return {
    languages: same(now.languages, sent.languages) ? saved.languages : now.languages,
    questions: same(now.questions, sent.questions) ? saved.questions : now.questions.map(renamed),
    texts,
  }
}

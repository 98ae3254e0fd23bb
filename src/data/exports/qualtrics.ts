import { definitions, isMeasure } from '../../feedback/measures.contract.ts'
import type { ColumnMapping } from '../import-formats.contract.ts'
import type { AskedColumn, KnownExport } from './known-export.ts'
import { exportKey } from './recognise-keys.ts'

// Qualtrics names each column three times: by the question's number, by its words, and as JSON by an id that tells a question
// from what Qualtrics worked out of it. A question is what its words and its answers say; the first of its measure is the survey's own.

type Question = NonNullable<ColumnMapping['question']>

const told =
  'startdate enddate status ipaddress progress durationinseconds finished recordeddate responseid responseset name recipientlastname recipientfirstname recipientemail emailaddress externalreference externaldatareference locationlatitude locationlongitude locationaccuracy distributionchannel userlanguage'
const not_asked = new Set(told.split(' '))
const most_questions = 40
const most_choices = 50

const asked: [measure: Exclude<Question['measure'], 'choice' | 'comment'>, words: RegExp][] = [
  ['nps', /recommend|weiterempf|recommand/i],
  ['ces_2', /\beas(y|ier)\b|effort|einfach|leicht|facile/i],
  ['csat', /satisf|zufrieden/i],
]

export const qualtrics: KnownExport = {
  id: 'qualtrics.responses',
  name: 'Qualtrics survey answers',
  source: 'qualtrics',
  kind: 'answer',
  signs: [
    ['responseid', 'recordeddate enddate', 'distributionchannel externalreference externaldatareference'],
  ],
  columns: {
    message_id: 'responseid',
    occurred_at: 'recordeddate enddate',
    email: 'recipientemail emailaddress email',
    external_id: 'externalreference externaldatareference',
    person_name: 'name',
  },
  leave: told,
  questions: questionsIn,
}

function questionsIn(columns: readonly AskedColumn[]): Map<number, Question> {
  const found = new Map<number, Question>()
  const labels = new Set<string>()
  const measures = new Set<string>()
  for (const [at, column] of columns.entries()) {
    if (found.size >= most_questions) break
    const measure = measureOf(column, columns)
    if (!measure) continue
    const words = (column.description || column.name).trim().slice(0, 300)
    const label = labels.has(words) ? `${words.slice(0, 240)} (${column.name.slice(0, 50)})` : words
    labels.add(label)
    const again = isMeasure(measure) && measures.has(measure)
    measures.add(measure)
    found.set(at, {
      measure,
      label,
      no_answer: [],
      ...(again ? { touchpoint: column.name.slice(0, 60) } : {}),
    })
  }
  return found
}

/** `QID3` and `QID3_1` are answers, `QID3_TEXT` is written; `QID3_NPS_GROUP` and topics are worked out of them. */
const isAnswer = (import_id: string) => /^QID\d+(_\d+|#\d+)*(_(TEXT|x\d+))?$/.test(import_id)

function measureOf(column: AskedColumn, columns: readonly AskedColumn[]): Question['measure'] | undefined {
  const { import_id, name, description, cells } = column
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  if (not_asked.has(exportKey(name)) || !filled.length) return undefined
  if (columns.some(one => one.import_id) && !isAnswer(import_id)) return undefined
  if (import_id.endsWith('_TEXT')) return 'comment'
  const words = `${description} ${name}`
  const isNps = columns.some(one => one.import_id === `${import_id}_NPS_GROUP`)
  const measure = isNps ? 'nps' : asked.find(([, meant]) => meant.test(words))?.[0]
  if (measure) {
    const { scale_min, scale_max } = definitions[measure]
    if (filled.every(cell => /^\d+$/.test(cell) && Number(cell) >= scale_min && Number(cell) <= scale_max))
      return measure
  }
  const choices = new Set(filled)
  // Words that nobody else wrote are not chosen from a list.
  const listed = choices.size <= most_choices && filled.every(cell => cell.length <= 100)
  const short = filled.every(cell => /^\S{1,20}$/.test(cell))
  return listed && (short || choices.size <= filled.length / 2) ? 'choice' : 'comment'
}

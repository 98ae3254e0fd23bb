import { createHash } from 'node:crypto'
import type { Ctx } from '../core/ctx.ts'
import type { Said } from '../core/text-sentence.ts'
import { identifyPeople, peopleKnownBy } from '../customers/index.ts'
import { importAnswers } from '../feedback/index.ts'
import { definitions, isMeasure } from '../feedback/measures.contract.ts'
import { labelOf } from './answer-choices.ts'
import { surveyFor } from './answer-survey.ts'
import { countDigests, digestOf, idWithin } from './digests.ts'
import { type Chunk, type Importer, type RowOutcome, understand, writeReadable } from './import-chunk.ts'
import type { ImportPlan } from './import-plan.ts'
import { type Identifier, identifiersOf } from './interaction-rows.ts'
import { columnNamed, type ReadRow, rowReader } from './read-row.ts'
import { says } from './says.ts'

// One row is one respondent: all their answers together. A cell that says "no answer" is none, and never enters a count.

interface AnswerItem {
  message_id: string
  submitted_at: Date
  identifiers: Identifier[]
  name: string | undefined
  weight: number | undefined
  place: string | undefined
  answers: ({ target: string } & ({ value: number } | { text: string } | { label: string }))[]
}
type Answered = AnswerItem['answers'][number] | undefined
const most_at_once = 1000
const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

/** Codes are compared as they are written, and as numbers: 11 is 11.0. */
export function isNoAnswer(cell: string, codes: readonly string[]): boolean {
  return codes.some(code => code === cell || (code !== '' && Number(code) === Number(cell)))
}

function answerOf(
  one: ImportPlan['mapping'][number],
  cell: string | undefined,
): Answered | { problem: Said } {
  const { question, target, name } = one
  if (!question || cell === undefined || isNoAnswer(cell, question.no_answer)) return undefined
  if (question.measure === 'choice') return { target, label: labelOf(cell) }
  if (!isMeasure(question.measure)) return { target, text: cell.slice(0, 5000) }
  const { scale_min, scale_max } = definitions[question.measure]
  const value = Number(cell)
  if (Number.isInteger(value) && value >= scale_min && value <= scale_max) return { target, value }
  return {
    problem: says.off_scale({
      column: columnNamed(name, one.column),
      value: cell.slice(0, 60),
      low: scale_min,
      high: scale_max,
    }),
  }
}

function answerReader(plan: ImportPlan) {
  const { settings } = plan
  const seen = countDigests()
  const asked = plan.mapping.filter(one => one.question)
  const usual = plan.defaults.map(({ target, value }) => [target, value])
  const skip = settings.bad_cells === 'skip'

  const messageId = ({ values, raw }: ReadRow): string => {
    const own = text(values.message_id)
    if (own) return idWithin(settings.source, own)
    const cells = Object.entries(raw).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const digest = digestOf(JSON.stringify([settings.source, usual, cells]))
    return createHash('sha256')
      .update(digest)
      .update(String(seen(digest)))
      .digest('base64url')
  }

  return (row: ReadRow): { item: AnswerItem } | { problem: Said } => {
    const message_id = messageId(row)
    const { values, raw } = row
    const submitted_at = values.occurred_at
    if (!(submitted_at instanceof Date)) return { problem: says.no_time_of_answer() }
    const answers: AnswerItem['answers'] = []
    for (const one of asked) {
      const answer = answerOf(one, raw[one.target])
      if (!answer) continue
      if (!('problem' in answer)) answers.push(answer)
      else if (!skip) return answer
    }
    const weight = typeof values.weight === 'number' && values.weight > 0 ? values.weight : undefined
    return {
      item: {
        message_id,
        submitted_at,
        identifiers: identifiersOf(values, settings.source),
        name: text(values.person_name),
        weight,
        place: text(values.place),
        answers,
      },
    }
  }
}

/** Whose answers these are; somebody new is made only where that was asked for. */
async function peopleOf(ctx: Ctx, items: AnswerItem[], plan: ImportPlan): Promise<(string | null)[]> {
  const named = items.filter(item => item.identifiers.length)
  if (!named.length) return items.map(() => null)
  if (!plan.settings.make_people)
    return peopleKnownBy(
      ctx,
      items.map(item => item.identifiers),
      plan.settings.country,
    )
  const outcomes = await identifyPeople(
    ctx,
    named.map(item => ({
      identifiers: item.identifiers,
      traits: item.name ? { name: item.name } : {},
      at: item.submitted_at,
      rule: 'import',
      evidence: { source: plan.settings.source },
    })),
  )
  const found = new Map(named.map((item, at) => [item, outcomes[at]?.person_id ?? null]))
  return items.map(item => found.get(item) ?? null)
}

async function writeAnswers(ctx: Ctx, plan: ImportPlan, items: AnswerItem[]): Promise<RowOutcome[]> {
  const survey = plan.survey ?? (await surveyFor(ctx, plan, 'Trial'))
  const people = await peopleOf(ctx, items, plan)
  const answered = items.flatMap((item, at) => (item.answers.length ? [{ item, person_id: people[at] }] : []))
  const outcomes = new Map<AnswerItem, RowOutcome>()
  for (let start = 0; start < answered.length; start += most_at_once) {
    const part = answered.slice(start, start + most_at_once)
    const made = await importAnswers(ctx, {
      survey_id: survey.id,
      items: part.map(({ item, person_id }) => ({
        message_id: item.message_id,
        submitted_at: item.submitted_at.toISOString(),
        ...(person_id ? { person_id } : {}),
        ...(item.weight === undefined ? {} : { weight: item.weight }),
        ...(item.place === undefined ? {} : { place: item.place }),
        answers: item.answers.map(({ target, ...answer }) => ({
          question_id: survey.questions[target] ?? '',
          ...('label' in answer ? { choice: survey.choices?.[target]?.[answer.label] ?? '' } : answer),
        })),
      })),
    })
    for (const [at, { item }] of part.entries()) {
      const outcome = made[at]
      if (!outcome) continue
      const { status, detail, sentence, id, interaction: told } = outcome
      outcomes.set(item, {
        status,
        detail,
        sentence,
        ...(told ? { interaction: { id: told.id, occurred_at: told.occurred_at.toISOString() } } : {}),
        ...(status === 'created' ? { response_id: id } : {}),
      })
    }
  }
  // Who skipped every question has said nothing.
  return items.map(item => outcomes.get(item) ?? { status: 'unchanged' })
}

export function importAnswerRows(plan: ImportPlan): Importer {
  const readRow = rowReader(plan)
  const toItem = answerReader(plan)
  return {
    read: rows => understand(rows, readRow, toItem),
    pass: row => void understand([row], readRow, toItem),
    write: (ctx, chunk) => writeReadable(chunk as Chunk<AnswerItem>, items => writeAnswers(ctx, plan, items)),
    committed: () => undefined,
    rehearsed: (_chunk, outcomes) => outcomes,
  }
}

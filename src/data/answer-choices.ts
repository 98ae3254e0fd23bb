import { fail } from '../core/errors.ts'
import type { ImportPlan } from './import-plan.ts'
import { columnNamed, rowReader } from './read-row.ts'
import { headerEnd, readRows, type Source } from './rows.ts'
import { says } from './says.ts'

const most_choices = 200

/** What the cells of a choice hold in the whole file: the survey has to know what can be chosen before the first answer. */
export async function findChoices(
  source: Source,
  plan: ImportPlan,
): Promise<Record<string, string[]> | undefined> {
  const mapping = plan.mapping.filter(({ question }) => question?.measure === 'choice')
  if (!mapping.length) return undefined
  const columns = Number.POSITIVE_INFINITY
  const read = rowReader({ ...plan, mapping, columns, defaults: [] })
  const found = new Map(mapping.map(({ target }) => [target, new Set<string>()]))
  const first = headerEnd(plan.dialect)
  for await (const batch of readRows(source, plan.dialect))
    for (const row of batch) {
      const reading = row.number > first && read(row)
      if (!reading || 'problem' in reading) continue
      for (const { column, target, name, question } of mapping) {
        const cell = reading.raw[target]
        if (cell === undefined || question?.no_answer.includes(cell)) continue
        const choices = found.get(target)?.add(labelOf(cell))
        if ((choices?.size ?? 0) <= most_choices) continue
        const message = says.too_many_choices({
          column: columnNamed(name, column),
          most: most_choices,
        })
        throw fail('invalid', { code: 'no_choice', detail: message, errors: [{ path: 'mapping', message }] })
      }
    }
  return Object.fromEntries(
    [...found].map(([target, choices]) => [target, [...choices].toSorted((a, b) => a.localeCompare(b))]),
  )
}

/** As it stands among the options of a question. */
export const labelOf = (cell: string): string => cell.slice(0, 100).trim()

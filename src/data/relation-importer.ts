import { type RelationItem, upsertRelations } from '../customers/index.ts'
import { digestOf, numberDigests } from './digests.ts'
import { type Chunk, type Importer, understand, writeReadable } from './import-chunk.ts'
import type { ImportPlan } from './import-plan.ts'
import { rowReader } from './read-row.ts'
import { pairOf, relationReader } from './relation-rows.ts'

/** Relations tie together who is there already: nobody is made of a row. */
export function importRelations(plan: ImportPlan): Importer {
  const readRow = rowReader(plan)
  const toItem = relationReader()
  const made = numberDigests()
  const keyOf = (item: RelationItem) => digestOf(`${pairOf(item)}\n${item.from_on ?? ''}`)
  return {
    read: rows => understand(rows, readRow, toItem),
    // which of several rows of the same two comes first depends on the rows before
    pass: row => void understand([row], readRow, toItem),
    write: (ctx, chunk) =>
      writeReadable(chunk as Chunk<RelationItem>, items =>
        upsertRelations(ctx, items, { source: plan.settings.source }),
      ),
    committed: () => undefined,
    rehearsed: (chunk, outcomes) => {
      const items = chunk.map(one => ('item' in one ? (one.item as RelationItem) : undefined))
      const told = outcomes.map((outcome, at): typeof outcome => {
        const item = items[at]
        const again = item && outcome.status === 'created' && made.find(keyOf(item)) !== undefined
        return again ? { status: 'unchanged' } : outcome
      })
      for (const item of items) if (item) made.add(keyOf(item))
      return told
    },
  }
}

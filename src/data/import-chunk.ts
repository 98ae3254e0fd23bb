import type { Ctx } from '../core/ctx.ts'
import { type Said, type Sentence, told } from '../core/text-sentence.ts'
import { says as coreSays } from '../core/text-words.ts'
import type { ReadRow } from './read-row.ts'
import type { Row } from './rows.ts'

/** What was changed here and in the file since the last import of a series. */
export interface RowConflict {
  record_id: string | null
  name: string | null
  field: string | null
  here: string | null
  there: string | null
  taken: boolean
}

export interface RowOutcome {
  status: 'created' | 'updated' | 'unchanged' | 'rejected'
  detail?: string | undefined
  sentence?: Sentence | undefined
  /** The interaction that was made of the row. */
  interaction?: { id: string; occurred_at: string } | undefined
  /** The response to a survey that was made of the row. */
  response_id?: string | undefined
  conflicts?: readonly RowConflict[] | undefined
}

/** A row and what was understood of it. */
export type ChunkRow<Item = unknown> = { row: Row } & ({ item: Item } | { problem: Said })
export type Chunk<Item = unknown> = ChunkRow<Item>[]

/** How rows of one kind become records. */
export interface Importer {
  read(rows: Row[]): Chunk
  /** A row that an earlier run has dealt with. */
  pass(row: Row): void
  /** In the open transaction; one outcome for each row, in order. */
  write(ctx: Ctx, chunk: Chunk): Promise<RowOutcome[]>
  /** The transaction of `write` has committed. */
  committed(chunk: Chunk): void
  /** A dry run rolls each chunk back, so it has to remember itself what it would have made. */
  rehearsed(chunk: Chunk, outcomes: RowOutcome[]): RowOutcome[]
}

/** Lets `write` see only the rows that could be read, and puts the others back in their places as rejected. */
export async function writeReadable<Item>(
  chunk: Chunk<Item>,
  write: (items: Item[]) => Promise<RowOutcome[]>,
): Promise<RowOutcome[]> {
  const items: Item[] = []
  for (const one of chunk) if ('item' in one) items.push(one.item)
  const written = items.length ? await write(items) : []
  let next = 0
  return chunk.map(one => {
    if ('problem' in one) return { status: 'rejected', ...told(one.problem) }
    return written[next++] ?? { status: 'rejected', ...told(coreSays.refused()) }
  })
}

export const understand = <Item>(
  rows: Row[],
  readRow: (row: Row) => ReadRow | { problem: Said },
  toItem: (row: ReadRow) => { item: Item } | { problem: Said },
): Chunk<Item> =>
  rows.map(row => {
    const reading = readRow(row)
    return { row, ...('problem' in reading ? reading : toItem(reading)) }
  })

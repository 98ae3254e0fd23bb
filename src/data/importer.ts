import type { Ctx } from '../core/ctx.ts'
import { normalForm, upsertCompanies, upsertPeople } from '../customers/index.ts'
import { type Anonymous, rowDigest, writeOnce } from './anonymous-rows.ts'
import { countDigests, digestOf } from './digests.ts'
import type { ImportPlan } from './import-plan.ts'
import { importInteractions } from './interaction-importer.ts'
import { type ReadRow, rowReader } from './read-row.ts'
import { companyReader, personReader, type RecordItem } from './record-rows.ts'
import type { Row } from './rows.ts'

export interface RowOutcome {
  status: 'created' | 'updated' | 'unchanged' | 'rejected'
  detail?: string | undefined
}

/** A row and what was understood of it. */
export type ChunkRow<Item = unknown> = { row: Row } & ({ item: Item } | { problem: string })
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

export async function importerFor(ctx: Ctx, plan: ImportPlan): Promise<Importer> {
  const { currency } = await ctx.db
    .selectFrom('workspace')
    .select('currency')
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirstOrThrow()
  return plan.kind === 'interaction'
    ? importInteractions(plan, currency)
    : importRecords(plan, plan.kind, currency)
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
    if ('problem' in one) return { status: 'rejected', detail: one.problem }
    return written[next++] ?? { status: 'rejected', detail: 'It was refused.' }
  })
}

export const understand = <Item>(
  rows: Row[],
  readRow: (row: Row) => ReadRow | { problem: string },
  toItem: (row: ReadRow) => { item: Item } | { problem: string },
): Chunk<Item> =>
  rows.map(row => {
    const reading = readRow(row)
    return { row, ...('problem' in reading ? reading : toItem(reading)) }
  })

const matchKeys = {
  person: ['email', 'phone', 'external_id'],
  company: ['domain', 'external_id', 'name'],
} as const

interface Pending {
  record: RecordItem
  anonymous?: Anonymous | undefined
}

function upsertFor({ kind, mode, match, settings }: ImportPlan) {
  const options = { mode, source: settings.source }
  const chosen = <Key extends string>(keys: readonly Key[]) =>
    keys.filter(key => (match as string[]).includes(key))
  return (ctx: Ctx, items: RecordItem[]) =>
    kind === 'person'
      ? upsertPeople(ctx, items, { ...options, match: chosen(matchKeys.person) })
      : upsertCompanies(ctx, items, { ...options, match: chosen(matchKeys.company) })
}

/** Whether a record can be found again by what the row says. */
function identifies(plan: ImportPlan, record: RecordItem): boolean {
  return plan.match.some(key => {
    const value = record[key]
    if (typeof value !== 'string') return false
    if (key === 'domain' || key === 'name') return true
    return 'value' in normalForm(key, value, plan.settings.country)
  })
}

function importRecords(plan: ImportPlan, kind: 'person' | 'company', currency: string): Importer {
  const readRow = rowReader(plan)
  const toRecord = kind === 'person' ? personReader() : companyReader(plan, currency)
  const upsert = upsertFor(plan)
  const places = countDigests()
  const seen = countDigests()
  const toItem = (row: ReadRow): { item: Pending } | { problem: string } => {
    const read = toRecord(row)
    if ('problem' in read) return read
    if (identifies(plan, read.item)) return { item: { record: read.item } }
    const place = places(rowDigest(kind, plan.settings.source, row.raw, 0))
    return {
      item: {
        record: read.item,
        anonymous: { digest: rowDigest(kind, plan.settings.source, row.raw, place) },
      },
    }
  }
  const known = ({ record }: Pending) =>
    plan.match
      .filter(key => record[key] !== undefined)
      .map(key => seen(digestOf(`${key}\n${String(record[key]).toLowerCase()}`)) > 0)
      .some(Boolean)
  return {
    read: rows => understand(rows, readRow, toItem),
    // which of several equal rows a row is depends on the rows before it
    pass: row => void understand([row], readRow, toItem),
    write: (ctx, chunk) =>
      writeReadable(chunk as Chunk<Pending>, items =>
        writeOnce(ctx, kind, items, fresh =>
          upsert(
            ctx,
            fresh.map(({ record }) => record),
          ),
        ),
      ),
    committed: () => undefined,
    rehearsed: (chunk, outcomes) =>
      outcomes.map((outcome, index) => {
        const one = chunk[index]
        const again = one && 'item' in one && known(one.item as Pending)
        return again && outcome.status === 'created' ? { status: 'updated' } : outcome
      }),
  }
}

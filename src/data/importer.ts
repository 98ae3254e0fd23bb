import type { Ctx } from '../core/ctx.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { says as coreSays } from '../core/text-words.ts'
import { normalForm } from '../customers/index.ts'
import { isCustomMatch } from '../customers/upsert.contract.ts'
import { type Anonymous, rowDigest, writeOnce } from './anonymous-rows.ts'
import { importAnswerRows } from './answer-importer.ts'
import type { Baseline, LastFile } from './delta/baseline.ts'
import { type ComparedRow, type Series, upsertRows, writeChangedRows } from './delta/changed-rows.ts'
import { countDigests, digestOf } from './digests.ts'
import { type Chunk, type Importer, type RowOutcome, understand, writeReadable } from './import-chunk.ts'
import type { ImportPlan } from './import-plan.ts'
import { importInteractions } from './interaction-importer.ts'
import { membersNamed } from './members-named.ts'
import { type ReadRow, rowReader } from './read-row.ts'
import { companyReader, personReader, type RecordItem, valueOf } from './record-rows.ts'
import { importRelations } from './relation-importer.ts'

/** What a newer export of the same list is compared with. */
export interface Delta {
  baseline: Baseline
  series: Series
  last: LastFile
}

export async function importerFor(ctx: Ctx, plan: ImportPlan, delta?: Delta): Promise<Importer> {
  const { currency, country } = await ctx.db
    .selectFrom('workspace')
    .select(['currency', 'country'])
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirstOrThrow()
  const settings = { ...plan.settings, country: plan.settings.country ?? country }
  const mapping = await withMembers(ctx, plan.mapping)
  const defaults = await withMembers(ctx, plan.defaults)
  if (plan.kind === 'answer') return importAnswerRows({ ...plan, settings })
  if (plan.kind === 'relation') return importRelations({ ...plan, settings })
  return plan.kind === 'interaction'
    ? importInteractions({ ...plan, settings }, currency)
    : importRecords({ ...plan, mapping, defaults, settings }, { kind: plan.kind, currency, delta })
}

/** Who the members are is asked when the rows are read: the plan of an import keeps no addresses. */
async function withMembers<Field extends { type: string }>(ctx: Ctx, fields: Field[]): Promise<Field[]> {
  if (!fields.some(({ type }) => type === 'member')) return fields
  const options = await membersNamed(ctx)
  return fields.map(one => (one.type === 'member' ? { ...one, options } : one))
}

interface Pending extends ComparedRow {
  anonymous?: Anonymous | undefined
}

/** Whether a record can be found again by what the row says. */
function identifies(plan: ImportPlan, record: RecordItem): boolean {
  return plan.match.some(key => {
    const value = valueOf(record, key)
    if (isCustomMatch(key)) return value !== undefined
    if (typeof value !== 'string') return false
    if (key !== 'email' && key !== 'phone' && key !== 'external_id') return true
    return 'value' in normalForm(key, value, plan.settings.country)
  })
}

interface RecordsOf {
  kind: 'person' | 'company'
  currency: string
  delta: Delta | undefined
}

function importRecords(plan: ImportPlan, { kind, currency, delta }: RecordsOf): Importer {
  const readRow = rowReader(plan)
  const toRecord = kind === 'person' ? personReader(plan) : companyReader(plan, currency)
  const places = countDigests()
  const seen = countDigests()
  const toItem = (row: ReadRow): { item: Pending } | { problem: Said } => {
    const read = toRecord(row)
    if ('problem' in read) return read
    const item = { record: read.item, raw: row.raw, was: undefined, changed: [] }
    if (identifies(plan, read.item)) return { item }
    const place = places(rowDigest(kind, plan.settings.source, row.raw, 0))
    return { item: { ...item, anonymous: { digest: rowDigest(kind, plan.settings.source, row.raw, place) } } }
  }
  const known = ({ record }: Pending) =>
    plan.match
      .filter(key => valueOf(record, key) !== undefined)
      .map(key => seen(digestOf(`${key}\n${String(valueOf(record, key)).toLowerCase()}`)) > 0)
      .some(Boolean)
  const write = async (ctx: Ctx, items: Pending[]) => {
    const firm = delta ? items.filter(({ anonymous }) => !anonymous) : []
    const others = delta ? items.filter(({ anonymous }) => anonymous) : items
    const once = await writeOnce(ctx, kind, others, fresh =>
      upsertRows(
        ctx,
        plan,
        fresh.map(({ record }) => record),
        plan,
      ),
    )
    if (!delta) return once
    const compared = await writeChangedRows(ctx, { plan, series: delta.series, rows: firm })
    const [first, second] = [compared[Symbol.iterator](), once[Symbol.iterator]()]
    return items.map(({ anonymous }) => (anonymous ? second : first).next().value ?? refused)
  }
  return {
    read: rows => compare(understand(rows, readRow, toItem), delta?.baseline),
    // which of several equal rows a row is depends on the rows before it
    pass: row => void compare(understand([row], readRow, toItem), delta?.baseline),
    write: (ctx, chunk) => writeReadable(chunk as Chunk<Pending>, items => write(ctx, items)),
    committed: () => undefined,
    rehearsed: (chunk, outcomes) =>
      outcomes.map((outcome, index) => {
        const one = chunk[index]
        const again = one && 'item' in one && known(one.item as Pending)
        return again && outcome.status === 'created' ? { status: 'updated' } : outcome
      }),
  }
}

const refused: RowOutcome = { status: 'rejected', ...told(coreSays.refused()) }

/** Each row of a newer export meets the one that it was in the last, also when it cannot be read. */
function compare(chunk: Chunk<Pending>, baseline: Baseline | undefined): Chunk<Pending> {
  if (baseline)
    for (const one of chunk) {
      const was = baseline.meet(one.row)
      if (!('item' in one)) continue
      one.item.was = was
      one.item.changed = baseline.changed(was, one.item.raw)
    }
  return chunk
}

import type { Ctx } from '../core/ctx.ts'
import { normalForm, upsertCompanies, upsertPeople } from '../customers/index.ts'
import { type CompanyMatch, isCustomMatch, type PersonMatch } from '../customers/upsert.contract.ts'
import { type Anonymous, rowDigest, writeOnce } from './anonymous-rows.ts'
import { importAnswerRows } from './answer-importer.ts'
import { countDigests, digestOf } from './digests.ts'
import { type Chunk, type Importer, understand, writeReadable } from './import-chunk.ts'
import type { ImportPlan } from './import-plan.ts'
import { importInteractions } from './interaction-importer.ts'
import { membersNamed } from './members-named.ts'
import { type ReadRow, rowReader } from './read-row.ts'
import { companyReader, personReader, type RecordItem, valueOf } from './record-rows.ts'

export async function importerFor(ctx: Ctx, plan: ImportPlan): Promise<Importer> {
  const { currency, country } = await ctx.db
    .selectFrom('workspace')
    .select(['currency', 'country'])
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirstOrThrow()
  const settings = { ...plan.settings, country: plan.settings.country ?? country }
  const mapping = await withMembers(ctx, plan.mapping)
  const defaults = await withMembers(ctx, plan.defaults)
  if (plan.kind === 'answer') return importAnswerRows({ ...plan, settings })
  return plan.kind === 'interaction'
    ? importInteractions({ ...plan, settings }, currency)
    : importRecords({ ...plan, mapping, defaults, settings }, plan.kind, currency)
}

/** Who the members are is asked when the rows are read: the plan of an import keeps no addresses. */
async function withMembers<Field extends { type: string }>(ctx: Ctx, fields: Field[]): Promise<Field[]> {
  if (!fields.some(({ type }) => type === 'member')) return fields
  const options = await membersNamed(ctx)
  return fields.map(one => (one.type === 'member' ? { ...one, options } : one))
}

const isPersonMatch = (key: string): key is PersonMatch =>
  isCustomMatch(key) || ['email', 'phone', 'external_id'].includes(key)
const isCompanyMatch = (key: string): key is CompanyMatch =>
  isCustomMatch(key) || ['domain', 'external_id', 'name'].includes(key)

interface Pending {
  record: RecordItem
  anonymous?: Anonymous | undefined
}

function upsertFor({ kind, mode, match, settings }: ImportPlan) {
  const options = { mode, source: settings.source }
  return (ctx: Ctx, items: RecordItem[]) =>
    kind === 'person'
      ? upsertPeople(ctx, items, { ...options, match: match.filter(isPersonMatch) })
      : upsertCompanies(ctx, items, { ...options, match: match.filter(isCompanyMatch) })
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

function importRecords(plan: ImportPlan, kind: 'person' | 'company', currency: string): Importer {
  const readRow = rowReader(plan)
  const toRecord = kind === 'person' ? personReader(plan) : companyReader(plan, currency)
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
      .filter(key => valueOf(record, key) !== undefined)
      .map(key => seen(digestOf(`${key}\n${String(valueOf(record, key)).toLowerCase()}`)) > 0)
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

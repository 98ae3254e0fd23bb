import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { personKind } from '../customers/customers.contract.ts'
import { countOpenReviews } from '../customers/index.ts'
import { countRecords, getKind } from '../records/index.ts'
import { buyers, findingRows, isTop, peopleSeen } from './finding-lists.ts'
import {
  type Finding,
  type FindingId,
  type FindingRow,
  type ListedFinding,
  listedFindings,
} from './findings.contract.ts'
import type { ImportPlan } from './import-plan.ts'
import { says } from './says.ts'

/** Whoever was not heard from for so long is called silent. */
const silent_days = 365
/** A field that fewer people than this have filled. */
const empty_below = 0.05

/** What it is about has to be visible to the reader. */
const about: Partial<Record<FindingId, string[]>> = {
  duplicates: ['name', 'email', 'phone', 'company_id'],
  joinable: ['email', 'company_id'],
  unreachable: ['email', 'phone'],
  do_not_contact: ['do_not_contact'],
  silent: ['last_seen_at'],
  never_heard: ['last_seen_at'],
  email_typos: ['email'],
  phones: ['phone'],
}

const filters: Partial<Record<FindingId, string>> = {
  unreachable: 'email is empty and phone is empty',
  do_not_contact: 'do_not_contact = true',
  silent: `last_seen_at < today - ${silent_days} days`,
  never_heard: 'last_seen_at is empty',
}

const isListed = (finding: FindingId): finding is ListedFinding =>
  listedFindings.some(listed => listed === finding)

async function sees(ctx: Ctx, finding: FindingId): Promise<boolean> {
  const { fields } = await getKind(ctx, 'person')
  return (about[finding] ?? ['name']).every(key => fields.some(field => field.key === key))
}

const blank = { exact: true, filter: null, money: null, parts: [] }

export async function getFinding(
  ctx: Ctx,
  { finding, import_id }: { finding: FindingId; import_id?: string | undefined },
): Promise<Finding> {
  const job = import_id === undefined ? undefined : await importOf(ctx, import_id)
  if (finding === 'unmapped_columns') {
    if (job) return unmappedColumns(job)
    throw fail('invalid', {
      errors: [{ path: 'query.import_id', message: says.which_import() }],
    })
  }
  if (finding === 'reviews') return { id: finding, ...blank, count: await countOpenReviews(ctx) }
  if (!(await sees(ctx, finding))) return { id: finding, ...blank, count: null }
  if (finding === 'empty_fields') return emptyFields(ctx)
  if (isListed(finding)) return { id: finding, ...blank, ...(await countListed(ctx, finding)) }
  const filter = finding === 'odd_dates' ? await oddDates(ctx) : filters[finding]
  if (!filter) return { id: finding, ...blank, count: 0 }
  return { id: finding, ...blank, filter, ...(await countRecords(ctx, personKind, { filter })) }
}

async function countListed(ctx: Ctx, finding: ListedFinding): Promise<Pick<Finding, 'count' | 'money'>> {
  if (finding === 'concentration') return countConcentration(ctx)
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${await findingRows(ctx, finding)}) as found`.execute(ctx.db)
  return { count: rows[0]?.count ?? 0, money: null }
}

async function countConcentration(ctx: Ctx): Promise<Pick<Finding, 'count' | 'money'>> {
  const { rows } = await sql<NonNullable<Finding['money']> & { count: number }>`
    select count(*) filter (where ${isTop})::int as count,
      sum(amount) filter (where ${isTop})::double precision as amount_minor, max(total)::double precision as of_minor,
      min(currency) as currency, max(customers)::int as customers
    from (${buyers(ctx, await peopleSeen(ctx))}) as b`.execute(ctx.db)
  const [row] = rows
  if (!row || row.count === 0) return { count: 0, money: null }
  const { count, ...money } = row
  return { count, money }
}

/** Before anybody's birth, far ahead, or what programs write for "no date". */
async function oddDates(ctx: Ctx): Promise<string | undefined> {
  const { fields } = await getKind(ctx, 'person')
  const conditions = fields
    .filter(field => field.type === 'date' && field.key.startsWith('custom.'))
    .slice(0, 20)
    .map(({ key }) => `${key} < 1900-01-02 or ${key} > today + 20 years or ${key} = 1970-01-01`)
  return conditions.length ? conditions.join(' or ') : undefined
}

async function emptyFields(ctx: Ctx): Promise<Finding> {
  const { fields } = await getKind(ctx, 'person')
  const own = fields.filter(field => field.id !== undefined).slice(0, 100)
  const seen = await peopleSeen(ctx)
  const { rows } = await sql<{ people: number; filled: Record<string, number> }>`
    select (select count(*)::int from person t where ${seen}) as people,
      coalesce((
        select jsonb_object_agg(v.field_id, v.filled) from (
          select f.field_id, count(distinct f.record_id) as filled from field_value f
          join person t on t.workspace_id = f.workspace_id and t.id = f.record_id
          where f.workspace_id = ${ctx.workspace_id} and f.field_id = any(${own.map(field => field.id)}::uuid[]) and f.live and ${seen}
          group by f.field_id) v
      ), '{}') as filled`.execute(ctx.db)
  const { people = 0, filled = {} } = rows[0] ?? {}
  const parts = own.flatMap(field => {
    const count = filled[field.id ?? ''] ?? 0
    if (count >= people * empty_below) return []
    return [{ label: field.label, count, filter: `${field.key} is not empty` }]
  })
  return { id: 'empty_fields', ...blank, count: parts.length, parts }
}

async function importOf(ctx: Ctx, import_id: string) {
  const job = await ctx.db
    .selectFrom('import_job')
    .select(['plan', 'header'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', import_id)
    .executeTakeFirst()
  if (!job) throw fail('not_found', { detail: says.no_such_import() })
  return job
}

/** Columns of the file that went nowhere. */
function unmappedColumns(job: Awaited<ReturnType<typeof importOf>>): Finding {
  const mapped = new Set((job.plan as ImportPlan).mapping.map(one => one.column))
  const left = (job.header as string[]).filter((_name, column) => !mapped.has(column))
  const parts = left.map(name => ({ label: { en: name }, count: 0, filter: null }))
  return { id: 'unmapped_columns', ...blank, count: parts.length, parts }
}

interface StoredRow extends Omit<FindingRow, 'other' | 'at'> {
  other_id: string | null
  other_kind: 'person' | 'company' | null
  other_name: string | null
  at: Date | null
}

/** In the order of the list; `after` is how many came before. */
export async function listFindingRows(
  ctx: Ctx,
  { finding, limit, after = '0' }: { finding: ListedFinding; limit: number; after?: string | undefined },
) {
  if (!/^\d{1,9}$/.test(after))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  if (!(await sees(ctx, finding))) return { items: [], next: null }
  const { rows } = await sql<StoredRow>`
    select * from (${await findingRows(ctx, finding)}) as found
    order by place, id, other_id limit ${limit + 1} offset ${Number(after)}`.execute(ctx.db)
  const items = rows.slice(0, limit).map(row => ({
    id: row.id,
    name: row.name,
    other:
      row.other_id && row.other_kind
        ? { kind: row.other_kind, id: row.other_id, name: row.other_name }
        : null,
    reason: row.reason,
    value: row.value,
    suggestion: row.suggestion,
    score: row.score,
    feeling: row.feeling,
    at: row.at,
    amount_minor: row.amount_minor,
    currency: row.currency,
  }))
  return { items, next: rows.length > limit ? String(Number(after) + limit) : null }
}

import type { Ctx } from '../../core/ctx.ts'
import { upsertCompanies, upsertPeople } from '../../customers/index.ts'
import {
  type CompanyMatch,
  isCustomMatch,
  type PersonMatch,
  type UpsertOutcome,
} from '../../customers/upsert.contract.ts'
import { fieldsChangedByOthers } from '../../records/index.ts'
import type { RowOutcome } from '../import-chunk.ts'
import type { ImportPlan } from '../import-plan.ts'
import { type RecordItem, valueOf } from '../record-rows.ts'
import { columnsOf, partOf, sayingOf, together } from './parts.ts'
import { type ValueHere, valuesHere } from './values-here.ts'

// Of a newer export only what changed there is written. What was changed here as well is a conflict: it stays as it is here
// unless the file was said to win, and is told either way.

export interface ComparedRow {
  record: RecordItem
  raw: Record<string, string>
  /** The number of the row in the last file; none where it is new. */
  was: number | undefined
  /** Fields whose cells are not as they were in the last file. */
  changed: readonly string[]
}

/** What an import of a series has to know of those before it. */
export interface Series {
  /** Where the changes of the first one begin in the log. */
  from_id: number
  /** Their changes, and those of their undos, are no changes by others. */
  own: readonly string[]
  conflicts: 'keep' | 'take'
}

type Kind = 'person' | 'company'
interface Options {
  mode: 'create' | 'update' | 'both'
  match: readonly string[]
  dry_run?: boolean
}
export const isPersonMatch = (key: string): key is PersonMatch =>
  isCustomMatch(key) || ['id', 'email', 'phone', 'external_id'].includes(key)
export const isCompanyMatch = (key: string): key is CompanyMatch =>
  isCustomMatch(key) || ['id', 'domain', 'external_id', 'name'].includes(key)

export function upsertRows(
  ctx: Ctx,
  plan: ImportPlan,
  items: readonly RecordItem[],
  { match, ...options }: Options,
): Promise<UpsertOutcome[]> {
  if (!items.length) return Promise.resolve([])
  const all = { ...options, source: plan.settings.source }
  return plan.kind === 'person'
    ? upsertPeople(ctx, items, { ...all, match: match.filter(isPersonMatch) })
    : upsertCompanies(ctx, items, { ...all, match: match.filter(isCompanyMatch) })
}

/** Only what a record is recognised by. */
export function recognisedBy(plan: ImportPlan, record: RecordItem): RecordItem {
  const said = plan.match.flatMap(key => {
    const value = valueOf(record, key)
    if (value === undefined) return []
    return isCustomMatch(key) ? [{ custom: { [key.slice('custom.'.length)]: value } }] : [{ [key]: value }]
  })
  return together(said)
}

interface Found {
  row: ComparedRow
  id: string
  parts: string[]
  clashes: string[]
}

/** One outcome for each row, in order. */
export async function writeChangedRows(
  ctx: Ctx,
  { plan, series, rows }: { plan: ImportPlan; series: Series; rows: readonly ComparedRow[] },
): Promise<RowOutcome[]> {
  const outcomes = new Map<ComparedRow, RowOutcome>()
  const open = rows.filter(row => row.was === undefined || row.changed.length > 0)
  const kind = plan.kind as Kind
  const identities = open.map(({ record }) => recognisedBy(plan, record))
  const means = await upsertRows(ctx, plan, identities, { mode: 'update', match: plan.match, dry_run: true })
  const found: Found[] = []
  const whole: ComparedRow[] = []
  for (const [at, row] of open.entries()) {
    const { status, id, code, detail } = means[at] ?? {}
    const parts = [...new Set(row.changed.map(target => partOf(kind, target)))]
    if (status !== 'rejected' && id) found.push({ row, id, parts, clashes: [] })
    else if (code !== 'no_match') outcomes.set(row, { status: 'rejected', detail })
    else if (row.was === undefined || series.conflicts === 'take') whole.push(row)
    if (code === 'no_match' && row.was !== undefined)
      outcomes.set(row, { status: 'unchanged', conflicts: [deletedHere(row, series)] })
  }
  const made = await upsertRows(
    ctx,
    plan,
    whole.map(row => row.record),
    { mode: plan.mode, match: plan.match },
  )
  for (const [at, row] of whole.entries())
    outcomes.set(row, { ...made[at], ...withStatus(made[at]), conflicts: outcomes.get(row)?.conflicts })
  await writeFound(ctx, { plan, series, found, outcomes })
  return rows.map(row => outcomes.get(row) ?? { status: 'unchanged' })
}

const withStatus = (outcome: UpsertOutcome | undefined): RowOutcome =>
  outcome ? { status: outcome.status, detail: outcome.detail } : { status: 'rejected' }

const nameOf = ({ name, given_name, family_name, email, domain, external_id }: RecordItem): string | null => {
  const parts = [given_name, family_name].filter(Boolean).join(' ')
  const said = [name, parts || undefined, email, domain, external_id].find(one => typeof one === 'string')
  return typeof said === 'string' ? said.slice(0, 200) : null
}

const deletedHere = ({ record }: ComparedRow, { conflicts }: Series) => ({
  record_id: null,
  name: nameOf(record),
  field: null,
  here: null,
  there: null,
  taken: conflicts === 'take',
})

interface Writing {
  plan: ImportPlan
  series: Series
  found: readonly Found[]
  outcomes: Map<ComparedRow, RowOutcome>
}

async function writeFound(ctx: Ctx, { plan, series, found, outcomes }: Writing): Promise<void> {
  const kind = plan.kind as Kind
  await findClashes(ctx, plan, { series, found })
  const here = await valuesHere(
    ctx,
    kind,
    found.flatMap(({ id, clashes }) => clashes.map(part => ({ id, columns: columnsOf(kind, part) }))),
  )
  const writes = found.flatMap(one => {
    const parts = one.parts.filter(part => series.conflicts === 'take' || !one.clashes.includes(part))
    const item = together(parts.map(part => sayingOf(kind, part, one.row)))
    return Object.keys(item).length ? [{ one, item: { ...item, id: one.id } }] : []
  })
  const written = await upsertRows(
    ctx,
    plan,
    writes.map(({ item }) => item),
    { mode: 'update', match: ['id'] },
  )
  const results = new Map(writes.map(({ one }, at) => [one, withStatus(written[at])]))
  for (const one of found)
    outcomes.set(one.row, {
      ...(results.get(one) ?? { status: 'unchanged' }),
      conflicts: one.clashes.map(part => clashOf(kind, one, part, { here, series })),
    })
}

function clashOf(
  kind: Kind,
  { id, row }: Found,
  part: string,
  { here, series }: { here: ValueHere; series: Series },
) {
  const [field = part] = columnsOf(kind, part)
  const cells = row.changed.filter(target => partOf(kind, target) === part).map(target => row.raw[target])
  return {
    record_id: id,
    name: nameOf(row.record),
    field,
    here: here(id, field),
    there: cells.filter(Boolean).join(', ').slice(0, 1000) || null,
    taken: series.conflicts === 'take',
  }
}

/** Parts that others changed last, unless it comes to the same: the rule that writes says so. */
async function findClashes(
  ctx: Ctx,
  plan: ImportPlan,
  { series, found }: Pick<Writing, 'series' | 'found'>,
): Promise<void> {
  const kind = plan.kind as Kind
  const record_ids = [...new Set(found.map(({ id }) => id))]
  const theirs = await fieldsChangedByOthers(ctx, {
    kind,
    record_ids,
    from_id: series.from_id,
    own: series.own,
  })
  const doubtful = found.flatMap(one =>
    one.parts
      .filter(part => columnsOf(kind, part).some(column => theirs.get(one.id)?.has(column)))
      .map(part => ({ one, part, item: { ...sayingOf(kind, part, one.row), id: one.id } })),
  )
  const outcomes = await upsertRows(
    ctx,
    plan,
    doubtful.map(({ item }) => item),
    { mode: 'update', match: ['id'], dry_run: true },
  )
  for (const [at, { one, part }] of doubtful.entries())
    if (outcomes[at]?.status === 'updated') one.clashes.push(part)
}

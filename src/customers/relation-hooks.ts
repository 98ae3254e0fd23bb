import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { type Failure, fail } from '../core/errors.ts'
import { ownersWithin } from '../core/reach.ts'
import type { Said } from '../core/text-sentence.ts'
import { dayOf } from '../records/filter-dates.contract.ts'
import { type RecordHooks, setValues, timeZoneOf, type WriteEvent } from '../records/index.ts'
import { personKind } from './customers.contract.ts'
import { type End, isMutual, kindAt, relationType } from './relations.contract.ts'
import { overlap, type Period, type RelationType, relationsBetween } from './relations-between.ts'
import { says } from './says.ts'

// What is refused of a relation, and how a person's company keeps in step with it. The other way round, from a person's company to
// the relation, a trigger does it (migrations/0061), because people are written on many ways and relations on this one alone.

type Values = Record<string, unknown>

const columns: readonly End[] = ['person_id', 'company_id', 'other_person_id', 'other_company_id']

function invalid(code: string, problems: { path: string; message: Said }[]): Failure {
  const [first] = problems
  return fail('invalid', { code, ...(first ? { detail: first.message } : {}), errors: problems })
}

const today = async (ctx: Ctx) => dayOf(ctx.now.getTime(), await timeZoneOf(ctx))
const lasts = ({ to_on }: Values, day: string) => typeof to_on !== 'string' || to_on > day

function misplaced(type: RelationType, values: Values): Failure | undefined {
  const wanted = new Set<End>([type.from, type.to])
  const errors = columns.flatMap(column => {
    const isGiven = typeof values[column] === 'string'
    if (isGiven === wanted.has(column)) return []
    const told = { type: type.id, from: type.from, to: type.to, end: column }
    return [
      { path: column, message: isGiven ? says.relation_end_strange(told) : says.relation_end_missing(told) },
    ]
  })
  return errors.length > 0 ? invalid('relation_ends', errors) : undefined
}

function wrongPeriod(type: RelationType, { from_on, to_on }: Values, day: string): Failure | undefined {
  if (typeof to_on !== 'string') return undefined
  if (typeof from_on === 'string' && to_on < from_on)
    return invalid('relation_period', [{ path: 'to_on', message: says.relation_ends_early() }])
  return type.id === 'works_at' && to_on > day
    ? invalid('relation_period', [{ path: 'to_on', message: says.relation_ends_later() }])
    : undefined
}

const beforeWrite: NonNullable<RecordHooks['beforeWrite']> = async (ctx, items) => {
  const day = await today(ctx)
  for (const item of items) {
    const next = { ...item.before, ...item.values }
    const type = relationType(next['type'])
    // Without a type the description of the kind refuses it.
    if (type === undefined) continue
    const refused = (item.before ? undefined : misplaced(type, item.values)) ?? wrongPeriod(type, next, day)
    if (refused) item.refused = refused
  }
  const fresh = items.filter(({ op, refused }) => op === 'create' && refused === undefined)
  const ties = await tiesOf(
    ctx,
    fresh.map(({ id, values }) => ({ id, ...values })),
  )
  const refusals = await refusalsOf(ctx, ties, 'write')
  for (const item of fresh) {
    const refused = refusals.get(item.id)
    if (refused) item.refused = refused
  }
}

interface EndRow {
  root_id: string
  owner_id: string | null
  company_root: string | null
}

interface Tie {
  id: string
  type: RelationType
  row: Values
  from: EndRow
  to: EndRow
}

/** The relations with their two ends locked: what is said of the same one after the other cannot contradict itself. */
async function tiesOf(ctx: Ctx, rows: readonly (Values & { id: string })[]): Promise<Tie[]> {
  const typed = rows.flatMap(row => {
    const type = relationType(row['type'])
    return type ? [{ id: row.id, row, type }] : []
  })
  const named = typed.flatMap(({ type, row }) =>
    [type.from, type.to].map(end => ({ end, id: String(row[end]) })),
  )
  const ends = new Map<string, EndRow>()
  for (const kind of ['person', 'company'] as const) {
    const ids = named.filter(({ end }) => kindAt(end) === kind).map(({ id }) => id)
    for (const [id, end] of await lockEnds(ctx, kind, [...new Set(ids)])) ends.set(id, end)
  }
  return typed.map(({ id, row, type }) => {
    const [from, to] = [ends.get(String(row[type.from])), ends.get(String(row[type.to]))]
    if (!from || !to) throw fail('not_found')
    return { id, row, type, from, to }
  })
}

/** By its id, the record that each is read through. */
async function lockEnds(
  ctx: Ctx,
  kind: 'person' | 'company',
  ids: readonly string[],
): Promise<Map<string, EndRow>> {
  if (ids.length === 0) return new Map()
  const company = sql`(select c.root_id from company c where c.workspace_id = t.workspace_id and c.id = t.company_id)`
  const { rows } = await sql<EndRow & { id: string }>`
    select m.id, t.id as root_id, t.owner_id, ${kind === 'person' ? company : sql`null::uuid`} as company_root
    from unnest(${ids}::uuid[]) as x (id)
    join ${sql.table(kind)} m on m.workspace_id = ${ctx.workspace_id} and m.id = x.id
    join ${sql.table(kind)} t on t.workspace_id = m.workspace_id and t.id = m.root_id
    order by t.id for no key update of t`.execute(ctx.db)
  const roots = new Map(rows.map(({ id: _id, ...end }) => [end.root_id, end]))
  return new Map(rows.map(({ id, ...end }) => [id, roots.get(end.root_id) ?? end]))
}

function mayWriteEnd(ctx: Ctx, end: End, { owner_id }: EndRow, right: 'write' | 'delete'): boolean {
  const reach = ctx.principal.kinds[kindAt(end)] ?? ctx.principal.kinds['*']
  const owners = ownersWithin(ctx.principal, reach?.[right] ?? 'none')
  return owners === undefined || (owner_id !== null && owners.includes(owner_id))
}

/** Who may write one end may say what it is to the other; where somebody works is the person's own. */
function unwritable(ctx: Ctx, { type, from, to }: Tie, right: 'write' | 'delete'): Failure | undefined {
  if (mayWriteEnd(ctx, type.from, from, right)) return undefined
  if (type.id !== 'works_at' && mayWriteEnd(ctx, type.to, to, right)) return undefined
  return fail('forbidden', { code: 'records_read_only', detail: says.relation_not_yours() })
}

/** Why each that may not be said is refused, by its id; of two that contradict each other it is the later. */
async function refusalsOf(
  ctx: Ctx,
  ties: readonly Tie[],
  right: 'write' | 'delete',
): Promise<Map<string, Failure>> {
  const refusals = new Map<string, Failure>()
  for (const [type, alike] of Map.groupBy(ties, tie => tie.type)) {
    const open = alike.filter(tie => {
      const refused = unwritable(ctx, tie, right) ?? (right === 'write' ? toItself(tie) : undefined)
      if (refused) refusals.set(tie.id, refused)
      return refused === undefined
    })
    if (right === 'delete') continue
    const told = await toldBefore(ctx, type, open)
    for (const tie of open) {
      const others = told.get(pairOf(tie)) ?? []
      const other = others.find(one => one.id !== tie.id && overlap(one, periodOf(tie.row)))
      if (other) refusals.set(tie.id, repeated(type, other.from === tie.from.root_id))
      else told.set(pairOf(tie), [...others, sayingOf(tie)])
    }
  }
  return refusals
}

const pairOf = ({ from, to }: Tie): string => [from.root_id, to.root_id].toSorted().join(' ')

interface Saying extends Period {
  id: string
  from: string
}

const sayingOf = ({ id, row, from }: Tie): Saying => ({ id, ...periodOf(row), from: from.root_id })
const periodOf = ({ from_on, to_on }: Values): Period => ({
  from_on: typeof from_on === 'string' ? from_on : null,
  to_on: typeof to_on === 'string' ? to_on : null,
})

/** What is known of the same two in the same relation, told of either as the first. */
async function toldBefore(
  ctx: Ctx,
  type: RelationType,
  ties: readonly Tie[],
): Promise<Map<string, Saying[]>> {
  const pairs = ties.map(({ from, to }) => ({ from: from.root_id, to: to.root_id }))
  const either = kindAt(type.from) === kindAt(type.to)
  const told = new Map<string, Saying[]>()
  for (const { place, turned, id, from_on, to_on } of await relationsBetween(ctx, type, pairs, { either })) {
    const tie = ties[place]
    if (!tie) continue
    const saying = { id, from_on, to_on, from: (turned ? tie.to : tie.from).root_id }
    told.set(pairOf(tie), [...(told.get(pairOf(tie)) ?? []), saying])
  }
  return told
}

const toItself = ({ type, from, to }: Tie): Failure | undefined =>
  from.root_id === to.root_id
    ? invalid('relation_to_itself', [{ path: type.to, message: says.relation_to_itself() }])
    : undefined

/** The same two in the same relation at the same time, or the other way round where that is a contradiction. */
function repeated(type: RelationType, straight: boolean): Failure {
  if (straight || isMutual(type))
    return fail('conflict', {
      code: 'relation_repeated',
      detail: says.relation_repeated(),
      errors: [{ path: 'from_on', message: says.relation_overlaps() }],
    })
  return fail('conflict', {
    code: 'relation_contradicts',
    detail: says.relation_contradicts(),
    errors: [{ path: type.to, message: says.relation_turned() }],
  })
}

/** Who leaves the main employer has none; who has none and begins to work somewhere has that one. */
async function keepCompanies(ctx: Ctx, ties: readonly Tie[], op: WriteEvent['op']): Promise<void> {
  const day = await today(ctx)
  const isGone = ({ row }: Tie) => (op === 'delete' ? lasts(row, day) : !lasts(row, day))
  const isThere = ({ row }: Tie) =>
    op !== 'delete' && lasts(row, day) && !(typeof row['from_on'] === 'string' && row['from_on'] > day)
  const companies = new Map<string, string | null>()
  const left = ties.filter(tie => isGone(tie) && tie.from.company_root === tie.to.root_id)
  for (const { from } of await withoutWork(ctx, left)) {
    companies.set(from.root_id, null)
    from.company_root = null
  }
  for (const { from, to } of ties.filter(isThere)) {
    if (from.company_root !== null) continue
    companies.set(from.root_id, to.root_id)
    from.company_root = to.root_id
  }
  const values = [...companies].map(([id, company_id]) => ({ id, values: { company_id } }))
  await setValues(ctx, personKind, values)
}

/** Those who have no other period of work at the same company that lasts. */
async function withoutWork(ctx: Ctx, ties: readonly Tie[]): Promise<Tie[]> {
  if (ties.length === 0) return []
  const asked = ties.map(({ from, to }, place) => ({ place, person: from.root_id, company: to.root_id }))
  const { rows } = await sql<{ place: number }>`
    select x.place from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x (place int, person uuid, company uuid)
    where not exists (select from rapport.periods_at(${ctx.workspace_id}, x.person, x.company)
      where to_on is null and deleted_at is null)`.execute(ctx.db)
  return rows.flatMap(({ place }) => ties[place] ?? [])
}

const onWrite: NonNullable<RecordHooks['onWrite']> = async (ctx, { op, rows }) => {
  const written = rows.map(({ after }) => after)
  // What may be said of new ones was asked before they were written.
  const ties = await tiesOf(
    ctx,
    op === 'create' ? written.filter(row => row['type'] === 'works_at') : written,
  )
  if (op !== 'create') {
    const refusals = await refusalsOf(ctx, ties, op === 'delete' ? 'delete' : 'write')
    for (const refused of refusals.values()) throw refused
  }
  if (op === 'update')
    await sql`update relationship set follows = false
      where workspace_id = ${ctx.workspace_id} and id = any(${written.map(({ id }) => id)}::uuid[]) and follows`.execute(
      ctx.db,
    )
  await keepCompanies(
    ctx,
    ties.filter(({ type }) => type.id === 'works_at'),
    op,
  )
}

export const relationHooks: RecordHooks = { beforeWrite, onWrite }

import { type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { ownersWithin } from '../core/reach.ts'
import type { Said } from '../core/text-sentence.ts'
import { dayOf } from '../records/filter-dates.contract.ts'
import { type RecordHooks, timeZoneOf, updateRecord, type WriteEvent } from '../records/index.ts'
import { personKind } from './customers.contract.ts'
import { membersOf } from './relation-members.ts'
import { type End, isMutual, kindAt, relationType } from './relations.contract.ts'
import { says } from './says.ts'

// What is refused of a relation, and how a person's company keeps in step with it. The other way round, from a person's company to
// the relation, a trigger does it (migrations/0061), because people are written on many ways and relations on this one alone.

type Values = Record<string, unknown>
type Type = NonNullable<ReturnType<typeof relationType>>

const columns: readonly End[] = ['person_id', 'company_id', 'other_person_id', 'other_company_id']

function invalid(code: string, problems: { path: string; message: Said }[]) {
  const [first] = problems
  return fail('invalid', { code, ...(first ? { detail: first.message } : {}), errors: problems })
}

const today = async (ctx: Ctx) => dayOf(ctx.now.getTime(), await timeZoneOf(ctx))
const lasts = ({ to_on }: Values, day: string) => typeof to_on !== 'string' || to_on > day

function refuseMisplaced(type: Type, values: Values): void {
  const wanted = new Set<End>([type.from, type.to])
  const errors = columns.flatMap(column => {
    const isGiven = typeof values[column] === 'string'
    if (isGiven === wanted.has(column)) return []
    const told = { type: type.id, from: type.from, to: type.to, end: column }
    return [
      { path: column, message: isGiven ? says.relation_end_strange(told) : says.relation_end_missing(told) },
    ]
  })
  if (errors.length > 0) throw invalid('relation_ends', errors)
}

async function refusePeriod(ctx: Ctx, type: Type, { from_on, to_on }: Values): Promise<void> {
  if (typeof to_on !== 'string') return
  if (typeof from_on === 'string' && to_on < from_on)
    throw invalid('relation_period', [{ path: 'to_on', message: says.relation_ends_early() }])
  if (type.id === 'works_at' && to_on > (await today(ctx)))
    throw invalid('relation_period', [{ path: 'to_on', message: says.relation_ends_later() }])
}

const beforeWrite: NonNullable<RecordHooks['beforeWrite']> = async (ctx, items) => {
  for (const { values, before } of items) {
    const next = { ...before, ...values }
    const type = relationType(next['type'])
    // Without a type the description of the kind refuses it.
    if (type === undefined) continue
    if (!before) refuseMisplaced(type, values)
    await refusePeriod(ctx, type, next)
  }
}

interface EndRow {
  root_id: string
  owner_id: string | null
  company_root: string | null
}

/** The record that an end is read through, locked: what is said of it one after the other cannot contradict itself. */
async function lockEnd(ctx: Ctx, end: End, id: unknown): Promise<EndRow> {
  const kind = kindAt(end)
  const company = sql`(select c.root_id from company c where c.workspace_id = t.workspace_id and c.id = t.company_id)`
  const { rows } = await sql<EndRow>`
    select t.id as root_id, t.owner_id, ${kind === 'person' ? company : sql`null::uuid`} as company_root
    from ${sql.table(kind)} t
    where t.workspace_id = ${ctx.workspace_id} and t.id = (
      select m.root_id from ${sql.table(kind)} m where m.workspace_id = ${ctx.workspace_id} and m.id = ${id})
    for no key update of t`.execute(ctx.db)
  const [row] = rows
  if (!row) throw fail('not_found')
  return row
}

function mayWriteEnd(ctx: Ctx, end: End, { owner_id }: EndRow, right: 'write' | 'delete'): boolean {
  const reach = ctx.principal.kinds[kindAt(end)] ?? ctx.principal.kinds['*']
  const owners = ownersWithin(ctx.principal, reach?.[right] ?? 'none')
  return owners === undefined || (owner_id !== null && owners.includes(owner_id))
}

/** Who may write one end may say what it is to the other; where somebody works is the person's own. */
function refuseUnwritable(ctx: Ctx, type: Type, ends: Ends, right: 'write' | 'delete'): void {
  const [from, to] = [
    mayWriteEnd(ctx, type.from, ends.from, right),
    mayWriteEnd(ctx, type.to, ends.to, right),
  ]
  if (from || (to && type.id !== 'works_at')) return
  throw fail('forbidden', {
    code: 'records_read_only',
    detail: says.relation_not_yours(),
  })
}

interface Ends {
  from: EndRow
  to: EndRow
}

/** The same two in the same relation at the same time, or the other way round where that is a contradiction. */
async function refuseRepeated(ctx: Ctx, type: Type, row: Values, { from, to }: Ends): Promise<void> {
  if (from.root_id === to.root_id)
    throw invalid('relation_to_itself', [{ path: type.to, message: says.relation_to_itself() }])
  const tied = (one: End, root: string) =>
    sql<SqlBool>`${sql.ref(`r.${one}`)} = any(array(${membersOf(ctx, kindAt(one), sql`${root}`)}))`
  const straight = sql<SqlBool>`(${tied(type.from, from.root_id)} and ${tied(type.to, to.root_id)})`
  const turned =
    kindAt(type.from) === kindAt(type.to)
      ? sql<SqlBool>`(${tied(type.from, to.root_id)} and ${tied(type.to, from.root_id)})`
      : sql<SqlBool>`false`
  const { rows } = await sql<{ straight: boolean }>`
    select ${straight} as straight from relationship r
    where r.workspace_id = ${ctx.workspace_id} and r.type = ${type.id} and r.deleted_at is null and r.id <> ${row['id']}
      and (${straight} or ${turned})
      and coalesce(r.from_on, '-infinity') < coalesce(${row['to_on'] ?? null}::date, 'infinity')
      and coalesce(${row['from_on'] ?? null}::date, '-infinity') < coalesce(r.to_on, 'infinity')
    limit 1`.execute(ctx.db)
  const [other] = rows
  if (!other) return
  if (other.straight || isMutual(type))
    throw fail('conflict', {
      code: 'relation_repeated',
      detail: says.relation_repeated(),
      errors: [{ path: 'from_on', message: says.relation_overlaps() }],
    })
  throw fail('conflict', {
    code: 'relation_contradicts',
    detail: says.relation_contradicts(),
    errors: [{ path: type.to, message: says.relation_turned() }],
  })
}

/** Who leaves the main employer has none; who has none and begins to work somewhere has that one. */
async function keepCompany(ctx: Ctx, row: Values, { from, to }: Ends, op: WriteEvent['op']): Promise<void> {
  const day = await today(ctx)
  const isThere =
    op !== 'delete' && lasts(row, day) && !(typeof row['from_on'] === 'string' && row['from_on'] > day)
  if (isThere && from.company_root === null)
    await updateRecord(ctx, personKind, from.root_id, { company_id: to.root_id })
  const isGone = op === 'delete' ? lasts(row, day) : !lasts(row, day)
  if (!isGone || from.company_root !== to.root_id) return
  const { rows } =
    await sql`select from rapport.periods_at(${ctx.workspace_id}, ${from.root_id}, ${to.root_id})
    where to_on is null and deleted_at is null limit 1`.execute(ctx.db)
  if (rows.length === 0) await updateRecord(ctx, personKind, from.root_id, { company_id: null })
}

const onWrite: NonNullable<RecordHooks['onWrite']> = async (ctx, event) => {
  for (const { after: row } of event.rows) {
    const type = relationType(row['type'])
    if (type === undefined) continue
    const from = await lockEnd(ctx, type.from, row[type.from])
    const to = await lockEnd(ctx, type.to, row[type.to])
    refuseUnwritable(ctx, type, { from, to }, event.op === 'delete' ? 'delete' : 'write')
    if (event.op !== 'delete') await refuseRepeated(ctx, type, row, { from, to })
    if (event.op === 'update')
      await sql`update relationship set follows = false
        where workspace_id = ${ctx.workspace_id} and id = ${row.id} and follows`.execute(ctx.db)
    if (type.id === 'works_at') await keepCompany(ctx, row, { from, to }, event.op)
  }
}

export const relationHooks: RecordHooks = { beforeWrite, onWrite }

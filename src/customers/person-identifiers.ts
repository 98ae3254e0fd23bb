import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { getRecord } from '../records/index.ts'
import { personKind } from './customers.contract.ts'
import { epoch, instantText } from './graph-store.ts'
import type { IdentifierType } from './identifiers.contract.ts'
import { identifierIds } from './identifiers.ts'
import { type Identifier, keyOf } from './normal-form.ts'
import { says } from './says.ts'

export interface OwnedSpan {
  identifier_id: number
  /** Epoch milliseconds, infinite for always. */
  valid_from: number
  valid_to: number
}

/** What a person, through the root, has ever been recognised by, and when each was theirs. */
export async function personIdentifierIds(ctx: Ctx, personId: string): Promise<OwnedSpan[]> {
  const { rows } = await sql<OwnedSpan>`
    select ip.identifier_id, ${epoch('ip.valid_from')} as valid_from, ${epoch('ip.valid_to')} as valid_to
    from identifier_person ip
    where ip.workspace_id = ${ctx.workspace_id} and ip.retracted_at is null
      and ip.root_id = (select root_id from person where workspace_id = ${ctx.workspace_id} and id = ${personId}::uuid)
    order by ip.identifier_id, ip.valid_from`.execute(ctx.db)
  return rows
}

interface OwnedRow {
  id: number
  type: IdentifierType
  value: string
  person_id: string
  valid_from: number
  valid_to: number
  claimed_at: Date
  rule: string
  evidence: unknown
}

const finite = (time: number): string | null => (Number.isFinite(time) ? instantText(time) : null)

export async function listIdentifiers(
  ctx: Ctx,
  { id, limit, after }: { id: string; limit: number; after?: string | undefined },
) {
  const person = await getRecord(ctx, personKind, id)
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  const { rows } = await sql<OwnedRow>`
    select ip.id, i.type, i.value, ip.person_id, ${epoch('ip.valid_from')} as valid_from, ${epoch('ip.valid_to')} as valid_to,
      ip.claimed_at, ip.rule, ip.evidence
    from identifier_person ip
    join identifier i on i.workspace_id = ip.workspace_id and i.id = ip.identifier_id
    where ip.workspace_id = ${ctx.workspace_id} and ip.root_id = ${person.id}::uuid and ip.retracted_at is null
      and i.type not in ('person', 'company') and ip.id > ${Number(after ?? 0)}
    order by ip.id limit ${limit + 1}`.execute(ctx.db)
  const masked = ctx.principal.hidden_classes.includes('personal')
  const items = rows.slice(0, limit).map(row => ({
    ...row,
    id: String(row.id),
    value: masked ? '•••' : row.value,
    evidence: masked ? null : row.evidence,
    valid_from: finite(row.valid_from),
    valid_to: finite(row.valid_to),
  }))
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export type Subject = { person_id: string } | { company_id: string }

const syntheticOf = (subject: Subject): Identifier =>
  'person_id' in subject
    ? { type: 'person', value: subject.person_id }
    : { type: 'company', value: subject.company_id }

/** The identifier of a customer's own node, for what our side records about it; made when first needed. */
export async function syntheticIdentifiers(ctx: Ctx, subjects: readonly Subject[]): Promise<number[]> {
  const distinct = new Map(subjects.map(subject => [keyOf(syntheticOf(subject)), subject]))
  const ids = await identifierIds(ctx, [...distinct.values()].map(syntheticOf))
  const people: { identifier_id: number; person_id: string }[] = []
  const companies: { identifier_id: number; company_id: string }[] = []
  for (const [key, subject] of distinct) {
    const identifier_id = ids.get(key)
    if (identifier_id === undefined) throw fail('internal')
    if ('person_id' in subject) people.push({ identifier_id, person_id: subject.person_id })
    else companies.push({ identifier_id, company_id: subject.company_id })
  }
  await ownSynthetic(ctx, people)
  if (companies.length > 0)
    await sql`
      insert into identifier_company (workspace_id, identifier_id, company_id, rule, created_at)
      select ${ctx.workspace_id}, x.identifier_id, x.company_id, 'synthetic', ${ctx.now}
      from jsonb_to_recordset(${JSON.stringify(companies)}::jsonb) x (identifier_id bigint, company_id uuid)
      order by x.identifier_id
      on conflict do nothing`.execute(ctx.db)
  return subjects.map(subject => ids.get(keyOf(syntheticOf(subject))) ?? 0)
}

async function ownSynthetic(ctx: Ctx, people: { identifier_id: number; person_id: string }[]): Promise<void> {
  if (people.length === 0) return
  const json = JSON.stringify(people)
  const { rows } = await sql<{ identifier_id: number }>`
    select x.identifier_id from jsonb_to_recordset(${json}::jsonb) x (identifier_id bigint)
    where not exists (select from identifier_person ip where ip.workspace_id = ${ctx.workspace_id} and ip.identifier_id = x.identifier_id)`.execute(
    ctx.db,
  )
  if (rows.length === 0) return
  const missing = new Set(rows.map(row => row.identifier_id))
  // A merge of the person has to wait, or the row would be read through a root that is none any more.
  await sql`select id from person where workspace_id = ${ctx.workspace_id} and id = any(${people.map(one => one.person_id)}::uuid[]) order by id for share`.execute(
    ctx.db,
  )
  await sql`
    insert into identifier_person (workspace_id, identifier_id, person_id, root_id, claimed_at, rule, created_at)
    select p.workspace_id, x.identifier_id, p.id, p.root_id, ${ctx.now}, 'synthetic', ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(people.filter(one => missing.has(one.identifier_id)))}::jsonb) x (identifier_id bigint, person_id uuid)
    join person p on p.workspace_id = ${ctx.workspace_id} and p.id = x.person_id
    order by x.identifier_id
    on conflict do nothing`.execute(ctx.db)
}

/** People were met at these times: keeps when each was first and last seen. Locked in order, so that two who say so do not lock each other out. */
export async function notePeopleSeen(
  ctx: Ctx,
  seen: readonly { person_id: string; at: Date }[],
): Promise<void> {
  if (seen.length === 0) return
  await sql`
    with met as (
      select p.root_id as id, min(x.at) as first_at, max(x.at) as last_at
      from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) x (person_id uuid, at timestamptz)
      join person p on p.workspace_id = ${ctx.workspace_id} and p.id = x.person_id
      group by p.root_id
    ), held as (
      select p.id, met.first_at, met.last_at from person p join met on met.id = p.id
      where p.workspace_id = ${ctx.workspace_id}
        and (p.last_seen_at is null or p.last_seen_at < met.last_at or p.first_seen_at is null or p.first_seen_at > met.first_at)
      order by p.id for update of p
    )
    update person p set first_seen_at = least(p.first_seen_at, held.first_at), last_seen_at = greatest(p.last_seen_at, held.last_at)
    from held where p.workspace_id = ${ctx.workspace_id} and p.id = held.id`.execute(ctx.db)
}

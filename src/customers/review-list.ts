import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { getRecord } from '../records/index.ts'
import { keepApart } from './apart.ts'
import { personKind } from './customers.contract.ts'
import { mergeRecords } from './merge.ts'
import { personMerge } from './mergeable.ts'
import type { Review, ReviewedPerson } from './reviews.contract.ts'
import { closeReview, getOpenReview } from './reviews.ts'
import { says } from './says.ts'

interface ReviewRow {
  id: string
  reason: string
  evidence: { identifiers?: { type: string; value: string }[]; rule?: string; event?: unknown }
  occurrences: number
  created_at: Date
  last_at: Date
  cursor: string
  person_id: string
  other_id: string
}

type Dated<T> = {
  [Key in keyof T]: Key extends 'created_at' | 'last_at' | 'last_seen_at'
    ? Date | (null extends T[Key] ? null : never)
    : T[Key]
}
type Person = Dated<ReviewedPerson>
type Listed = Dated<Omit<Review, 'person' | 'other'>> & { person: Person; other: Person }

/** Only pairs of which the reader may see both; through the roots, so that a merge in between shows. */
async function peopleById(ctx: Ctx, ids: string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Person & { asked: string }>`
    select a.id as asked, r.id, r.name, r.email, r.phone, c.name as company, r.created_at, r.last_seen_at
    from person a
    join person r on r.workspace_id = a.workspace_id and r.id = a.root_id and r.deleted_at is null
    left join company w on w.workspace_id = r.workspace_id and w.id = r.company_id
    left join company c on c.workspace_id = w.workspace_id and c.id = w.root_id
    where a.workspace_id = ${ctx.workspace_id} and a.id = any(${ids}::uuid[])`.execute(ctx.db)
  return new Map(rows.map(({ asked, ...person }) => [asked, person]))
}

/** Whose people are there and not one already. */
const openReviews = (ctx: Ctx) => sql`
    from identity_review r
    join person a on a.workspace_id = r.workspace_id and a.id = r.person_id
    join person ra on ra.workspace_id = a.workspace_id and ra.id = a.root_id and ra.deleted_at is null
    join person b on b.workspace_id = r.workspace_id and b.id = r.other_id
    join person rb on rb.workspace_id = b.workspace_id and rb.id = b.root_id and rb.deleted_at is null
    where r.workspace_id = ${ctx.workspace_id} and r.resolved_at is null and ra.id <> rb.id`

/** How many the list has; null for whom it is not. */
export async function countOpenReviews(ctx: Ctx): Promise<number | null> {
  if (!ctx.principal.permissions.has('records.merge') || !seesEverybody(ctx)) return null
  const { rows } = await sql<{ count: number }>`select count(*)::int as count ${openReviews(ctx)}`.execute(
    ctx.db,
  )
  return rows[0]?.count ?? 0
}

export async function listOpenReviews(
  ctx: Ctx,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ items: Listed[]; next: string | null }> {
  refuseNarrowReaders(ctx)
  const [time, last] = after === undefined ? [null, null] : cursorOf(after)
  const { rows } = await sql<ReviewRow>`
    select r.id, r.reason, r.evidence, r.occurrences, r.created_at, r.last_at, r.person_id, r.other_id
    ${openReviews(ctx)} and (${time}::timestamptz is null or (r.created_at, r.id) > (${time}::timestamptz, ${last}::uuid))
    order by r.created_at, r.id limit ${limit + 1}`.execute(ctx.db)
  const shown = rows.slice(0, limit)
  const people = await peopleById(
    ctx,
    shown.flatMap(row => [row.person_id, row.other_id]),
  )
  const end = rows.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.flatMap(row => {
      const [person, other] = [people.get(row.person_id), people.get(row.other_id)]
      if (person === undefined || other === undefined) return []
      const { id, reason, occurrences, created_at, last_at, evidence } = row
      return [
        {
          id,
          reason,
          occurrences,
          created_at,
          last_at,
          identifiers: evidence.identifiers ?? [],
          rule: evidence.rule ?? '',
          evidence: evidence.event ?? null,
          person,
          other,
        },
      ]
    }),
    next: end === undefined ? null : `${end.created_at.toISOString()}_${end.id}`,
  }
}

function cursorOf(after: string): [string, string] {
  const [time = '', id = ''] = after.split('_')
  if (Number.isNaN(Date.parse(time)) || !/^[\da-f-]{36}$/.test(id))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  return [time, id]
}

/** The list shows personal data of anybody: it is for those who may see everybody. */
function seesEverybody({ principal }: Ctx): boolean {
  const rights = principal.kinds['person'] ?? principal.kinds['*']
  return rights?.read === 'all' && !principal.hidden_classes.includes('personal')
}

function refuseNarrowReaders(ctx: Ctx): void {
  if (!seesEverybody(ctx)) throw fail('forbidden', { detail: says.sees_not_all() })
}

export interface Decision {
  id: string
  action: 'merge' | 'keep_apart'
  keep_id?: string | undefined
}

export async function decideReview(ctx: Ctx, { id, action, keep_id }: Decision) {
  const review = await getOpenReview(ctx, id)
  const [person, other] = [
    await getRecord(ctx, personKind, review.person_id),
    await getRecord(ctx, personKind, review.other_id),
  ]
  if (action === 'keep_apart') {
    await keepApart(ctx, review.person_id, review.other_id, 'kept_apart')
    await closeReview(ctx, id, 'kept_apart')
    return { id, action, person_id: person.id, merge_id: null }
  }
  const [older, younger] =
    person.created_at <= other.created_at ? [person.id, other.id] : [other.id, person.id]
  if (keep_id !== undefined && keep_id !== older && keep_id !== younger)
    throw fail('invalid', { errors: [{ path: 'keep_id', message: says.neither() }] })
  const [stays, goes] = keep_id === younger ? [younger, older] : [older, younger]
  const merged = await mergeRecords(ctx, personMerge, {
    id: stays,
    other_id: goes,
    evidence: { review_id: id },
  })
  return { id, action, person_id: merged.id, merge_id: merged.merge_id }
}

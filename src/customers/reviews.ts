import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { says } from './says.ts'

// Evidence that says two people are one, kept for somebody to decide. A pair that somebody told apart does not come back.

export interface Conflict {
  node: string
  other: string
  keys: string[]
  rule: string
  evidence: unknown
  at: Date
}

const identifierOf = (key: string) => {
  const [type = '', value = ''] = key.split('\u0000')
  return { type, value }
}

function pairsOf(conflicts: Conflict[]) {
  const pairs = new Map<
    string,
    { id: string; person_id: string; other_id: string; occurrences: number; evidence: unknown }
  >()
  for (const { node, other, keys, rule, evidence, at } of conflicts) {
    const [person_id, other_id] = node < other ? [node, other] : [other, node]
    const pair = `${person_id} ${other_id}`
    const occurrences = (pairs.get(pair)?.occurrences ?? 0) + 1
    const shown = { identifiers: keys.map(identifierOf), rule, at, event: evidence ?? null }
    pairs.set(pair, { id: newId(), person_id, other_id, occurrences, evidence: shown })
  }
  return [...pairs.values()]
}

export async function recordConflicts(ctx: Ctx, conflicts: Conflict[]): Promise<void> {
  if (conflicts.length === 0) return
  // Told apart once, by any of their people, is told apart. The same event told twice counts once.
  await sql`
    insert into identity_review (workspace_id, id, person_id, other_id, reason, evidence, occurrences, created_at, last_at)
    select ${ctx.workspace_id}, x.id, x.person_id, x.other_id, 'belongs_to_another_person', x.evidence, x.occurrences, ${ctx.now}, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(pairsOf(conflicts))}::jsonb) x (id uuid, person_id uuid, other_id uuid, occurrences bigint, evidence jsonb)
    join person a on a.workspace_id = ${ctx.workspace_id} and a.id = x.person_id
    join person b on b.workspace_id = ${ctx.workspace_id} and b.id = x.other_id
    where not exists (
      select from cannot_link l
      join person p on p.workspace_id = l.workspace_id and p.id = l.person_id
      join person o on o.workspace_id = l.workspace_id and o.id = l.other_id
      where l.workspace_id = ${ctx.workspace_id} and (p.root_id, o.root_id) in ((a.root_id, b.root_id), (b.root_id, a.root_id)))
    order by x.person_id, x.other_id
    on conflict (workspace_id, person_id, other_id) where resolved_at is null do update
      set evidence = excluded.evidence, last_at = excluded.last_at, occurrences = identity_review.occurrences
        + case when identity_review.evidence -> 'event' is not distinct from excluded.evidence -> 'event'
            and excluded.evidence -> 'event' <> 'null' then 0 else excluded.occurrences end`.execute(ctx.db)
}

/** Reviews between people that have become one are answered. */
export async function settleReviews(ctx: Ctx, root: string): Promise<void> {
  await sql`
    update identity_review r set resolved_at = ${ctx.now}, resolved_by = rapport.actor(), resolution = 'merged'
    from person a, person b
    where r.workspace_id = ${ctx.workspace_id} and r.resolved_at is null
      and a.workspace_id = r.workspace_id and a.id = r.person_id and a.root_id = ${root}::uuid
      and b.workspace_id = r.workspace_id and b.id = r.other_id and b.root_id = ${root}::uuid`.execute(ctx.db)
}

export interface OpenReview {
  id: string
  person_id: string
  other_id: string
}

export async function getOpenReview(ctx: Ctx, id: string): Promise<OpenReview> {
  const row = await ctx.db
    .selectFrom('identity_review')
    .select(['id', 'person_id', 'other_id'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw fail('not_found', { detail: says.decided() })
  return row
}

export async function closeReview(ctx: Ctx, id: string, resolution: 'merged' | 'kept_apart'): Promise<void> {
  await sql`
    update identity_review set resolved_at = ${ctx.now}, resolved_by = rapport.actor(), resolution = ${resolution}
    where workspace_id = ${ctx.workspace_id} and id = ${id} and resolved_at is null`.execute(ctx.db)
}

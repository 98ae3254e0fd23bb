import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { companyKind, personKind } from '../customers/customers.contract.ts'
import { actorNames, getRecord, listChanges, toldTie } from '../records/index.ts'
import { groupChanges, type RecordChange } from './change-groups.ts'
import { type Place, readPlace, writePlace } from './cursor.ts'
import { listInteractionsOf, type Narrowing, type Owner, rangesOf } from './interactions-of.ts'
import type { TimelineItem, TimelineQuery, TimelineSummary } from './timeline.contract.ts'

interface Subject {
  owner: Owner
  /** The record and those merged into it: what we changed on any of them is part of its history. */
  record_ids: string[]
}

/** The customer that is asked for, through merges; 404 for what the reader may not see. */
async function findSubject(ctx: Ctx, kind: Owner['kind'], id: string): Promise<Subject> {
  const record = await getRecord(ctx, kind === 'person' ? personKind : companyKind, id)
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(kind)} where workspace_id = ${ctx.workspace_id} and merged_into = ${record.id}`.execute(
    ctx.db,
  )
  return { owner: { kind, id: record.id }, record_ids: [record.id, ...rows.map(row => row.id)] }
}

export async function readTimeline(
  ctx: Ctx,
  kind: Owner['kind'],
  input: TimelineQuery & { id: string },
): Promise<{ items: TimelineItem[]; next: string | null }> {
  const subject = await findSubject(ctx, kind, input.id)
  const place = readPlace(input.after)
  const [interactions, changes] = [
    input.kind === 'change' ? none : await readInteractions(ctx, subject, input, place),
    input.channel || input.text || input.only || (input.kind && input.kind !== 'change')
      ? none
      : await readChanges(ctx, subject, input.limit, place),
  ]
  const { items, next } = merge(interactions, changes, place, input.limit)
  return { items: await named(ctx, items), next }
}

/** With what whoever changed the record is called. */
async function named(ctx: Ctx, items: TimelineItem[]): Promise<TimelineItem[]> {
  const names = await actorNames(
    ctx,
    items.map(item => (item.type === 'change' ? item.actor : null)),
  )
  return items.map(item =>
    item.type === 'change' ? { ...item, actor_name: names.get(item.actor ?? '') ?? null } : item,
  )
}

interface Head {
  items: TimelineItem[]
  /** The reader's place after each item, in its own log. */
  places: Partial<Place>[]
  /** Where this log goes on after all of these, and the time down to which it is known; undefined: it is at its end. */
  rest?: { place: Partial<Place>; at: string } | undefined
}

const none: Head = { items: [], places: [] }

async function readInteractions(
  ctx: Ctx,
  { owner }: Subject,
  input: Narrowing & { limit: number },
  place: Place,
): Promise<Head> {
  const found = await listInteractionsOf(ctx, owner, { ...input, before: place.interaction })
  return {
    items: found.items.map(item => ({
      type: 'interaction',
      at: item.occurred_at.toISOString(),
      ...item,
      occurred_at: item.occurred_at.toISOString(),
      received_at: item.received_at.toISOString(),
    })),
    places: found.items.map(item => ({
      interaction: { at: item.occurred_at.toISOString(), id: item.id },
    })),
    rest: found.reached ? { place: { interaction: found.reached }, at: found.reached.at } : undefined,
  }
}

async function readChanges(ctx: Ctx, subject: Subject, limit: number, place: Place): Promise<Head> {
  // Sight of the history is a permission of its own.
  if (!ctx.principal.permissions.has('history.read')) return none
  const most = Math.min(limit * 3, 300)
  const all = await listChanges(ctx, {
    kind: subject.owner.kind,
    record_ids: subject.record_ids,
    ...(place.change === null ? {} : { before_id: place.change }),
    limit: most,
  })
  const rows: RecordChange[] = all.flatMap(({ tie, ...row }) => {
    const told = tie && toldTie({ ...row, tie })
    // What changed only hidden fields of a relation is not told at all.
    return tie && !told ? [] : [{ ...row, told }]
  })
  const groups = groupChanges(rows, all.length === most)
  const last = groups.at(-1)
  const oldest = all.at(-1)
  const end = last
    ? { id: last.last_id, at: last.item.at }
    : oldest && { id: oldest.id, at: oldest.at.toISOString() }
  return {
    items: groups.map(({ item }) => item),
    places: groups.map(({ last_id }) => ({ change: last_id })),
    rest: all.length === most && end ? { place: { change: end.id }, at: end.at } : undefined,
  }
}

/** Newest first out of both. What a log has not shown yet it shows from the same place on the next page. */
function merge(interactions: Head, changes: Head, start: Place, limit: number) {
  const items: TimelineItem[] = []
  const place = { ...start }
  const next = { interaction: 0, change: 0 }
  while (items.length < limit) {
    const interaction = interactions.items[next.interaction]
    const change = changes.items[next.change]
    const takesChange = change !== undefined && (!interaction || change.at > interaction.at)
    const item = takesChange ? change : interaction
    const other = takesChange ? interactions : changes
    // Below where the other log was read to it may hold something newer than this: that comes with the next page.
    if (!item || (!(takesChange ? interaction : change) && other.rest && item.at < other.rest.at)) break
    items.push(item)
    Object.assign(
      place,
      takesChange ? changes.places[next.change++] : interactions.places[next.interaction++],
    )
  }
  const ends = [
    next.interaction === interactions.items.length ? interactions : undefined,
    next.change === changes.items.length ? changes : undefined,
  ]
  for (const log of ends) if (log?.rest) Object.assign(place, log.rest.place)
  const more = ends.some(log => !log || log.rest !== undefined)
  return { items, next: more ? writePlace(place) : null }
}

const mostCounted = 10_000

/** The numbers over a timeline. A very long one is counted up to a bound and says so. */
export async function summarise(ctx: Ctx, { id }: { id: string }): Promise<TimelineSummary> {
  const { owner } = await findSubject(ctx, 'person', id)
  const { rows } = await sql<TimelineSummary & { first_at: Date | null; last_at: Date | null }>`
    with owned as materialized (${rangesOf(ctx, owner)}),
    counted as (
      select i.* from owned r cross join lateral (
        select occurred_at, amount_minor, currency, feeling from interaction
        where workspace_id = ${ctx.workspace_id} and identifier_id = r.identifier_id
          and occurred_at >= r.valid_from and occurred_at < r.valid_to
        order by occurred_at desc limit ${mostCounted}
      ) i
      order by i.occurred_at desc limit ${mostCounted}
    ),
    earliest as (
      select min(first.at) as at from owned r cross join lateral (
        select occurred_at as at from interaction
        where workspace_id = ${ctx.workspace_id} and identifier_id = r.identifier_id
          and occurred_at >= r.valid_from and occurred_at < r.valid_to
        order by occurred_at limit 1
      ) first
    )
    select count(*)::int as count, count(*) < ${mostCounted} as counted_all, (select at from earliest) as first_at,
      max(occurred_at) as last_at, avg(feeling)::float8 as feeling,
      coalesce((
        select jsonb_agg(jsonb_build_object('currency', currency, 'amount_minor', total) order by total desc)
        from (select currency, sum(amount_minor) as total from counted where currency is not null group by currency) sums), '[]') as revenue
    from counted`.execute(ctx.db)
  const row = rows[0]
  if (!row) throw fail('internal')
  return {
    ...row,
    first_at: row.first_at ? new Date(row.first_at).toISOString() : null,
    last_at: row.last_at ? new Date(row.last_at).toISOString() : null,
  }
}

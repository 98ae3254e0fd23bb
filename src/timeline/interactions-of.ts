import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Interaction, TimelineQuery } from './timeline.contract.ts'

// Interactions of a customer, found through the identifiers of all people merged into it, each for the time it was
// theirs. The newest few of each identifier, then the newest of those: no matter how long the history is.

export interface StoredInteraction extends Omit<Interaction, 'occurred_at' | 'received_at'> {
  occurred_at: Date
  received_at: Date
}

export interface Narrowing {
  channel?: string | undefined
  kind?: string | undefined
  only?: TimelineQuery['only']
  text?: string | undefined
}

export interface Found {
  items: StoredInteraction[]
  /** Where the search stopped, when there may be more. */
  reached: { at: string; id: string } | null
}

const dayMs = 86_400_000
// Most pages end within the recent months: asking for them first keeps the plan to a few partitions.
const windowsDays = [92, undefined]
const mostScanned = { plain: 0, narrowed: 5000, text: 2500 }
const mostIdentifiers = 2000

export type Owner = { kind: 'person'; id: string } | { kind: 'company'; id: string }

export function rangesOf(ctx: Ctx, owner: Owner): RawBuilder<unknown> {
  const own = sql`
    select identifier_id, valid_from, valid_to from identifier_person
    where workspace_id = ${ctx.workspace_id} and retracted_at is null`
  if (owner.kind === 'person') return sql`${own} and root_id = ${owner.id} limit ${mostIdentifiers}`
  const companies = sql`(select id from company where workspace_id = ${ctx.workspace_id} and root_id = ${owner.id})`
  return sql`
    (select identifier_id, '-infinity'::timestamptz as valid_from, 'infinity'::timestamptz as valid_to from identifier_company
      where workspace_id = ${ctx.workspace_id} and company_id in ${companies} limit ${mostIdentifiers})
    union all
    (${own} and root_id in (
      select id from person
      where workspace_id = ${ctx.workspace_id} and company_id in ${companies} and merged_into is null and deleted_at is null)
    limit ${mostIdentifiers})`
}

const shown = sql`i.id, i.occurred_at, i.received_at, i.channel, i.kind, i.name, i.text, i.source, i.direction, i.amount_minor,
  i.currency, i.feeling, i.score, i.ref_kind, i.ref_id, i.member_id, i.message_id, i.properties`

export async function listInteractionsOf(
  ctx: Ctx,
  owner: Owner,
  input: Narrowing & { limit: number; before: { at: string; id: string } | null },
): Promise<Found> {
  const narrowed = input.text ? 'text' : input.channel || input.kind || input.only ? 'narrowed' : 'plain'
  const scan = Math.max(input.limit, mostScanned[narrowed])
  const anchor = input.before ? new Date(input.before.at) : ctx.now
  for (const days of windowsDays) {
    const since = days === undefined ? undefined : new Date(anchor.getTime() - days * dayMs)
    const found = await scanOnce(ctx, owner, input, scan, since)
    const enough = found.items.length === input.limit || found.scanned === scan
    if (!enough && days !== undefined) continue
    const last = found.items.length === input.limit ? found.items.at(-1) : undefined
    const reached = last ? { at: last.occurred_at.toISOString(), id: last.id } : found.edge
    return { items: found.items, reached: enough ? reached : null }
  }
  return { items: [], reached: null }
}

interface Scanned {
  items: StoredInteraction[]
  scanned: number
  edge: { at: string; id: string } | null
}

async function scanOnce(
  ctx: Ctx,
  owner: Owner,
  input: Narrowing & { limit: number; before: { at: string; id: string } | null },
  scan: number,
  since: Date | undefined,
): Promise<Scanned> {
  const { before } = input
  const older = before
    ? sql`and i.occurred_at <= ${before.at}::timestamptz and (i.occurred_at, i.id) < (${before.at}::timestamptz, ${before.id}::uuid)`
    : sql``
  const newer = since ? sql`and i.occurred_at >= ${since}` : sql``
  const { rows } = await sql<
    StoredInteraction & { scanned: number; edge_at: Date | null; edge_id: string | null }
  >`
    with owned as materialized (${rangesOf(ctx, owner)}),
    scanned as (
      select i.* from owned r cross join lateral (
        select ${shown} from interaction i
        where i.workspace_id = ${ctx.workspace_id} and i.identifier_id = r.identifier_id
          and i.occurred_at >= r.valid_from and i.occurred_at < r.valid_to ${newer} ${older}
        order by i.occurred_at desc, i.id desc limit ${scan}
      ) i
      order by i.occurred_at desc, i.id desc limit ${scan}
    ),
    matched as (
      select * from scanned i where true ${conditionOf(input)} order by i.occurred_at desc, i.id desc limit ${input.limit}
    ),
    edge as (
      select count(*)::int as scanned, (array_agg(occurred_at order by occurred_at, id))[1] as edge_at,
        (array_agg(id order by occurred_at, id))[1] as edge_id from scanned
    )
    select m.*, e.* from edge e left join matched m on true order by m.occurred_at desc, m.id desc`.execute(
    ctx.db,
  )
  const first = rows[0]
  const edge = first?.edge_at && first.edge_id ? { at: first.edge_at.toISOString(), id: first.edge_id } : null
  const items = rows
    .filter(row => row.id !== null)
    .map(({ scanned: _scanned, edge_at: _at, edge_id: _id, ...item }) => item)
  return { items, scanned: first?.scanned ?? 0, edge }
}

function conditionOf({ channel, kind, only, text }: Narrowing): RawBuilder<unknown> {
  const parts = [
    ...(channel ? [sql`and i.channel = ${channel}`] : []),
    ...(kind ? [sql`and i.kind = ${kind}`] : []),
    ...(only === 'amounts' ? [sql`and i.amount_minor is not null and i.currency is not null`] : []),
    ...(only === 'feelings' ? [sql`and i.feeling is not null`] : []),
    ...(text
      ? [
          sql`and position(rapport.normal(${text}) in rapport.normal(concat_ws(' ', i.kind, i.name, i.text, i.source))) > 0`,
        ]
      : []),
  ]
  return parts.length ? sql.join(parts, sql` `) : sql``
}

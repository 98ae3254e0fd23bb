import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { failureOf } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { told } from '../core/text-sentence.ts'
import { identifyCompanies, identifyPeople, type PersonSighting } from '../customers/index.ts'
import { keepRejections } from './rejected.ts'
import { says } from './says.ts'

// What events teach about people and companies is folded after they are stored, in order, by one process a time: the
// acknowledgement waits for no lock on people, and an event that cannot be folded holds up nobody. The cursor moves in
// the transaction that folds, so nothing is lost and nothing is folded half.

interface FoldedEvent {
  id: string
  occurred_at: Date
  kind: string
  message_id: string
  source: string | null
  group_id: string | null
  properties: Record<string, unknown>
  identifiers: { type: string; value: string }[]
  xid: string
}

const stepRows = 500

/** The next transactions' events of one workspace; returns how many events there were. */
export async function foldNext(machine: Machine, workspaceId: string, horizon: string): Promise<number> {
  const who = { workspace_id: workspaceId, actor: { kind: 'system' as const, id: 'fold' } }
  try {
    return await machine.workspaceTransaction(who, async ctx => {
      const step = await nextStep(ctx, horizon)
      await foldAll(ctx, step.events)
      await moveCursor(ctx, step.to)
      return step.events.length
    })
  } catch (error) {
    if (!isAboutData(error)) throw error
    return foldOneByOne(machine, workspaceId, horizon)
  }
}

const isAboutData = (error: unknown): boolean => {
  const code = String((error as { code?: unknown } | null)?.code)
  if (/^(?:22|23|54)/.test(code)) return true
  const failure = failureOf(error)
  return failure === undefined ? !/^[0-9A-Z]{5}$/.test(code) : failure.kind !== 'unavailable'
}

/** Some event of the step cannot be folded: each goes alone, and the one that fails is named on the events page. */
async function foldOneByOne(machine: Machine, workspaceId: string, horizon: string): Promise<number> {
  const who = { workspace_id: workspaceId, actor: { kind: 'system' as const, id: 'fold' } }
  const step = await machine.workspaceTransaction(who, ctx => nextStep(ctx, horizon))
  const failed: FoldedEvent[] = []
  for (const event of step.events) {
    try {
      await machine.workspaceTransaction(who, ctx => foldAll(ctx, [event]))
    } catch (error) {
      if (!isAboutData(error)) throw error
      machine.log.warn({ component: 'fold', error }, 'an event could not be folded into people')
      failed.push(event)
    }
  }
  await machine.workspaceTransaction(who, async ctx => {
    await keepRejections(
      ctx,
      failed.map(event => ({
        code: 'not_folded',
        ...told(says.not_folded()),
        message_id: event.message_id,
        source: event.source,
        sample: JSON.stringify(event.properties).slice(0, 4000),
      })),
    )
    await moveCursor(ctx, step.to)
  })
  return step.events.length
}

async function nextStep(ctx: Ctx, horizon: string): Promise<{ events: FoldedEvent[]; to: string }> {
  await sql`
    insert into fold_cursor (workspace_id, position) values (${ctx.workspace_id}, '0') on conflict do nothing`.execute(
    ctx.db,
  )
  const { rows: cursors } = await sql<{ position: string }>`
    select position from fold_cursor where workspace_id = ${ctx.workspace_id} for update`.execute(ctx.db)
  const position = cursors[0]?.position ?? '0'
  const { rows: beyond } = await sql<{ xid: string }>`
    select xid from interaction
    where workspace_id = ${ctx.workspace_id} and folds and xid >= ${position}::xid8 and xid < ${horizon}::xid8
    order by xid offset ${stepRows} limit 1`.execute(ctx.db)
  const end = beyond[0]?.xid
  // Whole transactions only: the one that reaches beyond the step is left for the next, unless it is the first.
  // One bound, not a choice of two: with an `or` the index ends nowhere, and each step reads the whole backlog.
  const to =
    end === undefined ? horizon : (await isFirst(ctx, position, end)) ? String(BigInt(end) + 1n) : end
  const { rows: events } = await sql<FoldedEvent>`
    select i.id, i.occurred_at, i.kind, i.message_id, i.source, i.group_id, i.properties, i.xid,
      coalesce((
        select jsonb_agg(jsonb_build_object('type', d.type, 'value', d.value) order by array_position(i.identifier_ids, d.id))
        from identifier d where d.workspace_id = ${ctx.workspace_id} and d.id = any (i.identifier_ids)), '[]') as identifiers
    from interaction i
    where i.workspace_id = ${ctx.workspace_id} and i.folds and i.xid >= ${position}::xid8 and i.xid < ${to}::xid8
    order by i.xid, i.id`.execute(ctx.db)
  return { events, to }
}

async function isFirst(ctx: Ctx, position: string, xid: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from interaction
    where workspace_id = ${ctx.workspace_id} and folds and xid >= ${position}::xid8 and xid < ${xid}::xid8 limit 1`.execute(
    ctx.db,
  )
  return !rows.length
}

async function moveCursor(ctx: Ctx, to: string): Promise<void> {
  await sql`
    update fold_cursor set position = ${to}::xid8, updated_at = now() where workspace_id = ${ctx.workspace_id}`.execute(
    ctx.db,
  )
}

async function foldAll(ctx: Ctx, events: FoldedEvent[]): Promise<void> {
  const groups = events.filter(event => event.group_id !== null)
  const others = events.filter(event => event.group_id === null)
  if (others.length) await identifyPeople(ctx, others.map(sightingOf))
  if (groups.length)
    await identifyCompanies(
      ctx,
      groups.map(event => ({
        group_id: event.group_id ?? '',
        traits: event.properties,
        at: event.occurred_at,
        identifiers: event.identifiers.filter(({ type }) => type !== 'group_id'),
        evidence: { interaction_id: event.id },
      })),
    )
}

function sightingOf(event: FoldedEvent): PersonSighting {
  const previous =
    event.kind === 'alias'
      ? event.identifiers.findLast(({ type }) => type === 'anonymous_id')?.value
      : undefined
  return {
    identifiers: event.identifiers.filter(({ type, value }) => type !== 'anonymous_id' || value !== previous),
    at: event.occurred_at,
    rule: event.kind === 'identify' || event.kind === 'alias' ? event.kind : 'track',
    evidence: { interaction_id: event.id },
    ...(event.kind === 'identify' ? { traits: event.properties } : {}),
    ...(previous === undefined ? {} : { previous }),
  }
}

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { ownersWithin } from '../core/reach.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { notePeopleSeen, resolveIdentifiers, type Subject, syntheticIdentifiers } from '../customers/index.ts'
import { sortIdentifiers } from './identifiers.ts'
import { ensureMonths, type InteractionRow, insertInteractions } from './interaction-rows.ts'
import { jsonProblem, toStorableJson } from './json-shape.ts'
import { says } from './says.ts'
import type { InteractionIdentifier, InteractionOutcome, NewInteractionItem } from './timeline.contract.ts'

/** What callers inside may add to what the API takes. */
export interface NewInteraction extends Omit<NewInteractionItem, 'occurred_at' | 'identifiers'> {
  occurred_at?: string | Date | undefined
  identifiers?: InteractionIdentifier[] | undefined
  member_id?: string | null | undefined
}

interface Options {
  /** Let the identifiers teach who is who. Callers that have told the customers themselves leave it off. */
  fold?: boolean
}

const dayMs = 86_400_000
const maxPropertiesBytes = 32 * 1024

/** Records interactions, each once for ever by its message id, with an outcome for each. */
export async function recordInteractions(
  ctx: Ctx,
  items: readonly NewInteraction[],
  { fold = false }: Options = {},
): Promise<InteractionOutcome[]> {
  const outcomes: InteractionOutcome[] = []
  const rows: { index: number; row: InteractionRow }[] = []
  const identified = await identifyAll(ctx, items)
  for (const [index, item] of items.entries()) {
    const ids = identified[index] ?? []
    const problem = problemOf(ctx, item, ids)
    if (problem) outcomes[index] = { index, status: 'rejected', code: problem.code, ...told(problem.said) }
    else rows.push({ index, row: rowOf(ctx, item, ids, fold) })
  }
  await ensureMonths(
    ctx.machine,
    rows.map(({ row }) => row.occurred_at),
  )
  const stored = await insertInteractions(
    ctx,
    rows.map(({ row }) => row),
  )
  await notePeopleSeen(
    ctx,
    rows.flatMap(({ index, row }) => {
      const person_id = items[index]?.person_id
      return person_id && stored.has(row.id) ? [{ person_id, at: row.occurred_at }] : []
    }),
  )
  for (const { index, row } of rows)
    outcomes[index] = stored.has(row.id)
      ? { index, status: 'created', id: row.id }
      : { index, status: 'unchanged' }
  return outcomes
}

/** The identifier ids of each item, most telling first. */
async function identifyAll(ctx: Ctx, items: readonly NewInteraction[]): Promise<number[][]> {
  const named = await resolveIdentifiers(
    ctx,
    items.map(item => sortIdentifiers(item.identifiers ?? [])),
  )
  const people = await knownRecords(
    ctx,
    'person',
    items.flatMap(({ person_id }) => person_id ?? []),
  )
  const companies = await knownRecords(
    ctx,
    'company',
    items.flatMap(({ company_id }) => company_id ?? []),
  )
  const subjects: Subject[] = [
    ...people.map(person_id => ({ person_id })),
    ...companies.map(company_id => ({ company_id })),
  ]
  if (!subjects.length) return items.map((item, index) => (isAbout(item) ? [] : (named[index] ?? [])))
  const ids = await syntheticIdentifiers(ctx, subjects)
  const found = new Map([...people, ...companies].map((id, index) => [id, ids[index]]))
  return items.map((item, index) => {
    const own = found.get(item.person_id ?? item.company_id ?? '')
    if (own !== undefined) return [own, ...(named[index] ?? [])]
    return isAbout(item) ? [] : (named[index] ?? [])
  })
}

const isAbout = (item: NewInteraction) => item.person_id !== undefined || item.company_id !== undefined

/** Those of the records that are there and that whoever records may see. */
async function knownRecords(ctx: Ctx, kind: 'person' | 'company', ids: string[]): Promise<string[]> {
  if (!ids.length) return []
  const { read } = ctx.principal.kinds[kind] ?? ctx.principal.kinds['*'] ?? { read: 'none' }
  const owners = ownersWithin(ctx.principal, read)
  if (owners?.length === 0) return []
  const mine = owners ? sql`and r.owner_id = any(${owners}::uuid[])` : sql``
  const { rows } = await sql<{ id: string }>`
    select t.id from ${sql.table(kind)} t join ${sql.table(kind)} r on r.workspace_id = t.workspace_id and r.id = t.root_id
    where t.workspace_id = ${ctx.workspace_id} and t.id = any (${ids}::uuid[]) and r.deleted_at is null ${mine}`.execute(
    ctx.db,
  )
  return rows.map(row => row.id)
}

function problemOf(ctx: Ctx, item: NewInteraction, ids: number[]): { code: string; said: Said } | undefined {
  if (item.person_id && item.company_id) return { code: 'invalid', said: says.not_both() }
  if (!ids.length)
    return item.person_id || item.company_id
      ? { code: 'not_found', said: says.no_such_customer() }
      : { code: 'no_identifier', said: says.no_identifier() }
  const at = timeOf(ctx, item).getTime()
  if (!(at >= 0) || at > ctx.now.getTime() + dayMs) return { code: 'absurd_date', said: says.absurd_date() }
  if ((item.amount_minor === undefined) !== (item.currency === undefined))
    return { code: 'invalid', said: says.amount_and_currency() }
  const shape = jsonProblem(item.properties)
  if (shape) return shape
  if (item.properties && Buffer.byteLength(JSON.stringify(item.properties)) > maxPropertiesBytes)
    return { code: 'event_too_large', said: says.properties_too_large({ most: maxPropertiesBytes }) }
  return undefined
}

const timeOf = (ctx: Ctx, { occurred_at }: NewInteraction) =>
  occurred_at === undefined ? ctx.now : new Date(occurred_at)

function rowOf(ctx: Ctx, item: NewInteraction, ids: number[], fold: boolean): InteractionRow {
  const id = newId()
  const amount = item.amount_minor ?? null
  return {
    id,
    occurred_at: timeOf(ctx, item),
    received_at: ctx.now,
    sent_at: null,
    original_at: null,
    identifier_id: ids[0] ?? 0,
    identifier_ids: ids,
    channel: item.channel,
    kind: item.kind,
    name: item.name ?? null,
    source: item.source ?? ctx.principal.actor.kind,
    direction: item.direction ?? null,
    // A refund takes away what a purchase brought, whoever reports it and with whichever sign.
    amount_minor: amount !== null && item.kind === 'refund' ? -Math.abs(amount) : amount,
    currency: item.currency ?? null,
    feeling: item.feeling ?? null,
    score: item.score ?? null,
    ref_kind: item.ref_kind ?? null,
    ref_id: item.ref_id ?? null,
    member_id: item.member_id ?? ctx.principal.member_id,
    text: item.text ?? null,
    properties: toStorableJson(item.properties ?? {}),
    context: '{}',
    message_id: item.message_id ?? id,
    group_id: null,
    folds: fold && !item.person_id && !item.company_id,
  }
}

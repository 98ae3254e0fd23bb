import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { told } from '../core/text-sentence.ts'
import { getKind, type RecordHooks, type WriteEvent, type WriteItem } from '../records/index.ts'
import type { BatchBody, Outcome } from '../records/records.contract.ts'
import { companyKind, personKind } from './customers.contract.ts'
import { keepNameInStep } from './drafts.ts'
import { type LoadedGraph, loadGraph, saveGraph } from './graph-store.ts'
import { linkGroups } from './group-links.ts'
import { countryOf, identifierIds, normaliseAll } from './identifiers.ts'
import { assign, ownerOf, rootOf } from './identity-graph.ts'
import { undoMergeOf } from './merge-rights.ts'
import { companyMerge, personMerge } from './mergeable.ts'
import { emailOf, type Identifier, keyOf, normalForm, phoneOf } from './normal-form.ts'
import { type Replaced, releaseReplaced } from './record-identifiers.ts'
import { says } from './says.ts'
import { type CompanyMatch, type PersonMatch, type UpsertOutcome } from './upsert.contract.ts'
import { upsertCompanies } from './upsert-companies.ts'
import { upsertPeople } from './upsert-people.ts'

// Where people and companies behave in their own way when a record is written: identifiers keep in step with the fields.

async function normalise(ctx: Ctx, items: WriteItem[]): Promise<void> {
  const country = await countryOf(ctx)
  for (const { values, before } of items) {
    const { email, phone, currency } = values
    if (typeof email === 'string') values['email'] = emailOf(email)
    if (typeof phone === 'string') values['phone'] = phoneOf(phone, country) ?? phone
    if (typeof currency === 'string') values['currency'] = currency.toUpperCase()
    keepNameInStep(before ?? {}, values)
  }
}

const naming = ['name', 'given_name', 'family_name', 'email', 'phone', 'external_id']

/** Nothing is left to know the person by. One that only events know, by a user id, may stay nameless. */
const emptied = (values: Record<string, unknown>, before: Record<string, unknown> | null): boolean =>
  (before === null || naming.some(field => before[field])) &&
  !naming.some(field => (field in values ? values[field] : before?.[field]))

const personBefore: NonNullable<RecordHooks['beforeWrite']> = async (ctx, items) => {
  await normalise(ctx, items)
  for (const { values, before } of items)
    if (emptied(values, before))
      throw fail('invalid', {
        code: 'nameless',
        detail: says.nameless(),
        errors: [{ path: 'name', message: says.name_needed() }],
      })
}

const identifying = ['email', 'phone', 'external_id'] as const

interface Written {
  id: string
  identifiers: Identifier[]
  replaced: Replaced[]
}

function writtenOf(event: WriteEvent, country: string | undefined): Written[] {
  return event.rows.map(({ before, after }) => {
    const raw = identifying.flatMap(type => {
      const value = after[type]
      const moved = event.op === 'restore' || before?.[type] !== value
      return moved && typeof value === 'string' ? [{ type, value }] : []
    })
    const replaced = identifying.flatMap(type => {
      const value = before?.[type]
      return event.op === 'update' && typeof value === 'string' && value !== after[type]
        ? [{ root: after.id, type, value }]
        : []
    })
    return { id: after.id, identifiers: normaliseAll(raw, country).identifiers, replaced }
  })
}

/** Another live person with the same hard identifier: the write is refused and says so. */
function refuseTaken({ graph }: LoadedGraph, written: Written): void {
  for (const identifier of written.identifiers) {
    if (identifier.type === 'phone') continue
    const owner = ownerOf(graph, identifier)
    if (owner === undefined || rootOf(graph, owner) === written.id) continue
    throw fail('conflict', {
      code: `${identifier.type}_taken`,
      detail: says.identifier_taken({ value: identifier.value }),
      errors: [{ path: identifier.type, message: says.of_another_person() }],
    })
  }
}

const tracked = (fields: string[], event: WriteEvent) =>
  event.rows.flatMap(({ before, after }) => {
    const changed = fields.filter(field => (before?.[field] ?? null) !== (after[field] ?? null))
    const [was, is] = [customOf(before), customOf(after)]
    const custom = Object.keys({ ...was, ...is }).filter(
      key => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
    )
    const keys = [...changed, ...custom.map(key => `custom.${key}`)]
    return keys.length === 0 ? [] : [{ id: after.id, keys }]
  })
const customOf = (row: Record<string, unknown> | null) => (row?.['custom'] ?? {}) as Record<string, unknown>

/** What somebody edited counts from now: an older event that arrives late does not overwrite it. */
async function noteEdits(
  ctx: Ctx,
  table: 'person' | 'company',
  fields: string[],
  event: WriteEvent,
): Promise<void> {
  const edits = event.op === 'update' ? tracked(fields, event) : []
  if (edits.length === 0) return
  await sql`
    update ${sql.table(table)} t set as_of = t.as_of || (select jsonb_object_agg(key, ${ctx.now.toISOString()}::text) from jsonb_array_elements_text(x.keys) key)
    from jsonb_to_recordset(${JSON.stringify(edits)}::jsonb) x (id uuid, keys jsonb)
    where t.workspace_id = ${ctx.workspace_id} and t.id = x.id`.execute(ctx.db)
}

const writable = (kind: typeof personKind | typeof companyKind) =>
  kind.fields.filter(field => !('read_only' in field)).map(field => field.key)

const personAfter: NonNullable<RecordHooks['onWrite']> = async (ctx, event) => {
  if (event.op === 'delete') return
  const written = writtenOf(event, await countryOf(ctx))
  await releaseReplaced(
    ctx,
    written.flatMap(one => one.replaced),
  )
  const identifiers = written.flatMap(one => one.identifiers)
  if (identifiers.length > 0) {
    const loaded = await loadGraph(ctx, await identifierIds(ctx, identifiers))
    for (const one of written) {
      refuseTaken(loaded, one)
      loaded.graph.nodes.set(one.id, { root: one.id, deleted: false })
      const sighting = { identifiers: one.identifiers, at: ctx.now.getTime(), rule: 'record' }
      const { changes } = assign(loaded.graph, sighting, one.id)
      await saveGraph(
        ctx,
        loaded,
        changes.map(change => ({ change, evidence: null })),
      )
    }
  }
  await noteEdits(ctx, 'person', writable(personKind), event)
}

const companyAfter: NonNullable<RecordHooks['onWrite']> = async (ctx, event) => {
  if (event.op === 'delete') return
  for (const { before, after } of event.rows) {
    const external = after['external_id']
    if (typeof external !== 'string' || before?.['external_id'] === external) continue
    const form = normalForm('group_id', external)
    if (!('value' in form)) continue
    const group: Identifier = { type: 'group_id', value: form.value }
    const id = (await identifierIds(ctx, [group])).get(keyOf(group))
    if (id !== undefined) await linkGroup(ctx, id, after.id, external)
  }
  await noteEdits(ctx, 'company', writable(companyKind), event)
}

async function linkGroup(ctx: Ctx, identifierId: number, companyId: string, external: string): Promise<void> {
  const { rows } = await sql<{ company_id: string }>`
    select ic.company_id from identifier_company ic
    join company c on c.workspace_id = ic.workspace_id and c.id = ic.company_id and c.deleted_at is null
    where ic.workspace_id = ${ctx.workspace_id} and ic.identifier_id = ${identifierId} and ic.company_id <> ${companyId}`.execute(
    ctx.db,
  )
  if (rows.length > 0)
    throw fail('conflict', {
      code: 'external_id_taken',
      detail: says.external_id_taken({ id: external }),
      errors: [{ path: 'external_id', message: says.of_another_company() }],
    })
  await linkGroups(ctx, [{ identifier_id: identifierId, company_id: companyId }])
}

async function matchOf<Match extends string>(
  ctx: Ctx,
  body: BatchBody,
  kind: 'person' | 'company',
  usual: Match[],
): Promise<Match[]> {
  if (body.mode === 'create') return []
  const own = (await getKind(ctx, kind)).fields.filter(field => field.id !== undefined && field.unique)
  const known: string[] = [...builtInMatches[kind], ...own.map(field => field.key)]
  const match = body.match ?? usual
  const wrong = match.find(key => !known.some(one => one === key))
  if (wrong !== undefined || match.length === 0)
    throw fail('invalid', { errors: [{ path: 'match', message: says.match_some_of({ fields: known }) }] })
  return match as Match[]
}

const builtInMatches = {
  person: ['id', 'email', 'phone', 'external_id', 'user_id'],
  company: ['id', 'domain', 'external_id', 'name'],
}
const modes = { create: 'create', upsert: 'both' } as const

/** What the contract does not know is refused, item by item. */
async function upsertKnown(
  body: BatchBody,
  fields: string[],
  run: (items: Record<string, unknown>[]) => Promise<UpsertOutcome[]>,
): Promise<{ outcomes: Outcome[] }> {
  const known = new Set([...fields, 'custom', 'id', 'tags'])
  const outcomes: Outcome[] = []
  const good = body.items.flatMap((item, index) => {
    const stranger = Object.keys(item).find(key => !known.has(key))
    if (stranger === undefined) return [{ item, index }]
    outcomes[index] = {
      index,
      status: 'rejected',
      code: 'invalid',
      ...told(says.no_field_to_write({ field: stranger.slice(0, 60) })),
    }
    return []
  })
  const done = await run(good.map(({ item }) => item))
  for (const [position, { index }] of good.entries()) {
    const outcome = done[position]
    if (outcome !== undefined) outcomes[index] = { ...outcome, index }
  }
  return { outcomes }
}

export const personHooks: RecordHooks = {
  beforeWrite: personBefore,
  undoMerge: undoMergeOf(personMerge),
  onWrite: personAfter,
  batch: async (ctx, body) => {
    const match = await matchOf<PersonMatch>(ctx, body, 'person', ['external_id', 'email'])
    return upsertKnown(body, [...writable(personKind), 'user_id'], items =>
      upsertPeople(ctx, items, { mode: modes[body.mode], match }),
    )
  },
}

export const companyHooks: RecordHooks = {
  beforeWrite: normalise,
  undoMerge: undoMergeOf(companyMerge),
  onWrite: companyAfter,
  batch: async (ctx, body) => {
    const match = await matchOf<CompanyMatch>(ctx, body, 'company', ['external_id', 'domain'])
    return upsertKnown(body, writable(companyKind), items =>
      upsertCompanies(ctx, items, { mode: modes[body.mode], match }),
    )
  },
}

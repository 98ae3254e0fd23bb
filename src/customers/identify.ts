import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { type CompanyMention, companiesOf } from './company-mentions.ts'
import { foldField, foldInto, loadDrafts, newDraft, type RecordDraft, saveDrafts, seen } from './drafts.ts'
import { type LoadedGraph, loadGraph, type MadeChange, saveGraph } from './graph-store.ts'
import {
  countryOf,
  findIdentifierIds,
  identifierIds,
  type RawIdentifier,
  usableIdentifiers,
} from './identifiers.ts'
import { decide, hardOf, type Sighting, type Verdict } from './identity-graph.ts'
import { joinNameless } from './nameless.ts'
import { type Identifier, keyOf } from './normal-form.ts'
import { recordConflicts } from './reviews.ts'
import { splitRest } from './trait-fields.ts'
import { type ReadTraits, readTraits, type Traits } from './traits.ts'

export interface PersonSighting {
  identifiers: RawIdentifier[]
  traits?: Traits
  at: Date
  /** What saw them together: identify, alias, track, import… */
  rule: string
  evidence?: unknown
  /** alias: the id used before. */
  previous?: string
  /** The company the person was seen to belong to. */
  company_id?: string
}

export interface PersonOutcome {
  person_id: string | null
  status: 'created' | 'updated' | 'unchanged' | 'conflict'
  reason?: string
}

interface Prepared {
  item: PersonSighting
  sighting: Sighting
  read: ReadTraits
  company: CompanyMention | undefined
  unusable: string | undefined
}

const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(2200, 0, 1)

/** An e-mail address or phone number among the traits identifies as well. */
function rawIdentifiersOf(item: PersonSighting, read: ReadTraits): RawIdentifier[] {
  const raw = [...item.identifiers]
  for (const type of ['email', 'phone']) {
    const value = read.fields[type]
    if (typeof value === 'string' && !raw.some(one => one.type === type)) raw.push({ type, value })
  }
  // Looked up as a user id; as an anonymous id it is used only if that fails.
  if (item.previous !== undefined) raw.push({ type: 'anonymous_id', value: item.previous })
  return raw
}

const mentionOf = (read: ReadTraits): CompanyMention | undefined =>
  read.company === undefined
    ? undefined
    : {
        ...(read.company.id === undefined ? {} : { group_id: read.company.id }),
        ...(read.company.name === undefined ? {} : { name: read.company.name }),
        traits: read.company.traits,
      }

async function prepare(ctx: Ctx, items: readonly PersonSighting[]): Promise<Prepared[]> {
  const country = await countryOf(ctx)
  const reads = items.map(item => readTraits('person', item.traits ?? {}, country))
  const usable = await usableIdentifiers(
    ctx,
    items.map((item, index) => rawIdentifiersOf(item, reads[index] ?? readTraits('person', {}))),
  )
  return items.map((item, index) => {
    const { identifiers, unusable } = usable[index] ?? { identifiers: [], unusable: [] }
    const previous = item.previous?.trim()
    const known = identifiers.filter(one => one.value !== previous || one.type !== 'anonymous_id')
    const aliased = known.length < identifiers.length && previous !== undefined
    const time = item.at.getTime()
    const read = reads[index] ?? readTraits('person', {})
    return {
      item,
      sighting: { identifiers: known, at: time, rule: item.rule, ...(aliased ? { previous } : {}) },
      read,
      company: mentionOf(read),
      unusable: !(time > earliest && time < latest) ? 'absurd_time' : unusable[0]?.reason,
    }
  })
}

const anonymous = (value: string): Identifier => ({ type: 'anonymous_id', value })
const userId = (value: string): Identifier => ({ type: 'user_id', value })

async function identifiersOf(ctx: Ctx, prepared: Prepared[]): Promise<Map<string, number>> {
  const wanted = new Map<string, Identifier>()
  const before = new Map<string, Identifier>()
  for (const { sighting } of prepared) {
    for (const one of sighting.identifiers) wanted.set(keyOf(one), one)
    if (sighting.previous === undefined) continue
    wanted.set(keyOf(anonymous(sighting.previous)), anonymous(sighting.previous))
    before.set(keyOf(userId(sighting.previous)), userId(sighting.previous))
  }
  const ids = await identifierIds(ctx, [...wanted.values()])
  const known = await findIdentifierIds(
    ctx,
    [...before.values()].filter(one => !ids.has(keyOf(one))),
  )
  return new Map([...ids, ...known])
}

async function graphFor(ctx: Ctx, prepared: Prepared[]): Promise<LoadedGraph> {
  const ids = await identifiersOf(ctx, prepared)
  const loaded = await loadGraph(ctx, ids)
  const seen = prepared.map(({ sighting, item }) => ({ sighting, evidence: item.evidence }))
  return (await joinNameless(ctx, loaded, seen)) ? loadGraph(ctx, ids) : loaded
}

function outcomeOf(
  verdict: Verdict,
  root: string,
  moved: boolean,
  unusable: string | undefined,
): PersonOutcome {
  const reason = verdict.refused ?? unusable
  const more = reason === undefined ? {} : { reason }
  if (verdict.conflicts.length > 0)
    return { person_id: root, status: 'conflict', reason: 'belongs_to_another_person' }
  if (verdict.created) return { person_id: root, status: 'created', ...more }
  return { person_id: root, status: moved || verdict.changes.length > 0 ? 'updated' : 'unchanged', ...more }
}

/** An e-mail address that is somebody else's is not written into this person's field either. */
function ownFields(read: ReadTraits, verdict: Verdict, sighting: Sighting): ReadTraits {
  const foreign = sighting.identifiers.some(one => one.type === 'email' && verdict.foreign.has(keyOf(one)))
  if (!foreign) return read
  const { email: _foreign, ...fields } = read.fields
  return { ...read, fields }
}

/** What the identifiers themselves tell of a person that has nothing better. */
function impliedFields(draft: RecordDraft, one: Prepared, verdict: Verdict): Record<string, string> {
  const own = one.sighting.identifiers.filter(identifier => !verdict.foreign.has(keyOf(identifier)))
  const email = own.find(identifier => identifier.type === 'email')?.value
  const external = own.find(identifier => identifier.type === 'external_id')?.value
  return {
    ...(email !== undefined && !draft.values['email'] ? { email } : {}),
    ...(external !== undefined && !draft.values['external_id']
      ? { external_id: external.slice(external.indexOf(':') + 1) }
      : {}),
  }
}

function foldPerson(
  draft: RecordDraft,
  one: Prepared,
  verdict: Verdict,
  split: { custom: Traits; rest: Traits },
): boolean {
  const { at } = one.sighting
  const read = ownFields(one.read, verdict, one.sighting)
  if (read.created_at !== undefined) seen(draft, read.created_at)
  seen(draft, at)
  const fields = { ...impliedFields(draft, one, verdict), ...read.fields }
  return foldInto(draft, { fields, rest: split.rest }, split.custom, at)
}

/** What names somebody in two ways goes first, so that what names them in one way meets them; otherwise in order of time. */
function inOrder(prepared: Prepared[]): { one: Prepared; index: number }[] {
  const ways = ({ sighting }: Prepared) => (hardOf(sighting).length > 1 ? 0 : 1)
  return prepared
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => one.unusable !== 'absurd_time')
    .sort((a, b) => ways(a.one) - ways(b.one) || a.one.sighting.at - b.one.sighting.at)
}

/** Who each sighting is, what it tells about them, and what it changes; one bad item fails only itself. */
export async function identifyPeople(ctx: Ctx, items: readonly PersonSighting[]): Promise<PersonOutcome[]> {
  const prepared = await prepare(ctx, items)
  const order = inOrder(prepared)
  const loaded = await graphFor(
    ctx,
    order.map(({ one }) => one),
  )
  const outcomes: PersonOutcome[] = prepared.map(one => ({
    person_id: null,
    status: 'unchanged',
    reason: one.unusable ?? 'names_nobody',
  }))
  const decided = order.map(({ one, index }) => ({
    one,
    index,
    verdict: decide(loaded.graph, one.sighting, newId),
  }))
  const rootOf = (node: string) => loaded.graph.nodes.get(node)?.root ?? node
  const drafts = await draftsFor(
    ctx,
    decided.flatMap(({ verdict }) => (verdict.node === undefined ? [] : [rootOf(verdict.node)])),
    decided,
  )
  const companies = await companiesOf(
    ctx,
    decided.map(({ one }) => ({ mention: one.company, at: one.sighting.at })),
  )
  const split = await splitRest(
    ctx,
    'person',
    decided.map(({ one }) => one.read.rest),
  )
  for (const [position, { one, index, verdict }] of decided.entries()) {
    const draft = verdict.node === undefined ? undefined : drafts.get(rootOf(verdict.node))
    if (draft === undefined) continue
    let moved = foldPerson(draft, one, verdict, split[position] ?? { custom: {}, rest: {} })
    const company = companies[position] ?? one.item.company_id
    if (company !== undefined) moved = foldField(draft, 'company_id', company, one.sighting.at) || moved
    outcomes[index] = outcomeOf(verdict, draft.id, moved, one.unusable)
  }
  await saveDrafts(ctx, 'person', drafts.values())
  const made: MadeChange[] = decided.flatMap(({ one, verdict }) =>
    verdict.changes.map(change => ({ change, evidence: one.item.evidence })),
  )
  await saveGraph(ctx, loaded, made)
  await recordConflicts(
    ctx,
    decided.flatMap(({ one, verdict }) =>
      verdict.conflicts.map(conflict => ({
        ...conflict,
        rule: one.item.rule,
        evidence: one.item.evidence,
        at: one.item.at,
      })),
    ),
  )
  return outcomes
}

async function draftsFor(
  ctx: Ctx,
  roots: string[],
  decided: { verdict: Verdict }[],
): Promise<Map<string, RecordDraft>> {
  const fresh = new Set(
    decided.flatMap(({ verdict }) =>
      verdict.changes.flatMap(change => (change.kind === 'person' ? [change.node] : [])),
    ),
  )
  const drafts = await loadDrafts(
    ctx,
    'person',
    [...new Set(roots)].filter(root => !fresh.has(root)),
  )
  for (const node of fresh) drafts.set(node, newDraft(node))
  return drafts
}

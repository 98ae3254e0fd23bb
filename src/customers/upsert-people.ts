import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { companiesNamed } from './companies-named.ts'
import { personKind } from './customers.contract.ts'
import { loadDrafts, newDraft, type RecordDraft, saveDrafts, writeValues } from './drafts.ts'
import { type LoadedGraph, loadGraph, type MadeChange, saveGraph } from './graph-store.ts'
import {
  countryOf,
  findIdentifierIds,
  makeIdentifiers,
  normaliseAll,
  type RawIdentifier,
} from './identifiers.ts'
import { assign, ownerOf, rootOf, type Sighting } from './identity-graph.ts'
import { type Identifier, keyOf } from './normal-form.ts'
import { releaseReplaced } from './record-identifiers.ts'
import { identifierNames, says } from './says.ts'
import { readTags, withTags } from './tagged.ts'
import { together } from './together.ts'
import { checkCustom } from './trait-fields.ts'
import { tried } from './tried.ts'
import {
  isCustomMatch,
  type PersonItem,
  type PersonMatch,
  type UpsertOptions,
  type UpsertOutcome,
} from './upsert.contract.ts'
import { type Checked, checkItem, waves } from './upsert-items.ts'
import { checkReferences, mayWrite, writeScope } from './upsert-rights.ts'
import { type Holding, holderOf, loadHolders, takenFrom, uniqueKeys } from './upsert-unique.ts'

type Options = UpsertOptions<PersonMatch>

interface Entry extends Checked<PersonItem>, Holding {
  identifiers: Identifier[]
  outcome: UpsertOutcome
  tags?: { key: string; ids: readonly string[] }
}

function rawOf({ item, values }: Checked<PersonItem>, source: string | undefined): RawIdentifier[] {
  const raw: RawIdentifier[] = []
  const add = (type: string, value: unknown) => {
    if (typeof value === 'string' && value !== '') raw.push({ type, value })
  }
  add('email', values['email'])
  add('user_id', item.user_id)
  if (typeof values['external_id'] === 'string')
    add('external_id', source === undefined ? values['external_id'] : `${source}:${values['external_id']}`)
  add('phone', values['phone'])
  for (const email of item.other_emails ?? []) add('email', email)
  for (const phone of item.other_phones ?? []) add('phone', phone)
  return raw
}

const hard = new Set(['email', 'external_id', 'user_id'])
const nameless = (values: Record<string, unknown>) =>
  !['name', 'given_name', 'family_name', 'email', 'phone', 'external_id'].some(field => values[field])

const reject = (entry: Entry, code: string, said: Said, id?: string): undefined => {
  entry.outcome = {
    index: entry.index,
    status: 'rejected',
    code,
    ...told(said),
    ...(id === undefined ? {} : { id }),
  }
}

/** The root an item means; null when it is new; undefined when it was rejected. */
function targetOf(
  entry: Entry,
  loaded: LoadedGraph,
  byId: Map<string, string>,
  options: Options,
): string | null | undefined {
  const { graph } = loaded
  const owner = (identifier: Identifier) => {
    const node = graph.shared.has(keyOf(identifier)) ? undefined : ownerOf(graph, identifier)
    return node === undefined ? undefined : rootOf(graph, node)
  }
  let target: string | undefined
  for (const match of options.match) {
    if (isCustomMatch(match)) target ??= holderOf(entry, match)
    else if (match === 'id') target ??= byId.get(entry.item.id ?? '')
    else for (const one of entry.identifiers) if (one.type === match) target ??= owner(one)
  }
  // Other addresses are extra: they are taken only if nobody has them.
  const main = entry.identifiers.filter(
    one => hard.has(one.type) && !entry.item.other_emails?.includes(one.value),
  )
  const foreign = main.find(one => owner(one) !== undefined && owner(one) !== target)
  if (foreign !== undefined) {
    const what = says.identifier({
      type: identifierNames[foreign.type]?.() ?? foreign.type.replace('_', ' '),
      value: foreign.value,
    })
    return options.mode === 'create' && target === undefined
      ? reject(entry, 'already_exists', says.person_has({ what }), owner(foreign))
      : reject(entry, 'belongs_to_another_person', says.of_other_person({ what }), owner(foreign))
  }
  const taken = takenFrom(entry, target)
  if (taken) return reject(entry, 'value_taken', taken.said, taken.record)
  if (target !== undefined && options.mode === 'create')
    return reject(entry, 'already_exists', says.person_exists(), target)
  if (target === undefined && options.mode === 'update')
    return reject(entry, 'no_match', says.no_person_matches())
  if (target === undefined && nameless(entry.values)) return reject(entry, 'nameless', says.nameless())
  return target ?? null
}

async function rootsById(
  ctx: Ctx,
  entries: Entry[],
  match: readonly PersonMatch[],
): Promise<Map<string, string>> {
  const ids = match.includes('id') ? entries.flatMap(entry => entry.item.id ?? []) : []
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; root_id: string }>`
    select p.id, p.root_id from person p join person r on r.workspace_id = p.workspace_id and r.id = p.root_id
    where p.workspace_id = ${ctx.workspace_id} and p.id = any(${ids}::uuid[]) and r.deleted_at is null`.execute(
    ctx.db,
  )
  return new Map(rows.map(row => [row.id, row.root_id]))
}

interface Target {
  entry: Entry
  draft: RecordDraft
  replaced: { root: string; type: string; value: string }[]
}

function write(ctx: Ctx, { entry, draft, replaced }: Target): void {
  const before = { email: draft.values['email'], phone: draft.values['phone'] }
  const changed = writeValues(draft, entry.values, withTags(draft, entry), ctx.now)
  entry.outcome = {
    index: entry.index,
    status: draft.created ? 'created' : changed ? 'updated' : 'unchanged',
    id: draft.id,
  }
  if (draft.created) return
  for (const type of ['email', 'phone'] as const) {
    const value = before[type]
    if (typeof value === 'string' && value !== draft.values[type])
      replaced.push({ root: draft.id, type, value })
  }
}

const sightingOf = (ctx: Ctx, entry: Entry): Sighting => ({
  identifiers: entry.identifiers,
  at: ctx.now.getTime(),
  rule: 'record',
})

async function upsertWave(ctx: Ctx, entries: Entry[], options: Options): Promise<void> {
  const asked = entries.flatMap(entry => entry.identifiers)
  const loaded = await loadGraph(ctx, await findIdentifierIds(ctx, asked))
  const byId = await rootsById(ctx, entries, options.match)
  const chosen = entries.flatMap(entry => {
    const target = targetOf(entry, loaded, byId, options)
    return target === undefined ? [] : [{ entry, target }]
  })
  const stored = await loadDrafts(
    ctx,
    'person',
    chosen.flatMap(({ target }) => target ?? []),
  )
  const drafted = chosen.map(({ entry, target }): Target => {
    const draft = (target === null ? undefined : stored.get(target)) ?? newDraft(newId())
    return { entry, draft, replaced: [] }
  })
  const scope = writeScope(ctx, 'person')
  const targets = drafted.filter(({ entry, draft }) => {
    if (mayWrite(ctx, scope, draft)) return true
    reject(entry, 'records_read_only', says.person_read_only())
    return false
  })
  for (const target of targets) write(ctx, target)
  await together(savePeople(ctx, targets), giveIdentifiers(ctx, targets, loaded))
}

async function savePeople(ctx: Ctx, targets: Target[]): Promise<void> {
  await saveDrafts(
    ctx,
    'person',
    targets.map(target => target.draft),
  )
}

/** The connection takes one statement after the other; this program decides whose the identifiers are while people are written. */
async function giveIdentifiers(ctx: Ctx, targets: Target[], loaded: LoadedGraph): Promise<void> {
  const missing = targets.flatMap(({ entry }) => entry.identifiers).filter(one => !loaded.ids.has(keyOf(one)))
  const replaced = targets.flatMap(target => target.replaced)
  const making = makeIdentifiers(ctx, missing)
  const releasing = releaseReplaced(ctx, replaced)
  const assigning = setImmediate().then(() => assignAll(ctx, targets, loaded))
  await together(making, releasing, assigning)
  for (const [key, id] of await making) loaded.ids.set(key, id)
  await saveGraph(ctx, loaded, await assigning)
}

function assignAll(ctx: Ctx, targets: Target[], { graph }: LoadedGraph): MadeChange[] {
  const made: MadeChange[] = []
  for (const { entry, draft } of targets) {
    if (draft.created) graph.nodes.set(draft.id, { root: draft.id, deleted: false })
    const { changes } = assign(graph, sightingOf(ctx, entry), draft.id)
    if (changes.length > 0 && entry.outcome.status === 'unchanged') entry.outcome.status = 'updated'
    for (const change of changes) made.push({ change, evidence: null })
  }
  return made
}

function entriesOf(
  items: readonly PersonItem[],
  country: string | undefined,
  source: string | undefined,
  outcomes: UpsertOutcome[],
): Entry[] {
  return items.flatMap((item, index) => {
    const checked = checkItem(personKind, index, item, country)
    if ('detail' in checked) {
      outcomes[index] = { ...checked, status: 'rejected' }
      return []
    }
    const { identifiers } = normaliseAll(rawOf(checked, source), country)
    return [{ ...checked, identifiers, outcome: { index, status: 'unchanged' as const }, holders: new Map() }]
  })
}

const keysOf = (entry: Entry): string[] => [
  ...entry.identifiers.map(keyOf),
  ...(typeof entry.item.id === 'string' ? [entry.item.id] : []),
]

/** Creates and updates people in bulk; the same data again changes nothing and leaves no trace. */
export async function upsertPeople(
  ctx: Ctx,
  items: readonly PersonItem[],
  options: Options,
): Promise<UpsertOutcome[]> {
  return tried(ctx, options.dry_run ?? false, async () => {
    const outcomes: UpsertOutcome[] = []
    const country = await countryOf(ctx)
    const checked = entriesOf(items, country, options.source, outcomes)
    const fitting = await checkCustom(ctx, 'person', checked, outcomes)
    const tagged = await readTags(ctx, 'person', fitting, outcomes)
    const entries = await checkReferences(ctx, tagged, outcomes)
    await companiesNamed(ctx, entries, options.source)
    const custom = await uniqueKeys(ctx, 'person', entries)
    for (const wave of waves(entries, entry => [...keysOf(entry), ...custom(entry)])) {
      await loadHolders(ctx, 'person', wave)
      await upsertWave(ctx, wave, options)
      for (const { index, outcome } of wave) outcomes[index] = outcome
    }
    return outcomes
  })
}

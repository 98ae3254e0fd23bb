import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { type Said, told } from '../core/text-sentence.ts'
import { lockCompanyNames } from './companies-named.ts'
import { companyKind } from './customers.contract.ts'
import { loadDrafts, newDraft, type RecordDraft, saveDrafts, writeValues } from './drafts.ts'
import { linkGroups } from './group-links.ts'
import { countryOf, identifierIds } from './identifiers.ts'
import { type Identifier, keyOf, normalForm } from './normal-form.ts'
import { says } from './says.ts'
import { readTags, withTags } from './tagged.ts'
import { checkCustom } from './trait-fields.ts'
import { tried } from './tried.ts'
import {
  type CompanyItem,
  type CompanyMatch,
  isCustomMatch,
  type UpsertOptions,
  type UpsertOutcome,
} from './upsert.contract.ts'
import { type Checked, checkItem, waves } from './upsert-items.ts'
import { checkReferences, mayWrite, writeScope } from './upsert-rights.ts'
import { type Holding, holderOf, loadHolders, takenFrom, uniqueKeys } from './upsert-unique.ts'

type Options = UpsertOptions<CompanyMatch>

interface Entry extends Checked<CompanyItem>, Holding {
  group: Identifier | undefined
  outcome: UpsertOutcome
  tags?: { key: string; ids: readonly string[] }
}

interface Candidate {
  place: number
  norm: string
  id: string | null
  domain: string | null
  external_id: string | null
  name: string | null
}

/** A company's external id is the group id that events and interactions know it by. */
function groupOf(values: Record<string, unknown>, source: string | undefined): Identifier | undefined {
  const external = values['external_id']
  if (typeof external !== 'string') return undefined
  const form = normalForm('group_id', source === undefined ? external : `${source}:${external}`)
  return 'value' in form ? { type: 'group_id', value: form.value } : undefined
}

/** The oldest company of which this holds or that one is read through of which it holds. */
const rootWhere = (ctx: Ctx, condition: RawBuilder<unknown>) => sql`(
  select r.id::text from company c join company r on r.workspace_id = c.workspace_id and r.id = c.root_id and r.deleted_at is null
  where c.workspace_id = ${ctx.workspace_id} and c.deleted_at is null and ${condition} order by r.created_at, r.id limit 1)`

/** For each item the company that each of its keys names: the oldest where a domain or name is borne by several. */
async function candidates(ctx: Ctx, entries: Entry[], { match }: Options): Promise<Candidate[]> {
  const asked = entries.map(({ item, values, group }, place) => ({
    place,
    id: item.id ?? null,
    // thousands may share a name: it is only looked for where it is asked for
    name: (match.includes('name') && values['name']) || '',
    domain: (match.includes('domain') && values['domain']) || null,
    group_id: group?.value ?? null,
  }))
  return (
    await sql<Candidate>`
      select a.place, a.norm,
        ${rootWhere(ctx, sql`c.id = a.id`)} as id,
        ${rootWhere(ctx, sql`c.domain_norm = a.domain`)} as domain,
        (select r.id::text from identifier i
          join identifier_company ic on ic.workspace_id = i.workspace_id and ic.identifier_id = i.id
          join company c on c.workspace_id = ic.workspace_id and c.id = ic.company_id
          join company r on r.workspace_id = c.workspace_id and r.id = c.root_id and r.deleted_at is null
          where i.workspace_id = ${ctx.workspace_id} and i.type = 'group_id' and i.value = a.group_id) as external_id,
        ${rootWhere(ctx, sql`c.name_sort = a.norm and a.norm <> ''`)} as name
      from (select x.place, x.id, rapport.normal(x.name) as norm, lower(x.domain) as domain, x.group_id
        from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) x (place int, id uuid, name text, domain text, group_id text)) a
      order by a.place`.execute(ctx.db)
  ).rows
}

const reject = (entry: Entry, code: string, said: Said, id?: string): undefined => {
  entry.outcome = {
    index: entry.index,
    status: 'rejected',
    code,
    ...told(said),
    ...(id === undefined ? {} : { id }),
  }
}

function targetOf(entry: Entry, found: Candidate | undefined, options: Options): string | null | undefined {
  let target: string | undefined
  for (const match of options.match)
    target ??= (isCustomMatch(match) ? holderOf(entry, match) : found?.[match]) ?? undefined
  if (found?.external_id && found.external_id !== target)
    return reject(
      entry,
      options.mode === 'create' ? 'already_exists' : 'belongs_to_another_company',
      says.external_id_of_another({ id: String(entry.values['external_id']) }),
      found.external_id,
    )
  const taken = takenFrom(entry, target)
  if (taken) return reject(entry, 'value_taken', taken.said, taken.record)
  if (target !== undefined && options.mode === 'create')
    return reject(entry, 'already_exists', says.company_exists(), target)
  if (target === undefined && options.mode === 'update')
    return reject(entry, 'no_match', says.no_company_matches())
  if (target === undefined && !entry.values['name'] && !entry.values['domain'])
    return reject(entry, 'nameless', says.company_nameless())
  return target ?? null
}

async function upsertWave(ctx: Ctx, entries: Entry[], options: Options): Promise<void> {
  const found = await candidates(ctx, entries, options)
  const chosen = entries.flatMap((entry, place) => {
    const target = targetOf(entry, found[place], options)
    return target === undefined ? [] : [{ entry, target, linked: found[place]?.external_id !== null }]
  })
  const stored = await loadDrafts(
    ctx,
    'company',
    chosen.flatMap(({ target }) => target ?? []),
  )
  const scope = writeScope(ctx, 'company')
  const drafts: RecordDraft[] = []
  const links: { group: Identifier; company_id: string }[] = []
  for (const { entry, target, linked } of chosen) {
    const draft = (target === null ? undefined : stored.get(target)) ?? newDraft(newId())
    if (!mayWrite(ctx, scope, draft)) {
      reject(entry, 'records_read_only', says.company_read_only())
      continue
    }
    if (draft.created) entry.values['name'] ??= entry.values['domain'] ?? null
    const changed = writeValues(draft, entry.values, withTags(draft, entry), ctx.now)
    drafts.push(draft)
    if (entry.group !== undefined && !linked) links.push({ group: entry.group, company_id: draft.id })
    entry.outcome = {
      index: entry.index,
      status: draft.created ? 'created' : changed ? 'updated' : 'unchanged',
      id: draft.id,
    }
  }
  await saveDrafts(ctx, 'company', new Set(drafts))
  const ids = await identifierIds(
    ctx,
    links.map(link => link.group),
  )
  await linkGroups(
    ctx,
    links.flatMap(({ group, company_id }) => {
      const identifier_id = ids.get(keyOf(group))
      return identifier_id === undefined ? [] : [{ identifier_id, company_id }]
    }),
  )
}

const plain = (value: unknown) => String(value).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
/** Items that share one of these may mean one company, so they are written one after the other. */
const keysOf = ({ item, values, group }: Entry, { match }: Options): string[] => [
  ...(typeof item.id === 'string' ? [`id ${item.id}`] : []),
  ...(match.includes('domain') && typeof values['domain'] === 'string'
    ? [`domain ${values['domain'].toLowerCase()}`]
    : []),
  ...(match.includes('name') && typeof values['name'] === 'string' ? [`name ${plain(values['name'])}`] : []),
  ...(group === undefined ? [] : [keyOf(group)]),
]

/** Creates and updates companies in bulk; the same data again changes nothing and leaves no trace. */
export async function upsertCompanies(
  ctx: Ctx,
  items: readonly CompanyItem[],
  options: Options,
): Promise<UpsertOutcome[]> {
  return tried(ctx, options.dry_run ?? false, async () => {
    const outcomes: UpsertOutcome[] = []
    const country = await countryOf(ctx)
    const checked = items.flatMap((item, index): Entry[] => {
      const one = checkItem(companyKind, index, item, country)
      if ('detail' in one) {
        outcomes[index] = { ...one, status: 'rejected' }
        return []
      }
      return [
        {
          ...one,
          group: groupOf(one.values, options.source),
          outcome: { index, status: 'unchanged' },
          holders: new Map(),
        },
      ]
    })
    const fitting = await checkCustom(ctx, 'company', checked, outcomes)
    const tagged = await readTags(ctx, 'company', fitting, outcomes)
    const entries = await checkReferences(ctx, tagged, outcomes)
    await lockCompanyNames(ctx)
    const custom = await uniqueKeys(ctx, 'company', entries)
    for (const wave of waves(entries, entry => [...keysOf(entry, options), ...custom(entry)])) {
      await loadHolders(ctx, 'company', wave)
      await upsertWave(ctx, wave, options)
      for (const { index, outcome } of wave) outcomes[index] = outcome
    }
    return outcomes
  })
}

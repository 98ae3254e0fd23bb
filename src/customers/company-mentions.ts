import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { lockCompanyNames } from './companies-named.ts'
import { foldInto, loadDrafts, newDraft, type RecordDraft, saveDrafts } from './drafts.ts'
import { linkGroups } from './group-links.ts'
import { countryOf, identifierIds } from './identifiers.ts'
import { type Identifier, keyOf, normalForm } from './normal-form.ts'
import { splitRest } from './trait-fields.ts'
import { readTraits, type Traits } from './traits.ts'

// A company as events mention it: by its group id, which is an identifier, or only by its name, which is none.

export interface CompanyMention {
  group_id?: string
  name?: string
  traits: Traits
}

export interface Mentioned {
  mention: CompanyMention | undefined
  at: number
}

const groupOf = (mention: CompanyMention | undefined): Identifier | undefined => {
  if (mention?.group_id === undefined) return undefined
  const form = normalForm('group_id', mention.group_id)
  return 'value' in form ? { type: 'group_id', value: form.value } : undefined
}

/** A company as it was given, which may have been merged since, and the one it is read through. */
interface Known {
  company_id: string
  root_id: string
}

/** Locks the group ids, then tells which company each belongs to, where that is alive. */
async function companiesByGroup(ctx: Ctx, ids: number[]): Promise<Map<number, Known>> {
  if (ids.length === 0) return new Map()
  await sql`select id from identifier where workspace_id = ${ctx.workspace_id} and id = any(${ids}::bigint[]) order by id for no key update`.execute(
    ctx.db,
  )
  const { rows } = await sql<Known & { identifier_id: number }>`
    select ic.identifier_id, a.id as company_id, c.id as root_id from identifier_company ic
    join company a on a.workspace_id = ic.workspace_id and a.id = ic.company_id
    join company c on c.workspace_id = a.workspace_id and c.id = a.root_id and c.deleted_at is null
    where ic.workspace_id = ${ctx.workspace_id} and ic.identifier_id = any(${ids}::bigint[])`.execute(ctx.db)
  return new Map(rows.map(row => [row.identifier_id, row]))
}

interface NameRow {
  name: string
  norm: string
  company_id: string | null
  root_id: string | null
  count: number
}

/** By exact normal form of the name: a company that has it alone, or null where none or several have it. */
async function companiesByName(ctx: Ctx, names: string[]): Promise<Map<string, NameRow>> {
  if (names.length === 0) return new Map()
  await lockCompanyNames(ctx)
  const { rows } = await sql<NameRow>`
    select asked.name, asked.norm, found.company_id, found.root_id, found.count
    from (select name, rapport.normal(name) as norm from unnest(${names}::text[]) name) asked
    cross join lateral (
      select min(a.id::text) as company_id, min(c.id::text) as root_id, count(distinct c.id)::int as count from company a
      join company c on c.workspace_id = a.workspace_id and c.id = a.root_id and c.deleted_at is null
      where a.workspace_id = ${ctx.workspace_id} and a.deleted_at is null and a.name_sort = asked.norm
    ) found`.execute(ctx.db)
  return new Map(rows.map(row => [row.name, row]))
}

interface Placed {
  /** Company by position of the mention; who is said to belong to a merged one goes back with it. */
  company: (string | undefined)[]
  /** What each is read through, and what is said of it is written to. */
  roots: Map<string, string>
  fresh: Map<string, RecordDraft>
  links: { identifier_id: number; company_id: string }[]
}

async function place(ctx: Ctx, mentioned: readonly Mentioned[]): Promise<Placed> {
  const groups = mentioned.map(one => groupOf(one.mention))
  const ids = await identifierIds(ctx, [
    ...new Map(groups.flatMap(one => (one ? [[keyOf(one), one] as const] : []))).values(),
  ])
  const byGroup = await companiesByGroup(ctx, [...ids.values()])
  const names = mentioned.flatMap((one, index) =>
    groups[index] === undefined && one.mention?.name ? [one.mention.name] : [],
  )
  const byName = await companiesByName(ctx, [...new Set(names)])
  const placed: Placed = { company: [], roots: new Map(), fresh: new Map(), links: [] }
  const madeByName = new Map<string, Known>()
  const make = () => {
    const draft = newDraft(newId())
    placed.fresh.set(draft.id, draft)
    return { company_id: draft.id, root_id: draft.id }
  }
  const put = (known: Known) => {
    placed.roots.set(known.company_id, known.root_id)
    placed.company.push(known.company_id)
  }
  for (const [index, { mention }] of mentioned.entries()) {
    const group = groups[index]
    const groupId = group === undefined ? undefined : ids.get(keyOf(group))
    if (groupId !== undefined) {
      const known = byGroup.get(groupId) ?? make()
      if (!byGroup.has(groupId)) placed.links.push({ identifier_id: groupId, company_id: known.company_id })
      byGroup.set(groupId, known)
      put(known)
      continue
    }
    const row =
      mention?.name === undefined || mention.group_id !== undefined ? undefined : byName.get(mention.name)
    if (row === undefined || row.norm === '' || row.count > 1) {
      placed.company.push(undefined)
      continue
    }
    const { company_id, root_id } = row
    const found = company_id === null || root_id === null ? undefined : { company_id, root_id }
    const known = found ?? madeByName.get(row.norm) ?? make()
    madeByName.set(row.norm, known)
    put(known)
  }
  return placed
}

/** The company of each mention, made or folded as needed; undefined where a mention names none for certain. */
export async function companiesOf(
  ctx: Ctx,
  mentioned: readonly Mentioned[],
): Promise<(string | undefined)[]> {
  if (mentioned.every(one => one.mention === undefined)) return mentioned.map(() => undefined)
  const placed = await place(ctx, mentioned)
  const country = await countryOf(ctx)
  const known = [...new Set(placed.roots.values())].filter(id => !placed.fresh.has(id))
  const drafts = new Map([...(await loadDrafts(ctx, 'company', known)), ...placed.fresh])
  const reads = mentioned.map(one => readTraits('company', one.mention?.traits ?? {}, country))
  const split = await splitRest(
    ctx,
    'company',
    reads.map(read => read.rest),
  )
  for (const [index, { mention, at }] of mentioned.entries()) {
    const draft = drafts.get(placed.roots.get(placed.company[index] ?? '') ?? '')
    const read = reads[index]
    if (draft === undefined || read === undefined || mention === undefined) continue
    const { custom, rest } = split[index] ?? { custom: {}, rest: {} }
    const fields = { ...read.fields }
    // A company needs something to be called by.
    if (!draft.values['name'] && fields['name'] === undefined)
      fields['name'] = mention.name ?? mention.group_id ?? null
    foldInto(draft, { fields, rest }, custom, at)
  }
  await saveDrafts(ctx, 'company', drafts.values())
  await linkGroups(ctx, placed.links)
  return placed.company
}

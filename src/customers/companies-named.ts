import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { newDraft, type RecordDraft, saveDrafts } from './drafts.ts'
import { linkGroups } from './group-links.ts'
import { identifierIds } from './identifiers.ts'
import { type Identifier, keyOf as identifierKey, normalForm } from './normal-form.ts'

export interface NamedCompany {
  name?: string | undefined
  domain?: string | undefined
  /** Of the other system; with its name before it this is the group id that companies are known by. */
  external_id?: string | undefined
}

interface Found {
  place: number
  norm: string
  domain: string | null
  group_id: string | null
  by_group: string | null
  by_domain: string | null
  by_name: string | null
}

/** One writer at a time finds and makes companies by name: two at once would each make the same one. */
export const lockCompanyNames = (ctx: Ctx) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`company names of ${ctx.workspace_id}`}, 0))`.execute(
    ctx.db,
  )

/** The oldest company that is alive or read through one that is. */
const known = (ctx: Ctx, condition: RawBuilder<unknown>) => sql`(
  select c.id::text from company c join company r on r.workspace_id = c.workspace_id and r.id = c.root_id and r.deleted_at is null
  where c.workspace_id = ${ctx.workspace_id} and c.deleted_at is null and ${condition} order by c.created_at, c.id limit 1)`

function groupIdOf({ external_id }: NamedCompany, source: string | undefined): string | null {
  if (!external_id?.trim()) return null
  const form = normalForm('group_id', source === undefined ? external_id : `${source}:${external_id.trim()}`)
  return 'value' in form ? form.value : null
}

async function find(ctx: Ctx, asked: NamedCompany[], source: string | undefined): Promise<Found[]> {
  const json = JSON.stringify(
    asked.map((one, place) => ({
      place,
      name: one.name ?? '',
      domain: one.domain ?? null,
      group_id: groupIdOf(one, source),
    })),
  )
  return (
    await sql<Found>`
      with asked as materialized (
        select x.place, rapport.normal(x.name) as norm, lower(x.domain) as domain, x.group_id
        from jsonb_to_recordset(${json}::jsonb) x (place int, name text, domain text, group_id text)
      )
      select a.place, a.norm, a.domain, a.group_id,
        (select c.id::text from identifier i
          join identifier_company ic on ic.workspace_id = i.workspace_id and ic.identifier_id = i.id
          join company c on c.workspace_id = ic.workspace_id and c.id = ic.company_id
          join company r on r.workspace_id = c.workspace_id and r.id = c.root_id and r.deleted_at is null
          where i.workspace_id = ${ctx.workspace_id} and i.type = 'group_id' and i.value = a.group_id) as by_group,
        ${known(ctx, sql`c.domain_norm = a.domain and ${unlikeThe}`)} as by_domain,
        ${known(ctx, sql`c.name_sort = a.norm and a.norm <> '' and ${unlikeThe}`)} as by_name
      from asked a order by a.place`.execute(ctx.db)
  ).rows
}

/** A company that the same system knows by another id is another company, whatever it is called. */
const unlikeThe = sql`(a.group_id is null or not exists (
  select 1 from identifier_company oc join identifier o on o.workspace_id = oc.workspace_id and o.id = oc.identifier_id
  where oc.workspace_id = c.workspace_id and oc.company_id = c.id and o.type = 'group_id' and o.value <> a.group_id
    and split_part(o.value, ':', 1) = split_part(a.group_id, ':', 1)))`

/** The same without making any; null where there is none. */
export async function findCompaniesNamed(
  ctx: Ctx,
  asked: readonly NamedCompany[],
  source: string | undefined,
): Promise<(string | null)[]> {
  if (asked.length === 0) return []
  const found = await find(ctx, [...asked], source)
  const ids = found.map(row => row.by_group ?? row.by_domain ?? row.by_name)
  const { rows } = await sql<{ id: string; root_id: string }>`
    select id, root_id from company
    where workspace_id = ${ctx.workspace_id} and id = any(${ids.filter(id => id !== null)}::uuid[])`.execute(
    ctx.db,
  )
  const roots = new Map(rows.map(row => [row.id, row.root_id]))
  return ids.map(id => (id === null ? null : (roots.get(id) ?? null)))
}

interface Naming {
  item: { company?: NamedCompany; company_id?: string | null }
  values: Record<string, unknown>
}

const saysSomething = ({ name, domain, external_id }: NamedCompany) =>
  Boolean(name?.trim() || domain?.trim() || external_id?.trim())

interface Placing {
  /** Those to be made, under each key that names them. */
  fresh: Map<string, RecordDraft>
  /** The other system's id of companies that were not known by one. */
  links: Map<string, string>
}

/** The company that is meant, or the one to make for it. */
function placeOne(asked: NamedCompany, row: Found, { fresh, links }: Placing): string {
  const { group_id } = row
  const free = (id: string) => group_id === null || (links.get(id) ?? group_id) === group_id
  const keys = [
    ...(group_id === null ? [] : [`group ${group_id}`]),
    ...(row.domain === null ? [] : [`domain ${row.domain}`]),
    ...(row.norm === '' ? [] : [`name ${row.norm}`]),
  ]
  const known = row.by_group ?? [row.by_domain, row.by_name].find(id => id !== null && free(id))
  const again = keys.flatMap(key => fresh.get(key) ?? []).find(({ id }) => free(id))
  const draft = again ?? newDraft(newId())
  if (!known && !again) {
    const name = [asked.name, asked.domain, asked.external_id].map(one => one?.trim()).find(Boolean)
    draft.values = { name: name?.slice(0, 200), domain: row.domain?.slice(0, 253) ?? null }
    for (const key of keys) fresh.set(key, draft)
  }
  const company_id = known ?? draft.id
  if (group_id !== null && row.by_group === null) links.set(company_id, group_id)
  return company_id
}

/** Gives each item that names a company the company's id: found by the other system's id, by domain, by its exact name, else made. */
export async function companiesNamed(ctx: Ctx, items: Naming[], source: string | undefined): Promise<void> {
  const naming = items.filter(({ item }) => item.company && saysSomething(item.company) && !item.company_id)
  if (naming.length === 0) return
  const keyOf = ({ item: { company } }: Naming) =>
    JSON.stringify([company?.name, company?.domain, company?.external_id].map(one => one?.trim() ?? null))
  const distinct = new Map(naming.map(one => [keyOf(one), one.item.company ?? {}]))
  await lockCompanyNames(ctx)
  const found = await find(ctx, [...distinct.values()], source)
  const placing: Placing = { fresh: new Map(), links: new Map() }
  const ids = new Map<string, string>()
  for (const [place, [key, asked]] of [...distinct].entries()) {
    const row = found[place]
    if (row) ids.set(key, placeOne(asked, row, placing))
  }
  await saveDrafts(ctx, 'company', new Set(placing.fresh.values()))
  await rememberGroups(ctx, placing.links)
  for (const one of naming) one.values['company_id'] = ids.get(keyOf(one)) ?? null
}

async function rememberGroups(ctx: Ctx, links: Placing['links']): Promise<void> {
  if (links.size === 0) return
  const groups = [...links].map(([company_id, value]) => ({
    company_id,
    group: { type: 'group_id', value } satisfies Identifier,
  }))
  const ids = await identifierIds(
    ctx,
    groups.map(({ group }) => group),
  )
  await linkGroups(
    ctx,
    groups.flatMap(({ group, company_id }) => {
      const identifier_id = ids.get(identifierKey(group))
      return identifier_id === undefined ? [] : [{ identifier_id, company_id }]
    }),
  )
}

import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { newDraft, saveDrafts } from './drafts.ts'

export interface NamedCompany {
  name?: string
  domain?: string
}

interface Found {
  place: number
  norm: string
  domain: string | null
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

async function find(ctx: Ctx, asked: NamedCompany[]): Promise<Found[]> {
  const json = JSON.stringify(
    asked.map((one, place) => ({ place, name: one.name ?? '', domain: one.domain ?? null })),
  )
  return (
    await sql<Found>`
      with asked as materialized (
        select x.place, rapport.normal(x.name) as norm, lower(x.domain) as domain
        from jsonb_to_recordset(${json}::jsonb) x (place int, name text, domain text)
      )
      select a.place, a.norm, a.domain,
        ${known(ctx, sql`c.domain_norm = a.domain`)} as by_domain,
        ${known(ctx, sql`c.name_sort = a.norm and a.norm <> ''`)} as by_name
      from asked a order by a.place`.execute(ctx.db)
  ).rows
}

interface Naming {
  item: { company?: NamedCompany; company_id?: string | null }
  values: Record<string, unknown>
}

/** Gives each item that names a company the company's id; found by domain, else by its exact name, else made. */
export async function companiesNamed(ctx: Ctx, items: Naming[]): Promise<void> {
  const naming = items.filter(
    ({ item }) => (item.company?.name?.trim() || item.company?.domain?.trim()) && !item.company_id,
  )
  if (naming.length === 0) return
  const keyOf = ({ item }: Naming) =>
    JSON.stringify([item.company?.name?.trim() ?? null, item.company?.domain?.trim() ?? null])
  const distinct = new Map(naming.map(one => [keyOf(one), one.item.company ?? {}]))
  await lockCompanyNames(ctx)
  const found = await find(ctx, [...distinct.values()])
  const fresh = new Map<string, ReturnType<typeof newDraft>>()
  const ids = new Map<string, string>()
  for (const [place, [key, asked]] of [...distinct].entries()) {
    const row = found[place]
    if (row === undefined) continue
    const name = asked.name?.trim().slice(0, 200) || asked.domain?.trim().slice(0, 200)
    const again = fresh.get(`domain ${row.domain}`) ?? fresh.get(`name ${row.norm}`)
    const draft = again ?? newDraft(newId())
    const known = row.by_domain ?? row.by_name
    if (known === null && again === undefined) {
      draft.values = { name, domain: row.domain?.slice(0, 253) ?? null }
      if (row.domain !== null) fresh.set(`domain ${row.domain}`, draft)
      if (row.norm !== '') fresh.set(`name ${row.norm}`, draft)
    }
    ids.set(key, known ?? draft.id)
  }
  await saveDrafts(ctx, 'company', new Set(fresh.values()))
  for (const one of naming) one.values['company_id'] = ids.get(keyOf(one)) ?? null
}

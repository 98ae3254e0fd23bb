import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { type Identifier, normalForm } from './normal-form.ts'

/** Who is meant now, by the first of the identifiers that belongs to anybody; null where nobody is known by them. */
export async function peopleKnownBy(
  ctx: Ctx,
  asked: readonly (readonly Identifier[])[],
  country?: string,
): Promise<(string | null)[]> {
  const forms = asked.flatMap((identifiers, at) =>
    identifiers.flatMap(({ type, value }, place) => {
      const form = normalForm(type, value, country)
      return 'value' in form ? [{ at, place, type, value: form.value }] : []
    }),
  )
  if (!forms.length) return asked.map(() => null)
  const { rows } = await sql<{ at: number; person_id: string }>`
    select distinct on (x.at) x.at, o.root_id as person_id
    from jsonb_to_recordset(${JSON.stringify(forms)}::jsonb) as x (at int, place int, type text, value text)
    join identifier i on i.workspace_id = ${ctx.workspace_id} and i.type = x.type and i.value = x.value
    join identifier_person o on o.workspace_id = i.workspace_id and o.identifier_id = i.id
      and o.retracted_at is null and o.valid_to = 'infinity'
    join person p on p.workspace_id = o.workspace_id and p.id = o.root_id and p.deleted_at is null
    order by x.at, x.place`.execute(ctx.db)
  const found = new Map(rows.map(row => [row.at, row.person_id]))
  return asked.map((_one, at) => found.get(at) ?? null)
}

/** Those who are called so; a name that several have tells nobody apart. */
export async function peopleNamed(
  ctx: Ctx,
  names: readonly string[],
): Promise<({ id: string; count: number } | null)[]> {
  const asked = names.flatMap((name, at) => (name.trim() ? [{ at, name }] : []))
  if (!asked.length) return names.map(() => null)
  const { rows } = await sql<{ at: number; id: string; count: number }>`
    with asked as materialized (
      select x.at, rapport.normal(x.name) as norm
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x (at int, name text)
    )
    select a.at, min(p.id::text) as id, count(*)::int as count from asked a
    join person p on p.workspace_id = ${ctx.workspace_id} and p.name_sort = a.norm and p.merged_into is null and p.deleted_at is null
    where a.norm <> '' group by a.at`.execute(ctx.db)
  const found = new Map(rows.map(row => [row.at, row]))
  return names.map((_name, at) => found.get(at) ?? null)
}

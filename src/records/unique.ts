import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Said } from '../core/text-sentence.ts'
import { type CustomField, findFields, loadCatalogue } from './catalogue.ts'
import { reachable } from './filter-compile.ts'
import { type Kind } from './kind.contract.ts'
import { oneOf } from './says.contract.ts'
import { says } from './says.ts'

// Custom fields of which no two living records may have the same value. The database holds it; here it is said who has it.

const uniqueFields = async (ctx: Ctx, kindName: string): Promise<CustomField[]> =>
  (await findFields(ctx, kindName)).filter(field => field.is_unique)

interface Asked {
  place: number
  id: string
  key: string
  type: string
  value: unknown
}

async function valuesAsked(
  ctx: Ctx,
  kindName: string,
  customs: readonly Record<string, unknown>[],
): Promise<Asked[]> {
  const fields = await uniqueFields(ctx, kindName)
  return customs.flatMap((custom, place) =>
    fields.flatMap(({ id, key, type }) => {
      const value = custom[key]
      return value === undefined || value === null ? [] : [{ place, id, key, type, value }]
    }),
  )
}

/** The values as rows `x`, each with the form in which the database tells them apart. */
const inTheirForm = (asked: readonly Asked[]) => sql`
  jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) x (place int, id uuid, key text, type text, value jsonb)
  cross join lateral (
    select coalesce(i.text_value, i.number_value::text) as form from rapport.index_values(x.type, x.value) i) told`

/** For each set of custom values, by key, the living record that has the value of a unique field. */
export async function findHolders(
  ctx: Ctx,
  kindName: string,
  customs: readonly Record<string, unknown>[],
): Promise<Map<string, string>[]> {
  const holders = customs.map(() => new Map<string, string>())
  const asked = await valuesAsked(ctx, kindName, customs)
  if (asked.length === 0) return holders
  const { rows } = await sql<{ place: number; key: string; record_id: string }>`
    select x.place, x.key, v.record_id from ${inTheirForm(asked)}
    join field_value v on v.workspace_id = ${ctx.workspace_id}::uuid and v.field_id = x.id and v.taken = told.form`.execute(
    ctx.db,
  )
  for (const { place, key, record_id } of rows) holders[place]?.set(key, record_id)
  return holders
}

/** For each set of custom values, what its unique fields are told apart by: equal in two sets, they are one value. */
export async function uniqueForms(
  ctx: Ctx,
  kindName: string,
  customs: readonly Record<string, unknown>[],
): Promise<string[][]> {
  const forms: string[][] = customs.map(() => [])
  const asked = await valuesAsked(ctx, kindName, customs)
  if (asked.length === 0) return forms
  const { rows } = await sql<{ place: number; key: string; form: string }>`
    select x.place, x.key, told.form from ${inTheirForm(asked)} where told.form is not null`.execute(ctx.db)
  for (const { place, key, form } of rows) forms[place]?.push(`custom.${key} ${form}`)
  return forms
}

async function nameOf(ctx: Ctx, kind: Kind, id: string): Promise<Said | undefined> {
  const title = kind.fields.find(field => field.key === kind.title)
  const isSeen = (await loadCatalogue(ctx)).get(kind.name)?.fields.some(field => field.key === kind.title)
  if (!title || !isSeen) return undefined
  const { rows } = await sql<{ title: string | null }>`
    select ${sql.ref(`t.${title.column ?? title.key}`)} as title from ${sql.table(kind.table)} as t
    where t.id = ${id}::uuid and ${reachable(ctx, kind, 't')}`.execute(ctx.db)
  const [row] = rows
  return row && says.named_record({ title: row.title || says.nameless_record(), id })
}

/** Refuses values that a living record other than these has, and names it to whoever may see it. */
export async function refuseTaken(
  ctx: Ctx,
  kind: Kind,
  { ids, custom }: { ids: readonly string[]; custom: Record<string, unknown> },
): Promise<void> {
  const [holders] = await findHolders(ctx, kind.name, [custom])
  const taken = [...(holders ?? [])].find(([, record]) => !ids.includes(record))
  if (taken === undefined) return
  const [key, record] = taken
  const field = (await findFields(ctx, kind.name)).find(one => one.key === key)
  const holder = (await nameOf(ctx, kind, record)) ?? says.another_of_kind({ kind: oneOf(kind) })
  throw fail('conflict', {
    code: 'value_taken',
    detail: says.value_taken({
      field: field ? { label: field.label } : key,
      value: JSON.stringify(custom[key]),
      holder,
    }),
    errors: [{ path: `custom.${key}`, message: says.belongs_to({ holder }) }],
  })
}

import { sql } from 'kysely'
import type { Ctx } from '../../core/ctx.ts'
import { getKind } from '../../records/index.ts'

export type ValueHere = (record_id: string, column: string) => string | null

type Facts = Record<string, unknown> & { custom?: Record<string, unknown> }
interface StoredRow {
  id: string
  facts: Facts
  company: string | null
  owner: string | null
}

/** What records hold in the fields that are in question, as a person reads it. */
export async function valuesHere(
  ctx: Ctx,
  kind: 'person' | 'company',
  asked: readonly { id: string; columns: string[] }[],
): Promise<ValueHere> {
  if (!asked.length) return () => null
  const company = kind === 'person' ? sql`c.name` : sql`null`
  const employer = kind === 'person' ? sql`t.company_id` : sql`null::uuid`
  const { rows } = await sql<StoredRow>`
    select t.id, to_jsonb(t) as facts, ${company} as company, coalesce(m.name, m.email) as owner
    from ${sql.table(kind)} t
    left join company c on c.workspace_id = t.workspace_id and c.id = ${employer}
    left join member m on m.workspace_id = t.workspace_id and m.id = t.owner_id
    where t.workspace_id = ${ctx.workspace_id} and t.id = any(${[...new Set(asked.map(({ id }) => id))]}::uuid[])`.execute(
    ctx.db,
  )
  const found = new Map(rows.map(row => [row.id, row]))
  const { fields } = await getKind(ctx, kind)
  const options = new Map(
    fields.map(({ key, options: all = [] }) => [
      key,
      new Map(all.map(({ id, label }) => [id, label.en ?? Object.values(label)[0] ?? id])),
    ]),
  )
  return (id, column) => {
    const row = found.get(id)
    if (!row) return null
    if (column === 'company_id') return row.company
    if (column === 'owner_id') return row.owner
    const own = column.startsWith('custom.') ? column.slice('custom.'.length) : undefined
    const value = own === undefined ? row.facts[column] : row.facts.custom?.[own]
    if (column === 'revenue_minor') return money(value, row.facts.currency)
    const named = options.get(column)
    const all = (Array.isArray(value) ? value : [value]).filter(one => one !== null && one !== undefined)
    return all.map(one => named?.get(String(one)) ?? String(one)).join(', ') || null
  }
}

function money(minor: unknown, currency: unknown): string | null {
  if (typeof minor !== 'number' || typeof currency !== 'string') return null
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return `${(minor / 10 ** maximumFractionDigits).toFixed(maximumFractionDigits)} ${currency}`
}

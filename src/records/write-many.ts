import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { getKind } from './catalogue.ts'
import { reachable } from './filter-compile.ts'
import { hooksOf, type TableRow, type WriteItem } from './hooks.ts'
import type { Kind } from './kind.contract.ts'
import { type Input, readValues } from './records.ts'
import { isWithin, refuseWrite, rightsOn } from './rights.ts'

export interface ManyItem extends WriteItem {
  /** Custom values that change. */
  custom: Input
}

/** Gives many records values that are known to fit them; one that may not be written refuses all. */
export async function setValues(
  ctx: Ctx,
  kind: Kind,
  asked: readonly { id: string; values: Input }[],
): Promise<void> {
  if (asked.length === 0) return
  const visible = await getKind(ctx, kind.name)
  const { rows } = await sql<TableRow>`select t.* from ${sql.table(kind.table)} as t
    where t.id = any(${asked.map(({ id }) => id)}::uuid[]) and ${reachable(ctx, kind, 't')} order by t.id for update of t`.execute(
    ctx.db,
  )
  const held = new Map(rows.map(row => [row.id, row]))
  const scope = rightsOn(ctx.principal, kind.name).write
  const items = asked.map(({ id, values }): ManyItem => {
    const before = held.get(id)
    if (!before) throw fail('not_found')
    if (!isWithin(ctx, kind, before, scope)) throw refuseWrite(kind)
    return { op: 'update', id, values: readValues(visible, values), custom: {}, before }
  })
  await writeMany(ctx, kind, items)
}

/** Updates in one statement, with all that follows from a write. */
export async function writeMany(ctx: Ctx, kind: Kind, items: ManyItem[]): Promise<void> {
  if (items.length === 0) return
  await hooksOf(kind).beforeWrite?.(ctx, items)
  for (const { refused } of items) if (refused) throw refused
  const columnOf = (key: string) => kind.fields.find(field => field.key === key)?.column ?? key
  const columns = [...new Set(items.flatMap(item => Object.keys(item.values).map(columnOf)))]
  const patches = items.map(({ id, values, custom, before }) => {
    const all = { ...(before?.['custom'] as Input | undefined), ...custom }
    const left = Object.entries(all).filter(([, value]) => value !== null)
    const named = Object.entries(values).map(([key, value]) => [columnOf(key), value])
    return { id, patch: { ...Object.fromEntries(named), custom: Object.fromEntries(left) } }
  })
  const sets = [...columns, 'custom'].map(column => sql`${sql.ref(column)} = ${sql.ref(`s.${column}`)}`)
  const { rows } = await sql<TableRow>`
    update ${sql.table(kind.table)} as t set ${sql.join(sets)}, updated_at = ${ctx.now}
    from (
      select p.id as patched_id, r.* from jsonb_to_recordset(${JSON.stringify(patches)}::jsonb) as x (id uuid, patch jsonb)
      join ${sql.table(kind.table)} p on p.workspace_id = ${ctx.workspace_id}::uuid and p.id = x.id
      cross join lateral jsonb_populate_record(p, x.patch) as r
    ) as s
    where t.workspace_id = ${ctx.workspace_id}::uuid and t.id = s.patched_id returning t.*`.execute(ctx.db)
  const was = new Map(items.map(item => [item.id, item.before]))
  await hooksOf(kind).onWrite?.(ctx, {
    op: 'update',
    rows: rows.map(after => ({ before: was.get(after.id) ?? null, after })),
  })
}

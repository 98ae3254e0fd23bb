import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { isUuid } from '../core/id.ts'
import type { CatalogueKind } from './catalogue.contract.ts'
import { loadCatalogue } from './catalogue.ts'
import { reachable } from './filter-compile.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { says } from './says.ts'

const mostTitles = 200

/** What a record of the kind is called, of the row `t`; undefined where its name is hidden from the reader. */
export function titleIn(
  kind: Kind,
  visible: CatalogueKind | undefined,
): RawBuilder<string | null> | undefined {
  const shown = new Set(visible?.fields.map(one => one.key))
  if (!shown.has(kind.title)) return undefined
  // Somebody whose name nobody knows is called by an address, or as another system calls them.
  const names = [kind.title, ...(kind.named_by ?? [])]
    .filter(key => shown.has(key))
    .flatMap(key => kind.fields.find(one => one.key === key) ?? [])
    .map(one => sql`nullif(${sql.ref(`t.${one.column ?? one.key}`)}, '')`)
  return sql<string | null>`coalesce(${sql.join(names)})`
}

/** What the records are called; those one may not see, or that are gone, are left out. */
export async function findTitles(
  ctx: Ctx,
  input: { kind: string; ids: string },
): Promise<{ id: string; title: string }[]> {
  const kind = findKind(input.kind)
  const visible = (await loadCatalogue(ctx)).get(input.kind)
  const ids = input.ids.split(',').filter(id => id !== '')
  if (ids.length > mostTitles || ids.some(id => !isUuid(id)))
    throw fail('invalid', { errors: [{ path: 'ids', message: says.too_many_ids({ most: mostTitles }) }] })
  const called = kind && titleIn(kind, visible)
  if (!kind || !called || ids.length === 0) return []
  // A merged record is called what the one is called that it is read through.
  const root = sql.ref(`asked.${kind.merge?.root ?? 'id'}`)
  const { rows } = await sql<{ id: string; title: string | null }>`
    select asked.id, ${called} as title
    from ${sql.table(kind.table)} as asked
    join ${sql.table(kind.table)} as t on t.workspace_id = asked.workspace_id and t.id = ${root}
    where asked.workspace_id = ${ctx.workspace_id}::uuid and asked.id = any(${ids}::uuid[]) and ${reachable(ctx, kind, 't')}`.execute(
    ctx.db,
  )
  return rows.map(row => ({ id: row.id, title: row.title ?? '' }))
}

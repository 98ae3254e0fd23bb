import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { failureOf } from '../core/errors.ts'
import { told } from '../core/text-sentence.ts'
import { getKind } from './catalogue.ts'
import { reachable } from './filter-compile.ts'
import type { TableRow } from './hooks.ts'
import type { Kind } from './kind.contract.ts'
import { isWithin, rightsOn } from './rights.ts'
import { says } from './says.ts'
import type { Logged, Undoing } from './undo.ts'
import { type ManyItem, writeMany } from './write-many.ts'

// Values put back for many records in one statement: an import may have changed a hundred thousand. Whatever is more than a plain
// value (a reference, a merge, a value that only one may have) is left to be looked at by itself.

type Facts = Record<string, unknown>
interface Held {
  row: TableRow
  facts: Facts
}

/** Undoes what it can and returns the others, the latest first as they came. */
export async function undoPlainUpdates(
  ctx: Ctx,
  undoing: Undoing,
  kind: Kind,
  changes: readonly Logged[],
): Promise<readonly Logged[]> {
  // Whose records can merge are people and companies: what imports change by the thousand.
  if (changes.length < 2 || !kind.merge) return changes
  const isPlain = await plainFor(ctx, kind, undoing)
  const special = new Set(changes.filter(change => !isPlain(change)).map(change => change.record_id))
  const asked = [...new Set(changes.map(change => change.record_id))].filter(id => !special.has(id))
  const [conflicts, undone] = [undoing.conflicts.length, undoing.undone]
  await sql`savepoint many`.execute(ctx.db)
  try {
    const held = await hold(ctx, kind, asked)
    await putBack(ctx, undoing, kind, { held, changes })
    await sql`release savepoint many`.execute(ctx.db)
    return changes.filter(change => !held.has(change.record_id))
  } catch (error) {
    const failure = failureOf(error)
    if (!failure || failure.status >= 500) throw error
    // One of them is refused: each is tried by itself, and that one is told.
    await sql`rollback to savepoint many`.execute(ctx.db)
    undoing.conflicts.length = conflicts
    undoing.undone = undone
    return changes
  }
}

async function plainFor(ctx: Ctx, kind: Kind, { roots }: Undoing): Promise<(change: Logged) => boolean> {
  const visible = await getKind(ctx, kind.name)
  const special = new Set(
    visible.fields
      .filter(({ type, unique, required }) => type === 'relation' || type === 'member' || unique || required)
      .flatMap(({ key }) => [key, kind.fields.find(field => field.key === key)?.column ?? key]),
  )
  const moving = new Set(['deleted_at', ...(kind.merge ? [kind.merge.into, kind.merge.root] : [])])
  return ({ op, record_id, after }) =>
    op === 'update' &&
    !roots.has(record_id) &&
    !Object.keys(after ?? {}).some(column => special.has(column) || moving.has(column))
}

async function hold(ctx: Ctx, kind: Kind, ids: readonly string[]): Promise<Map<string, Held>> {
  const { rows } = await sql<TableRow & { undo_facts: Facts }>`
    select t.*, to_jsonb(t) as undo_facts from ${sql.table(kind.table)} as t
    where t.id = any(${ids}::uuid[]) and ${reachable(ctx, kind, 't')} order by t.id for update of t`.execute(
    ctx.db,
  )
  const scope = rightsOn(ctx.principal, kind.name).write
  return new Map(
    rows
      .filter(row => isWithin(ctx, kind, row, scope))
      .map(({ undo_facts, ...row }) => {
        const custom = (undo_facts['custom'] ?? {}) as Facts
        const own = Object.entries(custom).map(([key, value]) => [`custom.${key}`, value])
        return [row.id, { row, facts: { ...undo_facts, ...Object.fromEntries(own) } }]
      }),
  )
}

interface Work {
  held: ReadonlyMap<string, Held>
  changes: readonly Logged[]
}

async function putBack(ctx: Ctx, undoing: Undoing, kind: Kind, { held, changes }: Work): Promise<void> {
  const visible = new Set((await getKind(ctx, kind.name)).fields.map(field => field.key))
  const items = new Map<string, ManyItem>()
  for (const change of changes) {
    const { facts, row } = held.get(change.record_id) ?? {}
    if (!facts || !row) continue
    const item = items.get(row.id) ?? { op: 'update', id: row.id, values: {}, custom: {}, before: row }
    let written = false
    for (const [column, value] of Object.entries(change.after ?? {})) {
      const key = column.startsWith('custom.')
        ? column
        : kind.fields.find(field => (field.column ?? field.key) === column && !field.read_only)?.key
      if (key === undefined || !visible.has(key)) continue
      const earlier = change.before?.[column] ?? null
      // What followed another value back already is as it was.
      if (JSON.stringify(facts[column] ?? null) === JSON.stringify(earlier)) continue
      if (JSON.stringify(facts[column] ?? null) !== JSON.stringify(value ?? null)) {
        undoing.conflicts.push({
          kind: kind.name,
          record_id: row.id,
          field: key,
          ...told(says.changed_again()),
        })
        continue
      }
      facts[column] = earlier
      written = true
      if (key.startsWith('custom.')) item.custom[key.slice('custom.'.length)] = earlier
      else item.values[key] = earlier
    }
    if (!written) continue
    undoing.undone += 1
    items.set(row.id, item)
  }
  await writeMany(ctx, kind, [...items.values()])
}

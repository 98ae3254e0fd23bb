import { sql } from 'kysely'
import type { Ctx, Scope } from '../core/ctx.ts'
import { ownersWithin } from '../core/reach.ts'
import { told } from '../core/text-sentence.ts'
import type { RecordDraft } from './drafts.ts'
import { says } from './says.ts'
import type { UpsertOutcome } from './upsert.contract.ts'

// Bulk writing holds to the same rights as writing one record: nobody's, one's own, one's team's, or all.

export const writeScope = (ctx: Ctx, kind: 'person' | 'company'): Scope =>
  (ctx.principal.kinds[kind] ?? ctx.principal.kinds['*'])?.write ?? 'none'

/** Before the values are written: whether this writer may; new records of a writer of own ones become one's own. */
export function mayWrite(ctx: Ctx, scope: Scope, draft: RecordDraft): boolean {
  const owners = ownersWithin(ctx.principal, scope)
  if (owners === undefined) return true
  if (owners.length === 0) return false
  if (draft.created && (scope === 'own' || (draft.values['owner_id'] ?? null) === null))
    draft.values['owner_id'] = ctx.principal.member_id
  return owners.includes(String(draft.values['owner_id']))
}

interface Referring {
  index: number
  values: Record<string, unknown>
}

async function existing(ctx: Ctx, table: 'company' | 'member', ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const gone = table === 'company' ? sql`deleted_at is not null` : sql`disabled_at is not null`
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(table)} where workspace_id = ${ctx.workspace_id} and id = any(${ids}::uuid[]) and not (${gone})`.execute(
    ctx.db,
  )
  return new Set(rows.map(row => row.id))
}

const references = { company_id: 'company', owner_id: 'member' } as const

/** An item that refers to a company or member that is not there is refused by itself, not with its whole batch. */
export async function checkReferences<Item extends Referring>(
  ctx: Ctx,
  items: Item[],
  outcomes: UpsertOutcome[],
): Promise<Item[]> {
  let left = items
  for (const [field, table] of Object.entries(references)) {
    const named = left.flatMap(item => (typeof item.values[field] === 'string' ? [item.values[field]] : []))
    const known = await existing(ctx, table, [...new Set(named)])
    left = left.filter(item => {
      const id = item.values[field]
      if (typeof id !== 'string' || known.has(id)) return true
      outcomes[item.index] = {
        index: item.index,
        status: 'rejected',
        code: 'unknown_reference',
        ...told(says.no_such_reference({ kind: table, id })),
      }
      return false
    })
  }
  return left
}

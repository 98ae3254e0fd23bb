import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { kindAt, type relationType } from './relations.contract.ts'

export type RelationType = NonNullable<ReturnType<typeof relationType>>

export interface Period {
  from_on?: string | null | undefined
  to_on?: string | null | undefined
}

export interface Pair {
  /** Records that others are read through. */
  from: string
  to: string
}

export interface Between extends Period {
  place: number
  id: string
  role: string | null
  from_on: string | null
  to_on: string | null
  /** Told the other way round. */
  turned: boolean
}

/** A record and those merged into it. */
const membersOf = (ctx: Ctx, kind: 'person' | 'company', root: RawBuilder<unknown>) => sql`
  select ${root}::uuid as id union all
  select m.id from ${sql.table(kind)} m
  where m.workspace_id = ${ctx.workspace_id} and m.root_id = ${root}::uuid and m.merged_into is not null`

/**
 * What is known of each two in one relation, whichever of those merged into either it was told of. Looked up one by one, by its
 * index: while an import fills the table, nobody knows how many there are of a type.
 */
export async function relationsBetween(
  ctx: Ctx,
  type: RelationType,
  pairs: readonly Pair[],
  { either }: { either: boolean },
): Promise<Between[]> {
  const asked = pairs.flatMap(({ from, to }, place) => {
    const straight = { place, from_id: from, to_id: to, turned: false }
    return either ? [straight, { place, from_id: to, to_id: from, turned: true }] : [straight]
  })
  if (asked.length === 0) return []
  const { rows } = await sql<Between>`
    select x.place, x.turned, r.id, r.role, r.from_on, r.to_on
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x (place int, from_id uuid, to_id uuid, turned boolean)
    cross join lateral (
      select r.* from (${membersOf(ctx, kindAt(type.from), sql`x.from_id`)}) f
      join relationship r on r.workspace_id = ${ctx.workspace_id} and r.type = ${type.id} and r.deleted_at is null
        and ${sql.ref(`r.${type.from}`)} = f.id
      offset 0
    ) r
    join ${sql.table(kindAt(type.to))} t on t.workspace_id = r.workspace_id and t.id = ${sql.ref(`r.${type.to}`)}
      and t.root_id = x.to_id
    order by r.to_on nulls first, r.id`.execute(ctx.db)
  return rows
}

export const overlap = (a: Period, b: Period): boolean =>
  (a.from_on ?? '') < (b.to_on ?? '~') && (b.from_on ?? '') < (a.to_on ?? '~')

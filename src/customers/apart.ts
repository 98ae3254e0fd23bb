import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

// Pairs of people that somebody said are different.

export async function areApart(ctx: Ctx, mine: string[], theirs: string[]): Promise<boolean> {
  const { rows } = await sql<{ apart: boolean }>`
    select exists (select from cannot_link where workspace_id = ${ctx.workspace_id}
      and (person_id = any(${mine}::uuid[]) and other_id = any(${theirs}::uuid[])
        or person_id = any(${theirs}::uuid[]) and other_id = any(${mine}::uuid[]))) as apart`.execute(ctx.db)
  return rows[0]?.apart ?? false
}

/** Somebody says now that they are one: what was said before is taken back. */
export async function takeBackApart(ctx: Ctx, mine: string[], theirs: string[]): Promise<void> {
  await sql`
    delete from cannot_link where workspace_id = ${ctx.workspace_id}
      and (person_id = any(${mine}::uuid[]) and other_id = any(${theirs}::uuid[])
        or person_id = any(${theirs}::uuid[]) and other_id = any(${mine}::uuid[]))`.execute(ctx.db)
}

export async function keepApart(
  ctx: Ctx,
  one: string,
  other: string,
  reason: 'unmerged' | 'kept_apart',
): Promise<void> {
  const [person_id, other_id] = one < other ? [one, other] : [other, one]
  await ctx.db
    .insertInto('cannot_link')
    .values({ workspace_id: ctx.workspace_id, person_id, other_id, reason, created_at: ctx.now })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

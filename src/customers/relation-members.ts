import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

/** A record and those merged into it. */
export const membersOf = (ctx: Ctx, kind: 'person' | 'company', root: RawBuilder<unknown>) => sql`
  select ${root}::uuid as id union all
  select m.id from ${sql.table(kind)} m
  where m.workspace_id = ${ctx.workspace_id} and m.root_id = ${root}::uuid and m.merged_into is not null`

import type { RawBuilder } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { describe } from './catalogue.ts'
import { readCursor, readSort } from './cursor.ts'
import { allOf, type Condition, startCompiling } from './filter-compile.ts'
import type { Kind } from './kind.contract.ts'
import { fetchPage, pageOf } from './list.ts'
import { filterConditions, type Row } from './query.ts'

// Rows that are no records are filtered, sorted and paged as records are: one filter language, one kind of cursor.

interface Wanted {
  filter?: string | undefined
  sort?: string | undefined
  limit: number
  after?: string | undefined
}

/** The condition and the columns name the table `t`; what the reader may not see of it has to be in the condition. */
export async function listRows(
  ctx: Ctx,
  kind: Kind,
  { where, columns, usual }: { where: Condition; columns: RawBuilder<unknown>; usual: string },
  { filter, sort, limit, after }: Wanted,
): Promise<{ page: Row[]; next: string | null }> {
  const visible = describe(ctx, kind, [])
  const catalogue = new Map([[kind.name, visible]])
  const compiling = startCompiling(ctx)
  const conditions = await filterConditions(compiling, catalogue, kind, 't', filter)
  const query = { kind, catalogue, compiling, where: allOf([where, ...conditions]) }
  const keys = readSort(visible, sort?.trim() ? sort : usual)
  const cursor = after === undefined ? undefined : readCursor(keys, after)
  return pageOf(await fetchPage(ctx, query, keys, cursor, limit + 1, columns), keys, limit)
}

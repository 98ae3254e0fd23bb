import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

/** A dry run does everything and then takes it back, so that it cannot tell anything else than the run itself. */
export async function tried<T extends { id?: string; status: string }>(
  ctx: Ctx,
  dryRun: boolean,
  run: () => Promise<T[]>,
): Promise<T[]> {
  if (!dryRun) return run()
  await sql`savepoint dry_run`.execute(ctx.db)
  const outcomes = await run()
  await sql`rollback to savepoint dry_run`.execute(ctx.db)
  for (const outcome of outcomes) if (outcome.status === 'created') delete outcome.id
  return outcomes
}

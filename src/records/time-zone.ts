import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { isTimeZone } from './filter-dates.contract.ts'

const known = new WeakMap<Ctx, Promise<string>>()

async function read(ctx: Ctx): Promise<string> {
  const { rows } = await sql<{
    time_zone: string
  }>`select time_zone from workspace where id = ${ctx.workspace_id}::uuid`.execute(ctx.db)
  const zone = rows[0]?.time_zone ?? 'UTC'
  return isTimeZone(zone) ? zone : 'UTC'
}

/** The zone in which the workspace's days begin. */
export function timeZoneOf(ctx: Ctx): Promise<string> {
  const zone = known.get(ctx) ?? read(ctx)
  known.set(ctx, zone)
  return zone
}

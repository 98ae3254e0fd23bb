import { type Kysely, sql } from 'kysely'
import { fail } from '../core/errors.ts'
import type { Tables } from '../core/tables.ts'
import { says } from './says.ts'

/** JavaScript knows zones that PostgreSQL may not; a day must begin at the same moment for both. */
export async function demandKnownZone(db: Kysely<Tables>, name: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_timezone_names where name = ${name}`.execute(db)
  if (rows.length > 0) return
  const message = says.unknown_time_zone()
  throw fail('invalid', { detail: message, errors: [{ path: 'time_zone', message }] })
}

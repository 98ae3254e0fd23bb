import { type Kysely, sql } from 'kysely'
import type { Tables } from '../core/tables.ts'

export const channel = 'rapport_rights'

export interface RightsChange {
  of: 'account' | 'workspace'
  id: string
}

/** In the transaction of the change: whoever listens hears of it when it has been committed. */
export async function announce(db: Kysely<Tables>, { of, id }: RightsChange): Promise<void> {
  await sql`select pg_notify(${channel}, ${`${of} ${id}`})`.execute(db)
}

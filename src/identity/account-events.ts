import type { Kysely } from 'kysely'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { postMail } from './post-mail.ts'
import type { accountEvents } from './second-factor.contract.ts'

export type EventKind = (typeof accountEvents)[number]

/** Written in the transaction of the change, and to the log, where whoever runs the installation looks. */
export async function noteEvent(
  machine: Machine,
  db: Kysely<Tables>,
  {
    account_id,
    kind,
    actor = `account:${account_id}`,
  }: { account_id: string; kind: EventKind; actor?: string },
): Promise<void> {
  await db
    .insertInto('account_event')
    .values({ id: newId(), account_id, kind, actor, at: machine.clock.now() })
    .execute()
  await postMail(machine, db, { purpose: 'security', account_id, event: kind })
  machine.log.info({ component: 'accounts', kind }, 'how an account is entered was changed')
}

export async function listEvents(machine: Machine, account_id: string) {
  const rows = await machine.auth(db =>
    db
      .selectFrom('account_event')
      .select(['id', 'kind', 'actor', 'at'])
      .where('account_id', '=', account_id)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(20)
      .$narrowType<{ kind: EventKind }>()
      .execute(),
  )
  return rows.map(({ actor, ...row }) => ({ ...row, by_you: actor === `account:${account_id}` }))
}

import type { RequestFacts } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { countAttempt } from './limits.ts'
import { postMail } from './post-mail.ts'

/** Does the same work whether somebody has the address or nobody: what differs happens later, in the background. */
export async function askForReset(
  machine: Machine,
  { email }: { email: string },
  facts: Pick<RequestFacts, 'ip'>,
): Promise<void> {
  await machine.auth(async db => {
    await countAttempt(machine, db, { email, ip: facts.ip, kind: 'reset' })
    const account = await db
      .selectFrom('account as a')
      .innerJoin('member as m', 'm.account_id', 'a.id')
      .select('a.id')
      .where('a.email', '=', email)
      .where('m.joined_at', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    await postMail(machine, db, { purpose: 'password_reset', account_id: account?.id ?? null })
  })
}

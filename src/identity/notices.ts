import type { JobRun } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { handOver } from './mail.ts'
import { greeting, type Letter, offSwitch } from './mail-texts.ts'
import type { NoticeKind } from './notices.contract.ts'
import { findReader, type Reader } from './reader.ts'
import { type Permission, type Rights, type Role, rightsOf } from './rights.contract.ts'
import { overridesOf } from './sessions.ts'

interface Notice {
  /** Of the message; the same for every attempt. */
  mail_id: string
  workspace_id: string
  member_id: string
  kind: NoticeKind
  /** What it is about may be closed to him: then he is not told of it either. */
  needs: { permission: Permission; reads?: string }
  /** What it says, without greeting and without how to turn it off; `address` is where links begin. */
  compose(reader: Reader, address: string): Letter
}

function mayKnow({ permissions, kinds }: Rights, { needs }: Notice): boolean {
  if (!permissions.includes(needs.permission)) return false
  return needs.reads === undefined || (kinds[needs.reads] ?? kinds['*'])?.read !== 'none'
}

/** To a member who has not turned it off, in his language; for jobs of the areas that have something to tell. */
export async function sendNotice(machine: Machine, job: JobRun, notice: Notice): Promise<void> {
  const { mail_id: id, workspace_id, member_id, kind } = notice
  const address = machine.publicUrl()
  const reader = await machine.auth(async db => {
    const member = await db
      .selectFrom('member')
      .select(['account_id', 'role'])
      .where('workspace_id', '=', workspace_id)
      .where('id', '=', member_id)
      .where('joined_at', 'is not', null)
      .where('disabled_at', 'is', null)
      .$narrowType<{ role: Role }>()
      .executeTakeFirst()
    if (!member || !mayKnow(rightsOf(member.role, await overridesOf(db, workspace_id)), notice))
      return undefined
    const { account_id } = member
    const found = await findReader(db, { account_id, workspace_id })
    if (!found || found.muted.includes(kind)) return undefined
    const created_at = machine.clock.now()
    await db
      .insertInto('mail')
      .values({ id, workspace_id, purpose: kind, account_id, address, created_at })
      .onConflict(known => known.column('id').doNothing())
      .execute()
    const { state } = await db
      .selectFrom('mail')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return state === 'waiting' ? found : undefined
  })
  if (!reader) return
  const { subject, text } = notice.compose(reader, address)
  const whole = [greeting(reader), text, offSwitch(reader, address)].join('\n\n')
  const to = { name: reader.name, address: reader.email }
  await handOver(machine, { id, to, subject, text: `${whole}\n` }, job)
}

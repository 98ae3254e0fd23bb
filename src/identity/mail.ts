import { type Kysely, sql } from 'kysely'
import type { HealthItem, Job, JobRun } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { deliver, type Mail, MailError } from '../core/mail.ts'
import type { Tables } from '../core/tables.ts'
import { countAttempt } from './limits.ts'
import { makeLink, resetLives_ms } from './links.ts'
import { invitationText, resetText } from './mail-texts.ts'

const attempts_max = 10
const keep_ms = 90 * 86_400_000

interface Posted {
  purpose: 'invitation' | 'password_reset'
  /** Null when nobody has the address that was given: then nothing is sent, and nobody can tell. */
  account_id: string | null
  member_id?: string
}

/** Has a message sent when the transaction has committed. */
export async function postMail(
  machine: Machine,
  db: Kysely<Tables>,
  { purpose, account_id, member_id }: Posted,
): Promise<void> {
  await sql`select rapport.post_mail(${newId()}::uuid, ${purpose}, ${account_id}::uuid, ${member_id ?? null}::uuid,
    ${machine.publicUrl()}, ${attempts_max}, ${machine.clock.now()})`.execute(db)
}

/** A mailbox is not to be filled by whoever may invite. */
export async function invite(ctx: Ctx, member: { id: string; account_id: string; email: string }) {
  const { machine, workspace_id } = ctx
  await machine.auth(db =>
    countAttempt(machine, db, { email: member.email, ip: workspace_id, kind: 'invitation' }),
  )
  await postMail(machine, ctx.db, {
    purpose: 'invitation',
    account_id: member.account_id,
    member_id: member.id,
  })
}

interface Waiting {
  id: string
  workspace_id: string | null
  purpose: string
  account_id: string | null
  member_id: string | null
  address: string
  created_at: Date
}

type Content = Omit<Mail, 'id'>

/** The link is made now, so it is as fresh as the message; undefined when there is nobody to write to any more. */
async function compose(machine: Machine, db: Kysely<Tables>, mail: Waiting): Promise<Content | undefined> {
  if (mail.account_id === null) return undefined
  return mail.purpose === 'invitation'
    ? composeInvitation(machine, db, mail)
    : composeReset(machine, db, { account_id: mail.account_id, address: mail.address })
}

async function composeInvitation(
  machine: Machine,
  db: Kysely<Tables>,
  mail: Waiting,
): Promise<Content | undefined> {
  const member = await db
    .selectFrom('member as m')
    .innerJoin('workspace as w', 'w.id', 'm.workspace_id')
    .innerJoin('account as a', 'a.id', 'm.account_id')
    .select(['m.id', 'm.workspace_id', 'm.account_id', 'm.name', 'a.email', 'w.name as workspace'])
    .where('m.workspace_id', '=', mail.workspace_id)
    .where('m.id', '=', mail.member_id)
    .where('m.joined_at', 'is', null)
    .where('m.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!member) return undefined
  const { id: member_id, account_id, workspace_id, name, email, workspace } = member
  const { path, expires_at } = await makeLink(
    machine,
    db,
    { purpose: 'join', account_id, workspace_id, member_id },
    { asked_at: mail.created_at },
  )
  return {
    to: { name, address: email },
    ...invitationText({ name, workspace, link: mail.address + path, expires_at }),
  }
}

async function composeReset(
  machine: Machine,
  db: Kysely<Tables>,
  { account_id, address }: { account_id: string; address: string },
): Promise<Content | undefined> {
  const account = await db
    .selectFrom('account')
    .select(['name', 'email'])
    .where('id', '=', account_id)
    .executeTakeFirst()
  if (!account) return undefined
  const { path } = await makeLink(
    machine,
    db,
    { purpose: 'password', account_id },
    { life_ms: resetLives_ms },
  )
  const { name, email } = account
  return { to: { name, address: email }, ...resetText({ name, email, link: address + path }) }
}

async function send(machine: Machine, id: string, job: JobRun): Promise<void> {
  const prepared = await machine.auth(async db => {
    const mail = await db
      .selectFrom('mail')
      .select(['id', 'workspace_id', 'purpose', 'account_id', 'member_id', 'address', 'created_at'])
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    const content = mail && (await compose(machine, db, mail))
    if (mail && !content) await db.deleteFrom('mail').where('id', '=', id).execute()
    return content
  })
  if (!prepared) return
  const now = machine.clock.now()
  const note = (values: { state?: string; folder?: string | null; reason: string | null }) =>
    machine.auth(async db => {
      const done_at = values.state === undefined ? null : machine.clock.now()
      await db
        .updateTable('mail')
        .set({ ...values, attempts: job.attempt, done_at })
        .where('id', '=', id)
        .execute()
      const old = new Date(now.getTime() - keep_ms)
      await db.deleteFrom('mail').where('created_at', '<', old).execute()
    })
  try {
    const folder = await deliver(machine.config, { id, ...prepared }, now)
    await note({ state: folder === null ? 'sent' : 'filed', folder, reason: null })
  } catch (error) {
    if (!(error instanceof MailError)) throw error
    const over = error.final || job.attempt >= attempts_max
    await note({ reason: error.code, ...(over ? { state: 'failed' } : {}) })
    if (!error.final) throw error
    machine.log.warn({ component: 'mail', reason: error.code }, 'a message was refused for good')
  }
}

export const mailJob: Job = {
  name: 'mail.send',
  run: (machine, payload, job) => send(machine, String(payload['id']), job),
}

/** Said, and never a reason not to be ready: nothing else waits for mail. */
export async function mailHealth(machine: Machine): Promise<HealthItem> {
  const since = new Date(machine.clock.now().getTime() - 86_400_000)
  const { rows } = await machine.auth(db =>
    sql<{ failed: string }>`
      select count(*) as failed from rapport.mail
      where created_at > ${since} and (state = 'failed' or reason is not null)`.execute(db),
  )
  const failed = Number(rows[0]?.failed ?? 0)
  return {
    name: 'mail',
    ok: true,
    value: failed,
    unit: 'messages',
    ...(failed === 0 ? {} : { detail: 'messages of the last day could not be sent: check SMTP_URL' }),
  }
}

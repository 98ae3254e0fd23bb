import { type Kysely, sql } from 'kysely'
import type { HealthItem, Job, JobRun } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import type { Machine } from '../core/machine.ts'
import { deliver, type Mail, MailError } from '../core/mail.ts'
import type { Tables } from '../core/tables.ts'
import type { EventKind } from './account-events.ts'
import { countAttempt } from './limits.ts'
import { makeLink, resetLives_ms } from './links.ts'
import { invitationText, type Letter, newSignInText, resetText, securityText } from './mail-texts.ts'
import { mailAttempts, postMail } from './post-mail.ts'
import { findReader, type Reader } from './reader.ts'
import { usualWorkspace } from './sessions.ts'

const keep_ms = 90 * 86_400_000

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
  event: string | null
  address: string
  created_at: Date
}

type Content = Omit<Mail, 'id'>

/** Links are made now, so they are as fresh as the message; undefined when there is nobody to write to any more. */
async function compose(machine: Machine, db: Kysely<Tables>, mail: Waiting): Promise<Content | undefined> {
  const { account_id } = mail
  if (account_id === null) return undefined
  const workspace_id = mail.workspace_id ?? (await usualWorkspace(db, account_id))
  const reader = await findReader(db, { account_id, workspace_id })
  if (!reader) return undefined
  const { address, created_at: at } = mail
  const letter = async (): Promise<Letter | undefined> => {
    if (mail.purpose === 'invitation') return composeInvitation(machine, db, { mail, reader })
    if (mail.purpose === 'security')
      return securityText(reader, { event: mail.event as EventKind, at, address })
    if (mail.purpose === 'new_sign_in') return composeNewSignIn(db, { mail, reader })
    const link = await makeLink(machine, db, { purpose: 'password', account_id }, { life_ms: resetLives_ms })
    return resetText(reader, { link: address + link.path })
  }
  const written = await letter()
  return written && { to: { name: reader.name, address: reader.email }, ...written }
}

/** Undefined where he wants none of them, or where the browser was forgotten meanwhile. */
async function composeNewSignIn(
  db: Kysely<Tables>,
  { mail, reader }: { mail: Waiting; reader: Reader },
): Promise<Letter | undefined> {
  if (reader.muted.includes('new_sign_in')) return undefined
  const browser = await db
    .selectFrom('known_browser')
    .select('user_agent')
    .where('id', '=', mail.event)
    .executeTakeFirst()
  const { address, created_at: at } = mail
  return browser && newSignInText(reader, { user_agent: browser.user_agent, at, address })
}

async function composeInvitation(
  machine: Machine,
  db: Kysely<Tables>,
  { mail, reader }: { mail: Waiting; reader: Reader },
): Promise<Letter | undefined> {
  const member = await db
    .selectFrom('member as m')
    .innerJoin('workspace as w', 'w.id', 'm.workspace_id')
    .select(['m.id', 'm.workspace_id', 'm.account_id', 'm.name', 'w.name as workspace'])
    .where('m.workspace_id', '=', mail.workspace_id)
    .where('m.id', '=', mail.member_id)
    .where('m.joined_at', 'is', null)
    .where('m.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!member) return undefined
  const { id: member_id, account_id, workspace_id, name, workspace } = member
  const { path, expires_at } = await makeLink(
    machine,
    db,
    { purpose: 'join', account_id, workspace_id, member_id },
    { asked_at: mail.created_at },
  )
  // Until he joins, he is called as whoever invites him calls him.
  return invitationText({ ...reader, name }, { workspace, link: mail.address + path, expires_at })
}

async function send(machine: Machine, id: string, job: JobRun): Promise<void> {
  const prepared = await machine.auth(async db => {
    const mail = await db
      .selectFrom('mail')
      .select(['id', 'workspace_id', 'purpose', 'account_id', 'member_id', 'event', 'address', 'created_at'])
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    const content = mail && (await compose(machine, db, mail))
    if (mail && !content) await db.deleteFrom('mail').where('id', '=', id).execute()
    return content
  })
  if (prepared) await handOver(machine, { id, ...prepared }, job)
}

/** To the mail server or the folder, and down into the list how it went. */
export async function handOver(machine: Machine, mail: Mail, job: JobRun): Promise<void> {
  const { id } = mail
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
    const folder = await deliver(machine.config, mail, now)
    await note({ state: folder === null ? 'sent' : 'filed', folder, reason: null })
  } catch (error) {
    if (!(error instanceof MailError)) throw error
    const over = error.final || job.attempt >= mailAttempts
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

import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { mailFolder } from '../core/mail.ts'
import { makeLink } from './links.ts'
import { invite } from './mail.ts'
import { demandRank, getMember } from './members.ts'
import type { Role } from './rights.contract.ts'
import { says } from './says.ts'

export function getMail({ machine }: Ctx) {
  return { folder: mailFolder(machine.config) ?? null, from: machine.config.mail_from ?? null }
}

type MailReason = 'unreachable' | 'sign_in' | 'refused_address' | 'refused_message' | 'other'
type MailStateName = 'waiting' | 'sent' | 'filed' | 'failed'

/** Who was asked and has not joined yet, with how far their message has come. */
export async function listInvitations(
  ctx: Ctx,
  { limit, after }: { limit: number; after?: string | undefined },
) {
  let query = ctx.db
    .selectFrom('member')
    .select(['id', 'name', 'email', 'role', 'created_at'])
    .where('joined_at', 'is', null)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('id', '>', after)
  const rows = await query.$narrowType<{ role: Role }>().execute()
  const members = rows.slice(0, limit)
  const { links, mails } = await sentTo(
    ctx,
    members.map(member => member.id),
  )
  const items = members.map(member => ({
    ...member,
    expires_at: links.get(member.id) ?? null,
    expired: (links.get(member.id) ?? ctx.now) < ctx.now,
    mail: mails.get(member.id) ?? null,
  }))
  return { items, next: rows.length > limit ? (members.at(-1)?.id ?? null) : null }
}

async function sentTo({ machine, workspace_id }: Ctx, ids: string[]) {
  // A list in SQL has at least one element.
  const named = ids.length > 0 ? ids : [workspace_id]
  return machine.auth(async db => {
    const links = await db
      .selectFrom('setup_token')
      .select(['member_id', 'expires_at'])
      .where('workspace_id', '=', workspace_id)
      .where('member_id', 'in', named)
      .where('used_at', 'is', null)
      .orderBy('created_at')
      .execute()
    const mails = await db
      .selectFrom('mail')
      .select(['member_id', 'state', 'reason', 'folder', 'created_at', 'done_at'])
      .distinctOn('member_id')
      .where('workspace_id', '=', workspace_id)
      .where('member_id', 'in', named)
      .orderBy('member_id')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .$narrowType<{ state: MailStateName; reason: MailReason | null }>()
      .execute()
    return {
      links: new Map(links.map(link => [link.member_id ?? '', link.expires_at])),
      mails: new Map(
        mails.map(({ member_id, state, reason, folder, created_at, done_at }) => [
          member_id ?? '',
          { state, reason, folder, at: done_at ?? created_at },
        ]),
      ),
    }
  })
}

async function getInvited(ctx: Ctx, id: string) {
  const member = await getMember(ctx, id)
  demandRank(ctx, member.role)
  if (member.joined_at === null && member.disabled_at === null) return member
  throw fail('conflict', {
    code: 'not_invited',
    detail: says.not_invited(),
  })
}

export async function resendInvitation(ctx: Ctx, { id }: { id: string }): Promise<undefined> {
  await invite(ctx, await getInvited(ctx, id))
}

/** Who had not come in leaves no trace but this row; they can be invited again. */
export async function revokeInvitation(ctx: Ctx, { id }: { id: string }): Promise<undefined> {
  await getInvited(ctx, id)
  await ctx.db.updateTable('member').set({ disabled_at: ctx.now }).where('id', '=', id).execute()
  // Inviting again must not bring the old link back to life.
  await ctx.machine.auth(db =>
    db
      .deleteFrom('setup_token')
      .where('workspace_id', '=', ctx.workspace_id)
      .where('member_id', '=', id)
      .execute(),
  )
}

/**
 * The link itself, for whoever runs the installation and has no mail server. Nobody else is shown one: opening it shows
 * whether the address has an account here, which is the business of its owner and of other workspaces.
 */
export async function showInvitationLink(ctx: Ctx, { id }: { id: string }) {
  const { account_id } = await getInvited(ctx, id)
  const { machine, workspace_id } = ctx
  return machine.auth(db =>
    makeLink(machine, db, { purpose: 'join', account_id, workspace_id, member_id: id }),
  )
}

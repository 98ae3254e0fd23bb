import { on } from '../core/area.ts'
import {
  getMail,
  listInvitations,
  resendInvitation,
  revokeInvitation,
  showInvitationLink,
} from './invitations.ts'
import * as keyContract from './keys.contract.ts'
import { createKey, forgetKeys, listKeys, revokeKey } from './keys.ts'
import * as mailContract from './mail.contract.ts'
import * as memberContract from './members.contract.ts'
import { addMember, listMembers, resetPassword, updateMember } from './members.ts'
import { resetSecondFactor } from './second-factor.ts'
import * as teamContract from './teams.contract.ts'
import { createTeam, deleteTeam, listTeams, updateTeam } from './teams.ts'
import * as contract from './workspaces.contract.ts'
import { createWorkspace, getWorkspace, listRoles, setReach, updateWorkspace } from './workspaces.ts'

export const workspaceRoutes = [
  on(contract.getWorkspace, ctx => getWorkspace(ctx)),
  on(contract.updateWorkspace, (ctx, { body }) => updateWorkspace(ctx, body)),
  on(contract.createWorkspace, (ctx, { body }) => createWorkspace(ctx, body)),
  on(contract.listRoles, async ctx => ({ items: await listRoles(ctx), next: null })),
  on(contract.setReach, async (ctx, { params, body }) => {
    const role = await setReach(ctx, { ...params, ...body })
    forgetKeys(ctx.machine)
    return role
  }),

  on(memberContract.listMembers, (ctx, { query }) => listMembers(ctx, query)),
  on(memberContract.addMember, (ctx, { body }) => addMember(ctx, body)),
  on(memberContract.updateMember, (ctx, { params, body }) => updateMember(ctx, { ...params, ...body })),
  on(memberContract.listInvitations, (ctx, { query }) => listInvitations(ctx, query)),
  on(memberContract.resendInvitation, (ctx, { params }) => resendInvitation(ctx, params)),
  on(memberContract.revokeInvitation, (ctx, { params }) => revokeInvitation(ctx, params)),
  on(memberContract.showInvitationLink, (ctx, { params }) => showInvitationLink(ctx, params)),
  on(mailContract.getMail, async ctx => getMail(ctx)),
  on(memberContract.resetSecondFactor, (ctx, { params }) => resetSecondFactor(ctx, params)),
  on(memberContract.resetPassword, (ctx, { params }) => resetPassword(ctx, params)),

  on(teamContract.listTeams, ctx => listTeams(ctx)),
  on(teamContract.createTeam, (ctx, { body }) => createTeam(ctx, body)),
  on(teamContract.updateTeam, (ctx, { params, body }) => updateTeam(ctx, { ...params, ...body })),
  on(teamContract.deleteTeam, (ctx, { params }) => deleteTeam(ctx, params)),

  on(keyContract.listKeys, (ctx, { query }) => listKeys(ctx, query)),
  on(keyContract.createKey, (ctx, { body }) => createKey(ctx, body)),
  on(keyContract.revokeKey, async (ctx, { params }) => {
    const revoked = await revokeKey(ctx, params)
    forgetKeys(ctx.machine)
    return revoked
  }),
]

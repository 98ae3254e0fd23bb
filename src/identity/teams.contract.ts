import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'

const Team = z.object({
  id: id(),
  name: z.string(),
  parent_id: id().nullable(),
  member_ids: z.array(id()),
})

/** A change that would take longer to understand than to make again. */
export const teamsMax = 500

export const listTeams = endpoint({
  id: 'teams.list',
  method: 'GET',
  path: '/api/teams',
  summary: 'Teams of the workspace, each with the team above it and its members',
  tag: 'Members',
  permission: 'workspace.read',
  ok: page(Team),
})

export const createTeam = endpoint({
  id: 'teams.create',
  method: 'POST',
  path: '/api/teams',
  summary: 'Make a team',
  tag: 'Members',
  permission: 'members.manage',
  body: z.strictObject({
    name: text(120, 1),
    parent_id: id().nullable().optional(),
    member_ids: z.array(id()).max(1000).optional(),
  }),
  ok: Team,
  status: 201,
})

export const updateTeam = endpoint({
  id: 'teams.update',
  method: 'PATCH',
  path: '/api/teams/{id}',
  summary: 'Rename a team, move it below another, or decide who is in it',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  body: z.strictObject({
    name: text(120, 1).optional(),
    parent_id: id().nullable().optional(),
    member_ids: z.array(id()).max(1000).optional(),
  }),
  ok: Team,
})

export const deleteTeam = endpoint({
  id: 'teams.delete',
  method: 'DELETE',
  path: '/api/teams/{id}',
  summary: 'Delete a team; the teams below it move up, its members stay members of the workspace',
  tag: 'Members',
  permission: 'members.manage',
  params: z.strictObject({ id: id() }),
  ok: z.undefined(),
})

import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Said } from '../core/text-sentence.ts'
import { announce } from './announce.ts'
import { says } from './says.ts'
import { forgetSessions } from './sessions.ts'
import { teamsMax } from './teams.contract.ts'

interface Team {
  id: string
  name: string
  parent_id: string | null
  member_ids: string[]
}

async function selectTeams(ctx: Ctx, id?: string): Promise<Team[]> {
  const one = id === undefined ? sql`` : sql`and t.id = ${id}`
  const { rows } = await sql<Team>`
    select t.id, t.name, t.parent_id,
      array(select tm.member_id from team_member tm
        where tm.workspace_id = t.workspace_id and tm.team_id = t.id order by tm.member_id) as member_ids
    from team t where t.workspace_id = ${ctx.workspace_id} ${one} order by t.name, t.id limit ${teamsMax}`.execute(
    ctx.db,
  )
  return rows
}

export const listTeams = async (ctx: Ctx) => ({ items: await selectTeams(ctx), next: null })

async function getTeam(ctx: Ctx, id: string): Promise<Team> {
  const [team] = await selectTeams(ctx, id)
  if (!team) throw fail('not_found')
  return team
}

/** Two moves at the same moment could each be right and close a circle together. */
const oneAtATime = (ctx: Ctx) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`teams ${ctx.workspace_id}`}, 0))`.execute(ctx.db)

const unknown = (path: string, message: Said) =>
  fail('invalid', { code: 'unknown_reference', detail: message, errors: [{ path, message }] })

async function demandAbove(ctx: Ctx, parent_id: string | null | undefined, id?: string): Promise<void> {
  if (parent_id === null || parent_id === undefined) return
  const { rows } = await sql<{ id: string }>`
    with recursive above as (
      select t.id, t.parent_id from team t where t.workspace_id = ${ctx.workspace_id} and t.id = ${parent_id}
      union
      select t.id, t.parent_id from team t join above a on t.id = a.parent_id where t.workspace_id = ${ctx.workspace_id}
    )
    select id from above`.execute(ctx.db)
  if (rows.length === 0) throw unknown('parent_id', says.no_such_team())
  if (rows.some(row => row.id === id)) {
    throw fail('conflict', {
      code: 'team_circle',
      detail: says.team_circle(),
    })
  }
}

async function demandFreeName(ctx: Ctx, name: string | undefined, id?: string): Promise<void> {
  if (name === undefined) return
  const same = await ctx.db
    .selectFrom('team')
    .select('id')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('name', '=', name)
    .executeTakeFirst()
  if (!same || same.id === id) return
  const message = says.team_name_taken()
  throw fail('conflict', { code: 'team_name_taken', detail: message, errors: [{ path: 'name', message }] })
}

async function setMembers(ctx: Ctx, team_id: string, member_ids: string[] | undefined): Promise<void> {
  if (member_ids === undefined) return
  const { workspace_id } = ctx
  const known = await sql<{ id: string }>`
    select id from member where workspace_id = ${workspace_id} and id = any(${member_ids}::uuid[])`.execute(
    ctx.db,
  )
  if (known.rows.length < new Set(member_ids).size) throw unknown('member_ids', says.not_all_members())
  await sql`delete from team_member where workspace_id = ${workspace_id} and team_id = ${team_id}
    and member_id <> all(${member_ids}::uuid[])`.execute(ctx.db)
  await sql`insert into team_member (workspace_id, team_id, member_id)
    select ${workspace_id}::uuid, ${team_id}::uuid, m from unnest(${member_ids}::uuid[]) m on conflict do nothing`.execute(
    ctx.db,
  )
}

/** Puts somebody who is invited into teams, and out of all others. */
export async function putIntoTeams(ctx: Ctx, member_id: string, team_ids: string[]): Promise<void> {
  const { workspace_id } = ctx
  await sql`delete from team_member where workspace_id = ${workspace_id} and member_id = ${member_id}`.execute(
    ctx.db,
  )
  const { rows } = await sql<{ team_id: string }>`
    insert into team_member (workspace_id, team_id, member_id)
    select workspace_id, id, ${member_id}::uuid from team
    where workspace_id = ${workspace_id} and id = any(${team_ids}::uuid[]) returning team_id`.execute(ctx.db)
  if (rows.length < new Set(team_ids).size) throw unknown('team_ids', says.no_such_team())
}

/** Rights hang on it, so it holds at once everywhere. */
async function changed(ctx: Ctx): Promise<void> {
  await announce(ctx.db, { of: 'workspace', id: ctx.workspace_id })
  forgetSessions(ctx.machine)
}

interface Change {
  name?: string | undefined
  parent_id?: string | null | undefined
  member_ids?: string[] | undefined
}

export async function createTeam(ctx: Ctx, { name, parent_id, member_ids }: Change & { name: string }) {
  await oneAtATime(ctx)
  const teams = await selectTeams(ctx)
  if (teams.length >= teamsMax)
    throw fail('conflict', { code: 'too_many_teams', detail: says.too_many_teams({ most: teamsMax }) })
  await demandFreeName(ctx, name)
  await demandAbove(ctx, parent_id)
  const id = newId()
  const { workspace_id, now: created_at } = ctx
  await ctx.db
    .insertInto('team')
    .values({ workspace_id, id, name, parent_id: parent_id ?? null, created_at })
    .execute()
  await setMembers(ctx, id, member_ids)
  await changed(ctx)
  return getTeam(ctx, id)
}

export async function updateTeam(ctx: Ctx, { id, name, parent_id, member_ids }: Change & { id: string }) {
  await oneAtATime(ctx)
  const team = await getTeam(ctx, id)
  await demandFreeName(ctx, name, id)
  await demandAbove(ctx, parent_id, id)
  await ctx.db
    .updateTable('team')
    .set({ name: name ?? team.name, parent_id: parent_id === undefined ? team.parent_id : parent_id })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .execute()
  await setMembers(ctx, id, member_ids)
  await changed(ctx)
  return getTeam(ctx, id)
}

export async function deleteTeam(ctx: Ctx, { id }: { id: string }): Promise<undefined> {
  await oneAtATime(ctx)
  const { parent_id } = await getTeam(ctx, id)
  await ctx.db
    .updateTable('team')
    .set({ parent_id })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('parent_id', '=', id)
    .execute()
  await ctx.db.deleteFrom('team').where('workspace_id', '=', ctx.workspace_id).where('id', '=', id).execute()
  await changed(ctx)
}

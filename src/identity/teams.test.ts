import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { addMember } from './members.contract.ts'
import { findSession } from './sessions.ts'
import { createTeam, deleteTeam, listTeams, updateTeam } from './teams.contract.ts'
import { setReach } from './workspaces.contract.ts'

let app: TestApp
let home: TestWorkspace
let away: TestWorkspace
let key: string
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app, 'Home')
  away = await makeWorkspace(app, 'Away')
  key = home.keys.admin
})
afterAll(() => app.close())

const make = (body: { name: string; parent_id?: string; member_ids?: string[] }) =>
  app.call(createTeam, { key, body })
/** Whose records the member of this role reaches now. */
async function teamOf(role: 'manager' | 'agent' | 'viewer') {
  const { cookie = '' } = await home.browser(role)
  const signedIn = await findSession(app.machine, cookie.split('=')[1] ?? '')
  return signedIn?.team.toSorted()
}

describe('a tree of teams', () => {
  test('reaches downwards, through every team somebody is in, and changes at once', async () => {
    const { manager, agent, viewer, admin } = home.members
    const reach = { read: 'team', write: 'own', delete: 'none' } as const
    for (const role of ['manager', 'agent'] as const)
      await app.call(setReach, { key, params: { role }, body: reach })
    const sales = await make({ name: 'Sales', member_ids: [manager.id] })
    const north = await make({ name: 'North', parent_id: sales.id, member_ids: [agent.id] })
    const city = await make({ name: 'City', parent_id: north.id, member_ids: [viewer.id] })
    const service = await make({ name: 'Service', member_ids: [agent.id, admin.id] })
    expect(await teamOf('manager')).toEqual([manager.id, agent.id, viewer.id].toSorted())
    expect(await teamOf('agent')).toEqual([agent.id, viewer.id, admin.id].toSorted())
    // Where no right reaches the team, nobody asks for it.
    expect(await teamOf('viewer')).toEqual([])
    await app.call(updateTeam, { key, params: { id: city.id }, body: { parent_id: service.id } })
    expect(await teamOf('manager')).toEqual([manager.id, agent.id].toSorted())
    await app.call(updateTeam, { key, params: { id: service.id }, body: { member_ids: [admin.id] } })
    expect(await teamOf('agent')).toEqual([agent.id])
    await app.call(updateTeam, { key, params: { id: city.id }, body: { parent_id: north.id } })
    await app.call(deleteTeam, { key, params: { id: north.id } })
    const { items } = await app.call(listTeams, { key })
    expect(items.map(team => [team.name, team.parent_id])).toEqual([
      ['City', sales.id],
      ['Sales', null],
      ['Service', null],
    ])
    expect(await teamOf('agent')).toEqual([])
    expect(await teamOf('manager')).toEqual([manager.id, viewer.id].toSorted())
  })

  test('closes no circle, however two moves meet', async () => {
    const one = await make({ name: 'One' })
    const two = await make({ name: 'Two' })
    const move = (id: string, parent_id: string) =>
      app.ask(updateTeam, { key, params: { id }, body: { parent_id } })
    const replies = await Promise.all([move(one.id, two.id), move(two.id, one.id)])
    expect(replies.map(reply => reply.status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect((await move(one.id, one.id)).body).toMatchObject({ code: 'team_circle' })
  })

  test('takes no members, teams or names that are not its own', async () => {
    const stranger = away.members.agent.id
    const body = { name: 'Third', member_ids: [stranger] }
    expect(await app.ask(createTeam, { key, body })).toMatchObject({
      status: 400,
      body: { code: 'unknown_reference' },
    })
    const next = await app.call(createTeam, { key: away.keys.admin, body: { name: 'Next door' } })
    const below = { name: 'Fourth', parent_id: next.id }
    expect((await app.ask(createTeam, { key, body: below })).status).toBe(400)
    const invited = { name: 'Ida', email: 'ida@x.example', role: 'agent' as const, team_ids: [next.id] }
    expect((await app.ask(addMember, { key, body: invited })).status).toBe(400)
    expect((await app.ask(createTeam, { key, body: { name: 'One' } })).body).toMatchObject({
      code: 'team_name_taken',
    })
  })

  test('takes who is invited into it', async () => {
    const team = await make({ name: 'Invited' })
    const body = { name: 'Ida', email: 'ida@y.example', role: 'agent' as const, team_ids: [team.id] }
    const { id } = await app.call(addMember, { key, body })
    const { items } = await app.call(listTeams, { key })
    expect(items.find(one => one.id === team.id)?.member_ids).toEqual([id])
  })
})

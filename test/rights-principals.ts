import { type Role, rightsOf, roles, writeKeyRights } from '../src/identity/rights.contract.ts'
import { createTeam } from '../src/identity/teams.contract.ts'
import { setReach } from '../src/identity/workspaces.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../src/testing/workspace.ts'
import type { Principal } from './rights-matrix.ts'

const nothing = { permissions: new Set<string>(), kinds: {} }

const rightsFor = (role: Role) => {
  const { permissions, kinds } = rightsOf(role)
  return { permissions: new Set<string>(permissions), kinds }
}

const bearer = (key: string) => async () => ({ authorization: `Bearer ${key}` })

/** Everybody who may knock: each role with a browser and with a key, the neighbour's, and those who were sent away. */
export async function allPrincipals(
  app: TestApp,
  home: TestWorkspace,
  away: TestWorkspace,
): Promise<Principal[]> {
  await app.machine.auth(db =>
    db
      .updateTable('account')
      .set({ is_installation_owner: true })
      .where('id', '=', away.members.owner.account_id)
      .execute(),
  )
  const anyone = { member: home.members.agent, workspace: home }
  const agent = (workspace: TestWorkspace, role: Role) => ({ member: workspace.members[role], workspace })
  const sessions = roles.map(
    (role): Principal => ({
      name: `${role}'s browser`,
      access: 'session',
      ...agent(home, role),
      ...rightsFor(role),
      headers: () => home.browser(role),
    }),
  )
  const keys = roles.map(
    (role): Principal => ({
      name: `${role}'s key`,
      access: 'key',
      ...agent(home, role),
      ...rightsFor(role),
      headers: bearer(home.keys[role]),
    }),
  )
  return [
    ...sessions,
    ...keys,
    {
      name: "the neighbour's admin",
      access: 'session',
      ...agent(away, 'admin'),
      ...rightsFor('admin'),
      headers: () => away.browser('admin'),
    },
    {
      name: 'the owner of the installation, next door',
      access: 'session',
      ...agent(away, 'owner'),
      ...rightsFor('owner'),
      permissions: new Set([...rightsFor('owner').permissions, 'installation.manage']),
      headers: () => away.browser('owner'),
    },
    {
      name: "the neighbour's key",
      access: 'key',
      ...agent(away, 'owner'),
      ...rightsFor('owner'),
      headers: bearer(away.keys.owner),
    },
    {
      name: 'a write key',
      access: 'key',
      ...anyone,
      permissions: new Set(writeKeyRights.permissions),
      kinds: writeKeyRights.kinds,
      headers: bearer(home.write_key),
    },
    { name: 'nobody', access: 'none', ...anyone, ...nothing, headers: async () => ({}) },
    ...(await narrowed(app)),
    ...(await inTeams(app)),
    ...(await sentAway(app)),
  ]
}

/** Where agents reach their own records alone, those of a colleague are hidden. */
async function narrowed(app: TestApp): Promise<Principal[]> {
  const narrow = await makeWorkspace(app, 'Narrow')
  const reach = { read: 'own', write: 'own', delete: 'own' } as const
  await app.call(setReach, { key: narrow.keys.admin, params: { role: 'agent' }, body: reach })
  const { permissions, kinds } = rightsOf('agent', [{ role: 'agent', kind: '*', ...reach }])
  const agent = {
    member: narrow.members.agent,
    workspace: narrow,
    permissions: new Set<string>(permissions),
    kinds,
  }
  return [
    {
      name: 'an agent who sees his own',
      access: 'session',
      ...agent,
      headers: () => narrow.browser('agent'),
    },
    { name: 'a key that owns nothing', access: 'key', ...agent, headers: bearer(narrow.keys.agent) },
  ]
}

/** In one workspace the agent's team stands above the colleague's, in another below it. */
async function inTeams(app: TestApp): Promise<Principal[]> {
  const reach = { read: 'team', write: 'team', delete: 'team' } as const
  const { permissions, kinds } = rightsOf('agent', [{ role: 'agent', kind: '*', ...reach }])
  const place = async (name: string, standsAbove: boolean) => {
    const workspace = await makeWorkspace(app, name)
    const { agent, manager } = workspace.members
    const key = workspace.keys.admin
    const [upper, lower] = standsAbove ? [agent, manager] : [manager, agent]
    const above = await app.call(createTeam, { key, body: { name: 'Sales', member_ids: [upper.id] } })
    await app.call(createTeam, { key, body: { name: 'North', parent_id: above.id, member_ids: [lower.id] } })
    await app.call(setReach, { key, params: { role: 'agent' }, body: reach })
    const team = standsAbove ? [agent.id, manager.id] : [agent.id]
    return { member: agent, workspace, permissions: new Set<string>(permissions), kinds, team }
  }
  const [high, low] = [await place('High', true), await place('Low', false)]
  const browser = ({ workspace }: typeof high) => ({
    access: 'session' as const,
    headers: () => workspace.browser('agent'),
  })
  return [
    { name: 'an agent who sees the team below his', ...high, ...browser(high) },
    { name: 'an agent who does not see the team above his', ...low, ...browser(low) },
    { name: 'a key that is in no team', access: 'key', ...high, headers: bearer(high.workspace.keys.agent) },
  ]
}

async function sentAway(app: TestApp): Promise<Principal[]> {
  const gone = await makeWorkspace(app, 'Gone')
  const before = await gone.browser('admin')
  const out = await gone.browser('owner')
  const now = app.clock.now()
  await app.machine.system(async db => {
    const account = gone.members.owner.account_id
    await db.updateTable('session').set({ revoked_at: now }).where('account_id', '=', account).execute()
    await db.updateTable('member').set({ disabled_at: now }).where('id', '=', gone.members.admin.id).execute()
    await db.updateTable('api_key').set({ revoked_at: now }).where('workspace_id', '=', gone.id).execute()
  })
  const dead = { dead: true, member: gone.members.admin, workspace: gone, ...nothing }
  return [
    { name: 'a disabled member', access: 'session', ...dead, headers: async () => before },
    { name: 'a revoked session', access: 'session', ...dead, headers: async () => out },
    { name: 'a revoked key', access: 'key', ...dead, headers: bearer(gone.keys.owner) },
    {
      name: 'a made-up session',
      access: 'session',
      ...dead,
      headers: async () => ({ ...ownPage, cookie: 'rapport_session=made-up' }),
    },
    { name: 'a made-up key', access: 'key', ...dead, headers: bearer('rk_made_up') },
  ]
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, ownPage, type TestWorkspace } from '../testing/workspace.ts'
import { identityCommands } from './identity.commands.ts'
import { inspectLink, redeemLink } from './links.contract.ts'
import { makeLink } from './links.ts'
import {
  addMember,
  listInvitations,
  listMembers,
  resendInvitation,
  resetPassword,
  showInvitationLink,
  updateMember,
} from './members.contract.ts'
import { hashPassword } from './password.ts'
import {
  getSession,
  listSessions,
  revokeSession,
  revokeSessions,
  signIn,
  switchWorkspace,
  updateAccount,
} from './session.contract.ts'
import { createWorkspace, getWorkspace } from './workspaces.contract.ts'

let app: TestApp
let home: TestWorkspace
let away: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app, 'Home')
  away = await makeWorkspace(app, 'Away')
})
afterAll(() => app.close())

const password = 'a quiet river under seven bridges'
/** What stands in the message that goes to the address. */
async function linkFor(workspace: TestWorkspace, member_id: string) {
  const { machine } = app
  return machine.auth(async db => {
    const { account_id } = await db
      .selectFrom('member')
      .select('account_id')
      .where('id', '=', member_id)
      .executeTakeFirstOrThrow()
    return makeLink(machine, db, { purpose: 'join', account_id, workspace_id: workspace.id, member_id })
  })
}
const tokenIn = (path: string) => path.split('#')[1] ?? ''
const redeem = (path: string, given = password) =>
  app.ask(redeemLink, { headers: ownPage, body: { token: tokenIn(path), password: given } })
const cookieIn = (headers: Record<string, unknown>) => ({
  ...ownPage,
  cookie: String(headers['set-cookie']).split(';')[0] ?? '',
})

test('a member joins with a link that works once', async () => {
  const member = await app.call(addMember, {
    key: home.keys.admin,
    body: { name: 'Grace', email: 'Grace@Navy.Example', role: 'agent' },
  })
  const link = await linkFor(home, member.id)
  expect(member).toMatchObject({ email: 'grace@navy.example', state: 'invited' })
  const looked = await app.call(inspectLink, { body: { token: tokenIn(link.path) } })
  expect(looked).toEqual({
    purpose: 'join',
    email: 'grace@navy.example',
    workspace_name: 'Home',
  })
  const weak = await redeem(link.path, 'grace navy grace navy')
  expect(weak).toMatchObject({ status: 400, body: { code: 'weak_password' } })
  const replies = await Promise.all(Array.from({ length: 5 }, () => redeem(link.path)))
  expect(replies.map(reply => reply.status).sort((left, right) => left - right)).toEqual([
    200, 410, 410, 410, 410,
  ])
  const joined = replies.find(reply => reply.status === 200)
  expect(joined?.body).toMatchObject({ state: 'signed_in', role: 'agent', workspace: { id: home.id } })
})

test('somebody who has an account gives its own password, and a link of strangers cannot change it', async () => {
  const member = await app.call(addMember, {
    key: away.keys.admin,
    body: { name: 'Gracie', email: 'grace@navy.example', role: 'viewer' },
  })
  const link = await linkFor(away, member.id)
  expect(await redeem(link.path, 'the password of somebody else')).toMatchObject({
    status: 401,
    body: { code: 'wrong_credentials' },
  })
  expect((await redeem(link.path)).body).toMatchObject({ role: 'viewer', workspace: { id: away.id } })
})

test('adding a member tells nothing of whether the address has an account in another workspace', async () => {
  const key = away.keys.admin
  const known = { email: home.members.agent.email, name: 'Somebody' }
  const fresh = { email: 'nobody@x.example', name: 'Somebody' }
  const password_hash = await hashPassword(password)
  await app.machine.auth(db =>
    db
      .updateTable('account')
      .set({ password_hash, password_set_at: app.clock.now() })
      .where('id', '=', home.members.agent.account_id)
      .execute(),
  )
  const told = async (person: typeof known) => {
    const added = await app.ask(addMember, { key, body: { ...person, role: 'agent' } })
    const { id } = added.body as { id: string }
    const resent = await app.ask(resendInvitation, { key, params: { id } })
    const members = await app.call(listMembers, { key })
    const invitations = await app.call(listInvitations, { key })
    const ofThem = [...members.items, ...invitations.items].filter(one => one.id === id)
    const headers = await away.browser('owner')
    const link = await app.ask(showInvitationLink, { headers, params: { id } })
    expect(link.status).toBe(403)
    const replies = [added, resent, link].map(({ status, body }) => ({ status, body }))
    const text = JSON.stringify([replies, ofThem])
    expect(text).not.toContain('#')
    return [id, person.email]
      .reduce((all, own) => all.replaceAll(own, '…'), text)
      .replaceAll(/"request_id":"[^"]*"/g, '')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')
  }
  expect(await told(known)).toBe(await told(fresh))
  await app.call(updateAccount, { headers: await home.browser('agent'), body: { name: 'Renamed' } })
  const { items } = await app.call(listInvitations, { key })
  expect(items.find(({ email }) => email === known.email)?.name).toBe('Somebody')
})

test('one person looks at one workspace at a time and switches', async () => {
  const signed = await app.ask(signIn, { headers: ownPage, body: { email: 'grace@navy.example', password } })
  const headers = cookieIn(signed.headers)
  for (const [id, role] of [
    [home.id, 'agent'],
    [away.id, 'viewer'],
  ] as const) {
    const state = await app.call(switchWorkspace, { headers, body: { workspace_id: id } })
    expect(state).toMatchObject({ role, workspace: { id } })
    expect((await app.call(getWorkspace, { headers })).id).toBe(id)
  }
  const third = await makeWorkspace(app, 'Third')
  const refused = await app.ask(switchWorkspace, { headers, body: { workspace_id: third.id } })
  expect(refused.status).toBe(404)
  expect((await app.call(getSession, { headers })).workspaces.map(one => one.name)).toEqual(['Away', 'Home'])
})

test('nobody ends the session of another', async () => {
  const [agent, viewer] = [await home.browser('agent'), await home.browser('viewer')]
  const { items } = await app.call(listSessions, { headers: viewer, query: {} })
  const other = items.find(one => one.current)?.id ?? ''
  expect((await app.ask(revokeSession, { headers: agent, params: { id: other } })).status).toBe(404)
  await app.call(revokeSessions, { headers: agent, query: {} })
  expect((await app.ask(getWorkspace, { headers: agent })).status).toBe(401)
  expect((await app.ask(getWorkspace, { headers: viewer })).status).toBe(200)
})

test('a disabled member is out at once, and their open link is dead', async () => {
  const { items } = await app.call(listMembers, { key: away.keys.admin })
  const grace = items.find(one => one.email === 'grace@navy.example')
  const signed = await app.ask(signIn, { headers: ownPage, body: { email: 'grace@navy.example', password } })
  const headers = cookieIn(signed.headers)
  await app.call(switchWorkspace, { headers, body: { workspace_id: away.id } })
  await app.call(updateMember, {
    key: away.keys.admin,
    params: { id: grace?.id ?? '' },
    body: { disabled: true },
  })
  expect((await app.ask(getWorkspace, { headers })).status).toBe(401)
  expect(await app.call(getSession, { headers })).toMatchObject({ state: 'signed_in', workspace: null })
  expect((await app.call(switchWorkspace, { headers, body: { workspace_id: home.id } })).role).toBe('agent')
  const back = await app.ask(switchWorkspace, { headers, body: { workspace_id: away.id } })
  expect(back.status).toBe(404)

  const invited = await app.call(addMember, {
    key: away.keys.admin,
    body: { name: 'Edsger', email: 'edsger@shortest.example', role: 'agent' },
  })
  const first = await linkFor(away, invited.id)
  const renewed = await linkFor(away, invited.id)
  expect((await redeem(first.path)).status).toBe(410)
  await app.call(updateMember, {
    key: away.keys.admin,
    params: { id: invited.id },
    body: { disabled: true },
  })
  expect((await redeem(renewed.path)).status).toBe(410)
})

test('an expired link is dead', async () => {
  const late = await app.call(addMember, {
    key: home.keys.admin,
    body: { name: 'Late', email: 'late@x.example', role: 'agent' },
  })
  const link = await linkFor(home, late.id)
  app.clock.advance(8 * 24 * 3_600_000)
  expect((await redeem(link.path)).status).toBe(410)
  const looked = await app.ask(inspectLink, { body: { token: tokenIn(link.path) } })
  expect(looked).toMatchObject({ status: 410, body: { code: 'link_spent' } })
})

test('admins do not touch owners, and a workspace keeps an owner', async () => {
  const change = (key: string, id: string, body: object) =>
    app.ask(updateMember, { key, params: { id }, body })
  const { owner, admin, agent } = home.members
  expect((await change(home.keys.admin, owner.id, { role: 'agent' })).body).toMatchObject({
    code: 'role_too_high',
  })
  expect((await change(home.keys.admin, agent.id, { role: 'owner' })).body).toMatchObject({
    code: 'role_too_high',
  })
  expect((await change(home.keys.owner, owner.id, { disabled: true })).body).toMatchObject({
    code: 'last_owner',
  })
  expect((await change(home.keys.owner, admin.id, { role: 'owner' })).status).toBe(200)
  const both = await Promise.all(
    [owner.id, admin.id].map(id => change(home.keys.owner, id, { role: 'admin' })),
  )
  expect(both.map(reply => reply.status).sort((left, right) => left - right)).toEqual([200, 409])
})

test('the same address is added once', async () => {
  const reply = await app.ask(addMember, {
    key: home.keys.admin,
    body: { name: 'Grace', email: 'grace@navy.example', role: 'agent' },
  })
  expect(reply).toMatchObject({ status: 409, body: { code: 'already_member' } })
})

test('only an owner of the installation makes workspaces and lets others choose a new password', async () => {
  const input = { name: 'Fourth', country: 'FR', currency: 'EUR', time_zone: 'Europe/Paris' }
  const headers = await home.browser('owner')
  const { agent } = home.members
  expect((await app.ask(createWorkspace, { headers, body: input })).status).toBe(403)
  expect((await app.ask(resetPassword, { headers, params: { id: agent.id } })).status).toBe(403)
  await app.machine.auth(db =>
    db
      .updateTable('account')
      .set({ is_installation_owner: true })
      .where('id', '=', home.members.owner.account_id)
      .execute(),
  )
  const operator = await home.browser('owner')
  const made = await app.call(createWorkspace, { headers: operator, body: input })
  expect(made).toMatchObject({ name: 'Fourth', slug: 'fourth' })
  expect((await app.call(switchWorkspace, { headers: operator, body: { workspace_id: made.id } })).role).toBe(
    'owner',
  )
  await app.call(switchWorkspace, { headers: operator, body: { workspace_id: home.id } })
  const link = await app.call(resetPassword, { headers: operator, params: { id: agent.id } })
  expect((await redeem(link.path)).body).toMatchObject({ state: 'signed_in', member_id: agent.id })
})

async function command(name: string, ...args: string[]): Promise<string[]> {
  const lines: string[] = []
  const found = identityCommands.find(one => one.name === name)
  expect(await found?.run(app.machine, args, line => lines.push(line))).toBe(0)
  return lines
}

test('keys are made, listed and revoked on the command line', async () => {
  const [key = ''] = await command('key create', '--role', 'admin', '--name', 'checks', '--workspace', 'away')
  expect(key).toMatch(/^rk_\w{43}$/)
  expect((await app.call(getWorkspace, { key })).id).toBe(away.id)
  const [write] = await command('key create', '--write', '--name', 'shop', '--workspace', 'away')
  expect(write).toMatch(/^wk_\w{43}$/)
  const list = await command('key list', '--workspace', 'away')
  const row = list.find(line => line.includes('checks'))?.split('\t') ?? []
  expect(row.slice(1)).toEqual(['api', 'admin', `${key.slice(0, 9)}…`, 'checks', 'active'])
  await command('key revoke', '--id', row[0] ?? '', '--workspace', 'away')
  expect((await app.ask(getWorkspace, { key })).status).toBe(401)
  await expect(command('key create', '--role', 'admin', '--name', 'x')).rejects.toThrow(/--workspace/)
  await expect(command('key create', '--name', 'x', '--workspace', 'away')).rejects.toThrow(/--role/)
  await expect(command('key create', '--role', 'king', '--name', 'x')).rejects.toThrow(/no role king/)
})

test('workspaces and password links are made on the command line', async () => {
  expect(await command('workspace create', '--name', 'Zoë & Söhne')).toEqual(['zoe-sohne'])
  expect(await command('workspace create', '--name', 'Zoe Söhne', '--country', 'CH')).toEqual(['zoe-sohne-2'])
  expect(await command('workspace list')).toContain('zoe-sohne\tZoë & Söhne')
  const [link = ''] = await command('account reset-link', '--email', 'grace@navy.example')
  expect((await redeem(link, 'nine copper kettles sing at dusk')).status).toBe(200)
  await expect(command('workspace create', '--name', 'X', '--time-zone', 'Mars/Olympus')).rejects.toThrow(
    /time_zone/,
  )
  await expect(command('setup-link')).rejects.toThrow(/set up already/)
})

test('on an empty installation the first key brings a workspace, which set-up takes over', async () => {
  const empty = await startTestApp()
  try {
    const run = async (name: string, ...args: string[]) => {
      const lines: string[] = []
      await identityCommands
        .find(one => one.name === name)
        ?.run(empty.machine, args, line => lines.push(line))
      return lines[0] ?? ''
    }
    const key = await run('key create', '--role', 'admin', '--name', 'first')
    const { id } = await empty.call(getWorkspace, { key })
    const reply = await empty.app.inject({
      method: 'POST',
      url: '/api/setup',
      headers: ownPage,
      payload: {
        token: tokenIn(await run('setup-link')),
        workspace: { name: 'Borealis', country: 'NO', currency: 'NOK', time_zone: 'Europe/Oslo' },
        owner: { name: 'Sofie', email: 'sofie@borealis.example', password },
      },
    })
    expect(reply.json()).toMatchObject({ workspace: { id, name: 'Borealis' }, role: 'owner' })
    expect((await empty.call(getWorkspace, { key })).name).toBe('Borealis')
  } finally {
    await empty.close()
  }
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { identityCommands } from './identity.commands.ts'
import { createKey, listKeys, revokeKey } from './keys.contract.ts'
import { findWriteKey, forgetKeys } from './keys.ts'
import { getWorkspace, setReach, updateWorkspace } from './workspaces.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

test('a key is shown once; afterwards only its first characters are known', async () => {
  const made = await app.call(createKey, {
    key: home.keys.admin,
    body: { kind: 'api', name: 'sync', role: 'agent' },
  })
  expect(made.key).toMatch(/^rk_[0-9A-Za-z]{43}$/)
  expect(made.key.startsWith(made.api_key.prefix)).toBe(true)
  const list = await app.call(listKeys, { key: home.keys.admin })
  expect(JSON.stringify(list)).not.toContain(made.key)
  expect(list.items.find(one => one.id === made.api_key.id)).toEqual(made.api_key)
  expect((await app.call(getWorkspace, { key: made.key })).id).toBe(home.id)
})

test('nobody makes a key more powerful than oneself', async () => {
  const reply = await app.ask(createKey, {
    key: home.keys.admin,
    body: { kind: 'api', name: 'up', role: 'owner' },
  })
  expect(reply).toMatchObject({ status: 403, body: { code: 'role_too_high' } })
})

test('a revoked key is refused at once in this process and within a second in others', async () => {
  const made = await app.call(createKey, {
    key: home.keys.owner,
    body: { kind: 'api', name: 'old', role: 'viewer' },
  })
  expect((await app.ask(getWorkspace, { key: made.key })).status).toBe(200)
  await app.call(revokeKey, { key: home.keys.owner, params: { id: made.api_key.id } })
  expect((await app.ask(getWorkspace, { key: made.key })).status).toBe(401)

  const other = await app.call(createKey, { key: home.keys.owner, body: { kind: 'write', name: 'shop 2' } })
  expect(await findWriteKey(app.machine, other.key)).toMatchObject({ workspace_id: home.id, name: 'shop 2' })
  await app.machine.auth(db =>
    db.updateTable('api_key').set({ revoked_at: new Date() }).where('id', '=', other.api_key.id).execute(),
  )
  await new Promise(resolve => setTimeout(resolve, 1000))
  expect(await findWriteKey(app.machine, other.key)).toBeUndefined()
})

test('a write key opens nothing but the tracking API, and an API key is no write key', async () => {
  expect((await app.ask(getWorkspace, { key: home.write_key })).status).toBe(403)
  expect(await findWriteKey(app.machine, home.write_key)).toBeDefined()
  expect(await findWriteKey(app.machine, home.keys.owner)).toBeUndefined()
  expect(await findWriteKey(app.machine, 'x'.repeat(5000))).toBeUndefined()
})

test('a key that is wrong does not fall back to the cookie beside it', async () => {
  const headers = await home.browser('owner')
  expect((await app.ask(getWorkspace, { headers })).status).toBe(200)
  for (const authorization of ['Bearer rk_wrong', 'Bearer', 'Basic b3duZXI6', `Bearer ${'x'.repeat(300)}`]) {
    const reply = await app.ask(getWorkspace, { headers: { ...headers, authorization } })
    expect(reply).toMatchObject({ status: 401, body: { code: 'wrong_key' } })
  }
})

test('the command makes the same keys, and says in a line what it cannot make', async () => {
  const create = identityCommands.find(command => command.name === 'key create')
  const run = async (...args: string[]) => {
    const lines: string[] = []
    await create?.run(app.machine, [...args, '--workspace', home.slug], line => void lines.push(line))
    return lines.join()
  }
  const limits = [
    '--origin',
    'https://Shop.example/',
    '--origin',
    'http://localhost:8080',
    '--events-per-minute',
    '60',
  ]
  expect(await findWriteKey(app.machine, await run('--write', '--name', 'site', ...limits))).toMatchObject({
    name: 'site',
    origins: ['https://shop.example', 'http://localhost:8080'],
    events_per_minute: 60,
  })
  expect(await findWriteKey(app.machine, await run('--write', '--name', 'shop'))).toMatchObject({
    origins: [],
    events_per_minute: null,
  })
  await expect(run('--write', '--name', 'x', '--origin', 'shop')).rejects.toThrow(
    '--origin must look like https://',
  )
  await expect(run('--write', '--name', 'x', '--events-per-minute', 'many')).rejects.toThrow(
    '--events-per-minute',
  )
  await expect(run('--role', 'admin', '--name', 'x', ...limits)).rejects.toThrow('Only a write key')
})

test('the reply with a new key is not kept for a repeated request', async () => {
  const input = {
    key: home.keys.admin,
    headers: { 'idempotency-key': 'once' },
    body: { kind: 'write' as const, name: 'once' },
  }
  const first = await app.call(createKey, input)
  expect((await app.ask(createKey, input)).status).toBe(409)
  const kept = await app.machine.system(db => db.selectFrom('idempotency').selectAll().execute())
  expect(JSON.stringify(kept)).not.toContain(first.key)
})

test('the last use of a key is noted to the minute', async () => {
  const made = await app.call(createKey, {
    key: home.keys.admin,
    body: { kind: 'api', name: 'used', role: 'viewer' },
  })
  await app.call(getWorkspace, { key: made.key })
  const used = async () => {
    const { items } = await app.call(listKeys, { key: home.keys.admin })
    return items.find(one => one.id === made.api_key.id)?.last_used_at
  }
  const first = await used()
  expect(first).toBe(app.clock.now().toISOString())
  app.clock.advance(61_000)
  forgetKeys(app.machine)
  await app.call(getWorkspace, { key: made.key })
  expect(await used()).toBe(app.clock.now().toISOString())
})

test('a workspace narrows what agents reach and a zone the database does not know is refused', async () => {
  const reach = { read: 'own', write: 'own', delete: 'none' } as const
  const set = await app.call(setReach, { key: home.keys.admin, params: { role: 'agent' }, body: reach })
  expect(set.kinds['*']).toEqual(reach)
  expect(
    (await app.ask(setReach, { key: home.keys.manager, params: { role: 'agent' }, body: reach })).status,
  ).toBe(403)
  const zone = await app.ask(updateWorkspace, {
    key: home.keys.admin,
    body: { time_zone: 'Europe/Atlantis' },
  })
  expect(zone.status).toBe(400)
  const changed = await app.call(updateWorkspace, {
    key: home.keys.admin,
    body: { time_zone: 'Asia/Kolkata' },
  })
  expect(changed.time_zone).toBe('Asia/Kolkata')
})

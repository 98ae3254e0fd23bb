import { get } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { announce } from './announce.ts'
import { createKey, revokeKey } from './keys.contract.ts'
import { updateMember } from './members.contract.ts'
import { revokeSessions } from './session.contract.ts'
import { getWorkspace } from './workspaces.contract.ts'

let app: TestApp
let home: TestWorkspace
let url: string
beforeAll(async () => {
  app = await startTestApp()
  await app.work()
  url = await app.app.listen({ port: 0, host: '127.0.0.1' })
  home = await makeWorkspace(app)
})
afterAll(() => app.close())

/** Opens the live stream; `ended` answers when it was over. */
async function openStream(headers: Record<string, string>) {
  const stream = await new Promise<{ status: number; ended: Promise<number> }>((resolve, reject) => {
    get(`${url}/api/live`, { headers, agent: false }, reply => {
      reply.resume()
      const ended = new Promise<number>(end => reply.once('close', () => end(performance.now())))
      resolve({ status: reply.statusCode ?? 0, ended })
    }).once('error', reject)
  })
  expect(stream.status).toBe(200)
  return stream
}

/** From now on. */
async function endsWithinSecond({ ended }: { ended: Promise<number> }): Promise<void> {
  const from = performance.now()
  expect((await ended) - from).toBeLessThan(1000)
}

test('a live stream ends within a second when its member is disabled, and no other does', async () => {
  const stream = await openStream(await home.browser('viewer'))
  const kept = await openStream(await home.browser('manager'))
  const params = { id: home.members.viewer.id }
  await app.call(updateMember, { key: home.keys.owner, params, body: { disabled: true } })
  await endsWithinSecond(stream)
  const later = new Promise<string>(resolve => setTimeout(() => resolve('open'), 300))
  expect(await Promise.race([kept.ended, later])).toBe('open')
})

test('a live stream ends with its session', async () => {
  const headers = await home.browser('agent')
  const stream = await openStream(headers)
  await app.call(revokeSessions, { headers, query: {} })
  await endsWithinSecond(stream)
})

test('a live stream ends with its key', async () => {
  const body = { kind: 'api' as const, name: 'live', role: 'viewer' as const }
  const made = await app.call(createKey, { key: home.keys.owner, body })
  const stream = await openStream({ authorization: `Bearer ${made.key}` })
  await app.call(revokeKey, { key: home.keys.owner, params: { id: made.api_key.id } })
  await endsWithinSecond(stream)
})

test('what another process revokes is heard at once', async () => {
  const made = await app.call(createKey, {
    key: home.keys.owner,
    body: { kind: 'api', name: 'elsewhere', role: 'viewer' },
  })
  expect((await app.ask(getWorkspace, { key: made.key })).status).toBe(200)
  await app.machine.system(async db => {
    await db
      .updateTable('api_key')
      .set({ revoked_at: app.clock.now() })
      .where('id', '=', made.api_key.id)
      .execute()
    await announce(db, { of: 'workspace', id: home.id })
  })
  await expect
    .poll(async () => (await app.ask(getWorkspace, { key: made.key })).status, { timeout: 500, interval: 20 })
    .toBe(401)
})

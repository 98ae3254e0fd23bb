import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../core/id.ts'
import { companies, people } from '../customers/customers.contract.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { liveLoop } from './live-feed.ts'
import { recordInteractions } from './timeline.contract.ts'

let app: TestApp
let home: TestWorkspace
let other: TestWorkspace
let base = ''
let loop: { stop(): Promise<void> }

beforeAll(async () => {
  app = await startTestApp()
  home = await makeWorkspace(app)
  other = await makeWorkspace(app, 'Other')
  loop = await liveLoop.start(app.machine)
  await app.app.listen({ port: 0, host: '127.0.0.1' })
  base = `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await loop.stop()
  await app.close()
})

interface Heard {
  events: { topic: string; kind: string; ids: string[] }[]
  last: string
  stop(): void
}

/** A browser's stream, as far as these tests need one. */
async function listen(key: string, lastEventId?: string): Promise<Heard> {
  const stopping = new AbortController()
  const headers = { authorization: `Bearer ${key}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) }
  const answer = await fetch(`${base}/api/live`, { headers, signal: stopping.signal })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  const heard: Heard = { events: [], last: '', stop: () => stopping.abort() }
  const follow = async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const line of blocks.flatMap(block => block.split('\n'))) {
        if (line.startsWith('id: ')) heard.last = line.slice(4)
        if (line.startsWith('data: ')) heard.events.push(JSON.parse(line.slice(6)) as Heard['events'][number])
      }
    }
  }
  follow().catch(() => undefined)
  await expect.poll(() => heard.last).not.toBe('')
  return heard
}

const makePerson = (workspace: TestWorkspace, name: string) =>
  app.app
    .inject({
      method: 'POST',
      url: '/api/people',
      headers: { authorization: `Bearer ${workspace.keys.admin}` },
      payload: { name },
    })
    .then(reply => reply.json<{ id: string }>().id)
const note = (person_id: string) =>
  app.call(recordInteractions, {
    key: home.keys.admin,
    body: { person_id, kind: 'note', text: 'Rang twice' },
  })

const names = (heard: Heard, id: string) =>
  heard.events.filter(event => event.ids.includes(id)).map(event => `${event.topic} ${event.kind}`)

it('tells which records changed and whose timeline grew, nothing of what is in them', async () => {
  const heard = await listen(home.keys.viewer)
  const ada = await makePerson(home, 'Ada Secret')
  await expect.poll(() => names(heard, ada)).toContain('change person')
  await note(ada)
  await expect.poll(() => names(heard, ada)).toContain('interaction person')
  expect(JSON.stringify(heard.events)).not.toMatch(/Secret|Rang/)
  heard.stop()
})

it('names no records at all where there are too many to name', async () => {
  const heard = await listen(home.keys.viewer)
  const items = Array.from({ length: 201 }, (_, index) => ({ name: `Crowd ${index}` }))
  await app.call(people.batch, { key: home.keys.admin, body: { mode: 'create', items } })
  await expect.poll(() => heard.events).toContainEqual({ topic: 'change', kind: 'person', ids: [] })
  heard.stop()
})

it('tells whoever may see only some people that something changed, not who', async () => {
  const narrowed = await makeWorkspace(app, 'Narrowed')
  await app.call(setReach, {
    key: narrowed.keys.admin,
    params: { role: 'agent' },
    body: { read: 'own', write: 'own', delete: 'none' },
  })
  const heard = await listen(narrowed.keys.agent)
  const ada = await makePerson(narrowed, 'Ada')
  await expect.poll(() => heard.events).toContainEqual({ topic: 'change', kind: 'person', ids: [] })
  expect(names(heard, ada)).toEqual([])
  heard.stop()
})

it('tells of what ties two together as of the two: not which, where some people are out of reach', async () => {
  const narrowed = await makeWorkspace(app, 'Tied')
  await app.call(setReach, {
    key: narrowed.keys.admin,
    params: { role: 'agent' },
    body: { kind: 'person', read: 'own', write: 'own', delete: 'none' },
  })
  const heard = await listen(narrowed.keys.agent)
  const key = narrowed.keys.admin
  const firm = await app.call(companies.create, { key, body: { name: 'Acme' } })
  await app.call(people.create, { key, body: { name: 'Ada', company_id: firm.id } })
  await expect.poll(() => names(heard, firm.id)).toContain('change company')
  await expect.poll(() => heard.events).toContainEqual({ topic: 'change', kind: 'relationship', ids: [] })
  expect(heard.events.filter(event => event.kind === 'relationship' && event.ids.length > 0)).toEqual([])
  heard.stop()
})

it('tells another workspace nothing', async () => {
  const [mine, theirs] = [await listen(home.keys.viewer), await listen(other.keys.owner)]
  const ada = await makePerson(home, 'Ada')
  await expect.poll(() => names(mine, ada)).toContain('change person')
  expect(theirs.events.filter(event => event.kind === 'person')).toEqual([])
  mine.stop()
  theirs.stop()
})

it('tells of a change that was begun before others and committed after them', async () => {
  const heard = await listen(home.keys.viewer)
  const who = { workspace_id: home.id, actor: { kind: 'system', id: 'test' } } as const
  const slow = newId()
  await app.machine.workspaceTransaction(who, async ctx => {
    await ctx.db.insertInto('person').values({ workspace_id: home.id, id: slow, name: 'Slow' }).execute()
    await makePerson(home, 'Quick')
    await new Promise(resolve => setTimeout(resolve, 600))
  })
  await expect.poll(() => names(heard, slow)).toContain('change person')
  heard.stop()
})

it('goes on after a broken connection where it was, without loss', async () => {
  const before = await listen(home.keys.viewer)
  before.stop()
  const missed = await makePerson(home, 'Missed')
  // Another reader keeps the logs being read meanwhile.
  const meanwhile = await listen(home.keys.viewer)
  const seen = await makePerson(home, 'Seen')
  await expect.poll(() => names(meanwhile, seen)).toContain('change person')
  const after = await listen(home.keys.viewer, before.last)
  const toldAll = () => after.events.some(event => event.kind === '*')
  await expect.poll(() => toldAll() || names(after, missed).includes('change person')).toBe(true)
  expect(toldAll()).toBe(false)
  meanwhile.stop()
  after.stop()
})

it('asks for everything again when the place is not of this database', async () => {
  const heard = await listen(home.keys.viewer, 'elsewhere.1:5')
  await expect
    .poll(() => heard.events)
    .toEqual([
      { topic: 'change', kind: '*', ids: [] },
      { topic: 'interaction', kind: '*', ids: [] },
    ])
  heard.stop()
})

it('is closed to whoever has no key', async () => {
  expect((await fetch(`${base}/api/live`)).status).toBe(401)
  expect(
    (await fetch(`${base}/api/live`, { headers: { authorization: `Bearer ${home.write_key}` } })).status,
  ).toBe(403)
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createLive } from './live.ts'
import { createLog } from './log.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Streams of a log that stands still until it is told to move; workspaces are the paths. */
async function streams(options: { memory_ms?: number } = {}) {
  const log = { position: 1n, away: false, unreadable: false }
  const live = createLive({
    log: createLog({ level: 'silent', format: 'text' }),
    interval_ms: 20,
    ...options,
  })
  live.follow({
    topics: ['change'],
    position: () =>
      log.away ? Promise.reject(new Error('away')) : Promise.resolve({ epoch: 'e', position: log.position }),
    read: async (_from, to, workspaces) => {
      if (log.unreadable) throw new Error('away')
      return workspaces.map(workspace_id => ({
        workspace_id,
        changes: [{ topic: 'change', kind: 'person', ids: [`at ${to}`] }],
      }))
    },
  })
  const server = createServer((request, response) => {
    const place = request.headers['last-event-id']
    const reader = { workspace_id: request.url ?? '', mask: <T>(change: T) => change }
    void live.attach(response, reader, typeof place === 'string' ? place : undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    await live.close()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const listen = async (workspace: string, place?: string) => {
    const headers = place === undefined ? {} : { 'last-event-id': place }
    const { body } = await fetch(`${url}/${workspace}`, { headers, signal: AbortSignal.timeout(5000) })
    const heard = { text: '', ended: false }
    const follow = async () => {
      for await (const chunk of body ?? []) heard.text += Buffer.from(chunk as Uint8Array).toString()
      heard.ended = true
    }
    follow().catch(() => undefined)
    return heard
  }
  return { live, log, listen }
}
const everything = '"kind":"*"'

test('a stream that begins while the logs cannot be read ends, so that the browser comes again, and is then told', async () => {
  const { live, log, listen } = await streams()
  log.away = true
  const refused = await listen('w')
  await expect.poll(() => refused.ended).toBe(true)
  expect(refused.text).toBe('retry: 1000\n\n')
  expect(live.readers()).toBe(0)
  log.away = false
  const heard = await listen('w')
  log.position = 2n
  await expect.poll(() => heard.text).toContain('at 2')
  expect(heard.text).toContain('id: e:2')
})

test('what could not be read is told once it can be', async () => {
  const { log, listen } = await streams()
  const heard = await listen('w')
  await expect.poll(() => heard.text).toContain('id: e:1')
  log.unreadable = true
  log.position = 2n
  await new Promise(resolve => setTimeout(resolve, 60))
  log.unreadable = false
  await expect.poll(() => heard.text).toContain('at 2')
})

test('who comes back is told what was missed, and to ask for everything where that is not known', async () => {
  const { log, listen } = await streams({ memory_ms: 200 })
  const heard = await listen('w')
  await expect.poll(() => heard.text).toContain('id: e:1')
  log.position = 2n
  await expect.poll(() => heard.text).toContain('id: e:2')
  const back = await listen('w', 'e:1')
  await expect.poll(() => back.text).toContain('at 2')
  expect(back.text).not.toContain(everything)

  // Of a workspace that nobody listened to nothing was read.
  const another = await listen('v', 'e:1')
  await expect.poll(() => another.text).toContain(everything)

  // Nor is anything remembered for ever.
  await new Promise(resolve => setTimeout(resolve, 250))
  log.position = 3n
  await expect.poll(() => heard.text).toContain('id: e:3')
  const late = await listen('w', 'e:1')
  await expect.poll(() => late.text).toContain(everything)
})

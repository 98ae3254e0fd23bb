import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createLive } from './live.ts'
import { createLog } from './log.ts'

test('a stream that begins while the logs cannot be read ends, so that the browser comes again, and is then told', async () => {
  const live = createLive({ log: createLog({ level: 'silent', format: 'text' }), interval_ms: 20 })
  let away = true
  let position = 1n
  live.follow({
    topics: ['change'],
    position: () => (away ? Promise.reject(new Error('away')) : Promise.resolve({ epoch: 'e', position })),
    read: async (_from, _to, workspaces) =>
      workspaces.map(workspace_id => ({
        workspace_id,
        changes: [{ topic: 'change', kind: 'person', ids: ['ada'] }],
      })),
  })
  const server = createServer((_request, response) => {
    void live.attach(response, { workspace_id: 'w', mask: change => change }, undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    expect(await (await fetch(url, { signal: AbortSignal.timeout(5000) })).text()).toBe('retry: 1000\n\n')
    expect(live.readers()).toBe(0)
    away = false
    const { body } = await fetch(url, { signal: AbortSignal.timeout(5000) })
    position = 2n
    let told = ''
    for await (const chunk of body ?? []) {
      told += Buffer.from(chunk).toString()
      if (told.includes('ada')) break
    }
    expect(told).toContain('id: e:2')
  } finally {
    await live.close()
    server.close()
  }
})

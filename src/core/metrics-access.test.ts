import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { createServer } from './server.ts'

const token = 'a-token-that-a-scraper-knows'
let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** The status for one who asks from this address, with these settings. */
async function asked(
  settings: { metrics_token?: string; trust_proxy?: string },
  from: { remoteAddress: string; headers?: Record<string, string> },
): Promise<number> {
  const machine = { ...app.machine, config: { ...app.machine.config, ...settings } }
  const server = await createServer({ machine, areas: [], authenticate: async () => undefined })
  try {
    const reply = await server.inject({ url: '/metrics', ...from })
    expect(reply.body.includes('rapport_request_seconds')).toBe(reply.statusCode === 200)
    return reply.statusCode
  } finally {
    await server.close()
  }
}

describe('metrics', () => {
  test('are read on the machine itself, and from nowhere else', async () => {
    for (const remoteAddress of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])
      expect([remoteAddress, await asked({}, { remoteAddress })]).toEqual([remoteAddress, 200])
    for (const remoteAddress of [
      '203.0.113.7',
      '192.168.1.20',
      '2001:db8::1',
      '::ffff:203.0.113.7',
      '1.127.0.0',
    ])
      expect([remoteAddress, await asked({}, { remoteAddress })]).toEqual([remoteAddress, 403])
  })

  test('are not shown to the world through a proxy on the machine', async () => {
    const remoteAddress = '127.0.0.1'
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
      expect(await asked({}, { remoteAddress, headers: { [name]: '127.0.0.1' } })).toBe(403)
    const trusted = { trust_proxy: '127.0.0.1' }
    const behind = (from: string) => ({ remoteAddress, headers: { 'x-forwarded-for': from } })
    expect(await asked(trusted, behind('203.0.113.7'))).toBe(403)
    expect(await asked(trusted, behind('127.0.0.1, 203.0.113.7'))).toBe(403)
    expect(await asked(trusted, { remoteAddress })).toBe(200)
  })

  test('are shown to whoever has the token, and then to nobody without it', async () => {
    const settings = { metrics_token: token }
    const away = (authorization: string) => ({ remoteAddress: '203.0.113.7', headers: { authorization } })
    expect(await asked(settings, away(`Bearer ${token}`))).toBe(200)
    expect(await asked(settings, away('Bearer guess'))).toBe(401)
    expect(await asked(settings, { remoteAddress: '127.0.0.1' })).toBe(401)
  })
})

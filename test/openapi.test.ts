import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areas } from '../src/areas.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'

let app: TestApp
let document: { openapi: string; paths: Record<string, Record<string, Record<string, unknown>>> }
beforeAll(async () => {
  app = await startTestApp()
  document = (await app.app.inject('/api/openapi.json')).json()
})
afterAll(() => app.close())

test('the API document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(structuredClone(document))
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('every endpoint of every area is in the API document, spelled in full', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  const mounted = areas
    .flatMap(area => area.routes ?? [])
    .map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`)
  expect(described.filter(name => !name.includes(' /api/'))).toEqual([])
  expect(described).toEqual(expect.arrayContaining(mounted))
})

test('every route that answers below /api is in the document, apart from itself and its page', () => {
  const routes = app.app
    .printRoutes({ commonPrefix: false, includeHooks: false })
    .matchAll(/(\/api\S*) \(([^)]+)\)/g)
  const missing = [...routes].flatMap(([, path = '', methods = '']) => {
    const spelled = path.replace(/:(\w+)/g, '{$1}')
    if (spelled === '/api/openapi.json' || spelled.startsWith('/api/docs')) return []
    const known = document.paths[spelled] ?? {}
    return methods
      .split(', ')
      .filter(method => method !== 'HEAD' && !known[method.toLowerCase()])
      .map(method => `${method} ${spelled}`)
  })
  expect(missing).toEqual([])
})

test('the live stream is described as the stream of events that it is', () => {
  expect(document.paths['/api/live']?.['get']).toMatchObject({
    'x-permission': 'records.read',
    responses: { 200: { content: { 'text/event-stream': {} } } },
  })
})

test('the readable page of the API runs no script but its own and asks no other server', async () => {
  const page = await app.app.inject('/api/docs/')
  expect(page.statusCode).toBe(200)
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toMatch(/script-src 'self' 'sha256-[^']+'/)
  expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  expect(policy).toContain(`connect-src 'self'`)
  expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  const script = await app.app.inject('/api/docs/js/scalar.js')
  expect(script.statusCode).toBe(200)
  expect(script.headers['content-type']).toContain('javascript')
})

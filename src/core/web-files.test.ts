import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Failure } from './errors.ts'
import { webFiles } from './web-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapport web '))
const script = 'export const a = 1\n'.repeat(200)
let app: FastifyInstance

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(
    join(folder, 'index.html'),
    '<script nonce="__RAPPORT_NONCE__" src="/assets/a-1.js"></script>',
  )
  writeFileSync(join(folder, 'assets/a-1.js'), script)
  writeFileSync(join(folder, 'assets/a-1.js.gz'), gzipSync(script))
  writeFileSync(join(folder, 'assets/a-1.js.br'), brotliCompressSync(script))
  app = fastify()
  app.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof Failure ? error.status : 500).send('no'),
  )
  await app.register(webFiles(folder))
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

test('a page of the application is the one page, with its own nonce in the policy and in the markup', async () => {
  const first = await app.inject('/people/1?sort=name')
  const second = await app.inject('/')
  const nonce = /nonce="([^"]+)"/.exec(first.body)?.[1] ?? ''
  expect(first.statusCode).toBe(200)
  expect(first.headers['content-security-policy']).toContain(`script-src 'nonce-${nonce}'`)
  expect(first.headers['content-security-policy']).not.toContain('unsafe')
  expect(first.headers['content-security-policy']).toContain("require-trusted-types-for 'script'")
  expect(second.body).not.toBe(first.body)
  expect(first.headers['referrer-policy']).toBe('same-origin')
})

test('files come compressed and may be kept for ever, because their names carry their hash', async () => {
  const br = await app.inject({ url: '/assets/a-1.js', headers: { 'accept-encoding': 'gzip, br' } })
  const gzip = await app.inject({ url: '/assets/a-1.js', headers: { 'accept-encoding': 'gzip' } })
  const plain = await app.inject('/assets/a-1.js')
  expect(br.headers['content-encoding']).toBe('br')
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(plain.body).toBe(script)
  expect(plain.headers['cache-control']).toContain('immutable')
  const again = await app.inject({
    url: '/assets/a-1.js',
    headers: { 'if-none-match': String(plain.headers['etag']) },
  })
  expect(again.statusCode).toBe(304)
})

test('unknown addresses of the API and missing files are errors, never the page', async () => {
  for (const url of ['/api/nothing', '/v1/nothing', '/assets/gone.js', '/robots.txt', '/index.html']) {
    expect((await app.inject(url)).statusCode, url).toBe(404)
  }
})

test('nothing outside the folder can be reached', async () => {
  for (const url of ['/../package.json', '/assets/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/etc/passwd.txt']) {
    expect((await app.inject(url)).statusCode, url).toBe(404)
  }
})

test('a build that is not there is said at once', async () => {
  await expect(fastify().register(webFiles(join(folder, 'none')))).rejects.toThrow('not built')
})

import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { fail } from './errors.ts'
import { says } from './text-words.ts'

/** Where the build of the web application lies. */
export const webFolder: string = fileURLToPath(new URL('../../dist/web/', import.meta.url))

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

interface WebFile {
  body: Buffer
  gzip: Buffer | undefined
  brotli: Buffer | undefined
  type: string
  etag: string
  /** Its name carries its hash: it never changes. */
  forEver: boolean
}

/** The whole build is a few megabytes: it is held in memory, already compressed. */
function readFiles(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(gz|br)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const body = readFileSync(path)
    const sibling = (ending: string) => (existsSync(path + ending) ? readFileSync(path + ending) : undefined)
    const address = `/${relative(folder, path).split(sep).join('/')}`
    files.set(address, {
      body,
      gzip: sibling('.gz'),
      brotli: sibling('.br'),
      type: types[extname(entry.name)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      forEver: address.startsWith('/assets/'),
    })
  }
  return files
}

/** Only our own scripts, each page's own nonce; no frames, no plug-ins, nothing from elsewhere. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // The preview of a survey is a page of ours in a frame.
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    // The one policy refuses every tag (index.html).
    'trusted-types default',
  ].join('; ')

// What answers for itself: an unknown address there is an error, not a page of the application.
const notPages = /^\/(api|v1|s|health|ready|metrics|assets)(\/|$)/

/** Serves the web application: its files, and its one page at every address that is nobody else's. */
export function webFiles(folder: string = webFolder): (app: FastifyInstance) => Promise<void> {
  return async app => {
    if (!existsSync(join(folder, 'index.html')))
      throw new Error(`the web application is not built: ${folder} is missing`)
    const files = readFiles(folder)
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const answer = async (request: FastifyRequest, reply: FastifyReply) => {
      const path = decodedPath(request.url)
      const file = path === '/index.html' ? undefined : files.get(path)
      if (file) return sendFile(request, reply, file)
      if (notPages.test(path) || extname(path) !== '')
        throw fail('not_found', { detail: says.nothing_here() })
      const nonce = randomBytes(18).toString('base64url')
      return (
        reply
          .header('content-security-policy', policy(nonce))
          // Nothing to other sites; to our own, because without it a form that the page sends would have no origin to be known by.
          .header('referrer-policy', 'same-origin')
          .header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()')
          .type('text/html; charset=utf-8')
          .send(page.replaceAll('__RAPPORT_NONCE__', nonce))
      )
    }
    const config = { access: 'public' as const }
    app.get('/', { config }, answer)
    app.get('/*', { config }, answer)
  }
}

function decodedPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '/'
  try {
    return decodeURIComponent(path)
  } catch {
    throw fail('not_found')
  }
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  reply
    .header('cache-control', file.forEver ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', file.etag)
    .header('vary', 'accept-encoding')
    .type(file.type)
  if (request.headers['if-none-match'] === file.etag) return reply.status(304).send()
  const accepted = request.headers['accept-encoding'] ?? ''
  if (file.brotli && /\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(file.brotli)
  if (file.gzip && /\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(file.gzip)
  return reply.send(file.body)
}

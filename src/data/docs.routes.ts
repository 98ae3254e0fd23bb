import { createHash } from 'node:crypto'
import reference from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'

const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g

/** Only our own script and the inline one of this very page run; the page's library writes style elements itself. */
function policyFor(html: string): string {
  const hashes = [...html.matchAll(inlineScript)].map(
    found =>
      `'sha256-${createHash('sha256')
        .update(found[1] ?? '')
        .digest('base64')}'`,
  )
  return [
    `default-src 'none'`,
    `script-src 'self' ${hashes.join(' ')}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}

/** The readable page of the API at /api/docs, served from this installation alone. */
export function docsRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    route.config = { ...route.config, access: 'public' }
  })
  app.addHook('onSend', async (_request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '')
    if (type.startsWith('text/html') && typeof payload === 'string')
      reply.header('content-security-policy', policyFor(payload))
    if (type.startsWith('application/javascript')) reply.header('cache-control', 'public, max-age=86400')
    return payload
  })
  void app.register(reference, {
    routePrefix: '/api/docs',
    configuration: {
      url: '/api/openapi.json',
      pageTitle: 'Rapport API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  })
}

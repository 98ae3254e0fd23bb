import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Area } from './area.ts'
import type { Principal } from './ctx.ts'
import type { Endpoint } from './endpoint.ts'
import { type Failure, fail, failureOf, problemOf } from './errors.ts'
import { isSameOrigin, mountRoute } from './handle.ts'
import { healthRoutes } from './health.ts'
import { newId } from './id.ts'
import type { Machine } from './machine.ts'
import { openApiDocument } from './openapi.ts'
import { says } from './text-words.ts'
import { productVersion } from './version.ts'

export type RawAccess = 'public' | 'write_key' | 'api' | 'session'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null
  }
  interface FastifyContextConfig {
    endpoint?: Endpoint
    /** For routes that are not JSON by contract. */
    access?: RawAccess
    permission?: string
  }
}

/** Finds out who asks: an API key or a session. Undefined when neither is there; throws when one is there and not valid. */
export type Authenticate = (machine: Machine, request: FastifyRequest) => Promise<Principal | undefined>

export interface ServerParts {
  machine: Machine
  areas: Area[]
  /** Only the events, or only its health: the rest is answered by other processes. */
  only?: 'events' | 'health' | undefined
  authenticate: Authenticate
  /** Serves the web application; absent in processes that only take events. */
  web?: (app: FastifyInstance) => Promise<void>
}

export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { machine, areas } = parts
  const proxies = machine.config.trust_proxy?.split(',').map(part => part.trim())
  const app = fastify({
    logger: false,
    genReqId: () => newId(),
    trustProxy: proxies ?? false,
    bodyLimit: 256 * 1024,
    // Of the whole request: a large file over a slow line needs its time. Headers must be there within a minute.
    requestTimeout: 15 * 60_000,
    http: { headersTimeout: 60_000 },
    routerOptions: { maxParamLength: 300 },
    return503OnClosing: true,
  })
  app.decorateRequest('principal', null)
  await app.register(cookie)
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, request, reply) => replyFailure(machine, error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    replyFailure(machine, fail('not_found', { detail: says.nothing_here() }), request, reply),
  )
  app.addHook('onRequest', (request, reply) => admit(parts, request, reply))
  app.addHook('onResponse', async (request, reply) => {
    machine.metrics.request(
      { endpoint: endpointName(request), status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
  })
  const endpoints: Endpoint[] = []
  app.addHook('onRoute', route => {
    // A GET is also registered as HEAD; the description is the same.
    if (route.config?.endpoint && route.method !== 'HEAD') endpoints.push(route.config.endpoint)
  })
  healthRoutes(app, machine, areas)
  let document: string | undefined
  app.get('/api/openapi.json', { config: { access: 'public' } }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(endpoints, productVersion))
    return reply.type('application/json').send(document)
  })
  for (const area of parts.only === 'health' ? [] : areas) {
    if (area.eventRoutes) await app.register(async scope => area.eventRoutes?.(scope, machine))
    if (parts.only === 'events') continue
    for (const route of area.routes ?? []) await mountRoute(app, machine, route)
    if (area.rawRoutes) await app.register(async scope => area.rawRoutes?.(scope, machine))
  }
  if (parts.web) await app.register(parts.web)
  return app
}

const endpointName = (request: FastifyRequest) =>
  request.routeOptions.config.endpoint?.id ?? request.routeOptions.url ?? 'none'

const fixedHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Runs before everything else, for every route: a route that declares no access is refused, not open. */
async function admit(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(fixedHeaders).header('x-request-id', request.id)
  if (request.is404) return
  const { endpoint, access: rawAccess, permission = endpoint?.permission } = request.routeOptions.config
  const access = endpoint?.access ?? rawAccess
  if (access === undefined) throw fail('forbidden')
  if (access === 'public' || access === 'write_key') return
  const principal = await parts.authenticate(parts.machine, request)
  if (!principal || (access === 'session' && !principal.cookie)) throw fail('unauthenticated')
  const { limits, config } = parts.machine
  const quota = { limit: config.api_rate, window_ms: 10_000 }
  const verdict = await limits.take(`requests ${principal.actor.kind}:${principal.actor.id}`, quota)
  reply
    .header('ratelimit-limit', verdict.limit)
    .header('ratelimit-remaining', verdict.remaining)
    .header('ratelimit-reset', verdict.reset_s)
  if (!verdict.allowed) throw fail('too_many_requests', { retry_after_s: verdict.reset_s })
  if (permission === undefined || !principal.permissions.has(permission)) throw fail('forbidden')
  if (principal.cookie && !isSafe(request.method) && !isSameOrigin(request)) {
    throw fail('forbidden', { code: 'cross_site', detail: says.cross_site() })
  }
  request.principal = principal
}

const isSafe = (method: string) => method === 'GET' || method === 'HEAD'

function asFailure(error: unknown): Failure {
  const known = failureOf(error)
  if (known) return known
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return fail('unsupported_media_type', { detail: says.send_json() })
  if (statusCode === 413) return fail('payload_too_large')
  if (statusCode === 404) return fail('not_found')
  if (statusCode === 503) return fail('unavailable')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return fail('invalid', { detail: says.not_json() })
  return fail('internal', { cause: error })
}

function replyFailure(
  machine: Machine,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = asFailure(error)
  if (failure.status >= 500) {
    machine.log.error(
      {
        request_id: request.id,
        endpoint: endpointName(request),
        code: failure.code,
        error: failure.cause ?? error,
      },
      'a request failed',
    )
  }
  if (failure.retry_after_s !== undefined) reply.header('retry-after', Math.ceil(failure.retry_after_s))
  return reply
    .status(failure.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(failure, request.id)))
}

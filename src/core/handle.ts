import { createHash } from 'node:crypto'
import { pipeline, Readable, Transform } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AnyRoute, Download, Input, ReplyFacts, RequestFacts } from './area.ts'
import type { Ctx } from './ctx.ts'
import type { Endpoint } from './endpoint.ts'
import { fail } from './errors.ts'
import type { Machine } from './machine.ts'
import type { Said } from './text-sentence.ts'
import { saidOf, says } from './text-words.ts'

const bulkLimit = 4 * 1024 * 1024

export async function mountRoute(app: FastifyInstance, machine: Machine, route: AnyRoute): Promise<void> {
  const { endpoint } = route
  const mount = (scope: FastifyInstance) =>
    scope.route({
      method: endpoint.method,
      url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { endpoint },
      bodyLimit: endpoint.upload?.max_bytes ?? (endpoint.bulk ? bulkLimit : 256 * 1024),
      handler: (request, reply) => handle(machine, route, request, reply),
    })
  const { upload } = endpoint
  if (!upload) return void mount(app)
  await app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser([...upload.types], (_request, payload, done) => done(null, payload))
    mount(scope)
  })
}

async function handle(
  machine: Machine,
  route: AnyRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { endpoint } = route
  const input = readInput(machine, endpoint, request, reply)
  if ('runPublic' in route) {
    return send(reply, endpoint, present(endpoint, await route.runPublic(machine, input)))
  }
  const { principal } = request
  if (!principal) throw fail('unauthenticated')
  if ('runStream' in route) {
    const stream = endpoint.upload
      ? limited(request.body as Readable, endpoint.upload.max_bytes)
      : Readable.from([])
    const value = await route.runStream(machine, principal, {
      ...input,
      stream,
      once: async (ctx, content, work) => (await once(ctx, endpoint, request, content, work)).value,
    })
    return isDownload(value)
      ? sendFile(reply, endpoint, value)
      : send(reply, endpoint, present(endpoint, value))
  }
  const options = { principal, readOnly: endpoint.readOnly, request_id: request.id }
  const answer = await machine.transaction(options, ctx =>
    once(ctx, endpoint, request, request.body, () => route.run(ctx, input)),
  )
  return send(reply, endpoint, answer.value)
}

const isDownload = (value: unknown): value is Download =>
  value !== null && typeof value === 'object' && 'stream' in value && value.stream instanceof Readable

function sendFile(reply: FastifyReply, endpoint: Endpoint, file: Download): FastifyReply {
  const plain = file.filename.replaceAll(/[^\w. -]/g, '_')
  const whole = encodeURIComponent(file.filename.toWellFormed()).replaceAll(/['()*]/g, '_')
  return reply
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${whole}`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .type(endpoint.download ?? 'application/octet-stream')
    .send(file.stream)
}

/** Fastify limits only bodies that it parses itself. */
function limited(stream: Readable, max: number): Readable {
  let seen = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > max)
        done(
          fail('payload_too_large', {
            detail: says.file_too_large({ mb: Math.round(max / 1024 / 1024) }),
          }),
        )
      else done(null, chunk)
    },
  })
  // Unlike pipe, an upload that is broken off ends what reads it; whoever reads sees the error.
  pipeline(stream, counting, () => undefined)
  return counting
}

function send(reply: FastifyReply, endpoint: Endpoint, value: unknown): FastifyReply {
  if (value === undefined || value === null)
    return reply.status(endpoint.status === 200 ? 204 : endpoint.status).send()
  return reply.status(endpoint.status).send(value)
}

function readInput(
  machine: Machine,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
): Input<Endpoint> {
  const errors: { path: string; message: Said }[] = []
  const read = (schema: z.ZodType, value: unknown, part: string) => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues.slice(0, 20)) {
      errors.push({
        path: [part, ...issue.path.map(String)].filter(Boolean).join('.'),
        message: saidOf(issue, value),
      })
    }
    return undefined
  }
  const input = {
    params: read(endpoint.params, request.params, ''),
    query: read(endpoint.query, request.query, ''),
    body: endpoint.upload
      ? undefined
      : read(endpoint.body, isNothing(endpoint, request.body) ? undefined : request.body, ''),
  }
  if (errors.length > 0) {
    const first = errors[0]
    throw fail('invalid', {
      ...(first ? { detail: atPath(first) } : {}),
      errors,
    })
  }
  return { ...input, request: factsOf(machine, request), reply: replyFacts(machine, request, reply) }
}

const atPath = ({ path, message }: { path: string; message: Said }): Said =>
  path === '' ? says.the_request({ problem: message }) : says.at_path({ path, problem: message })

/** An action without a body may also be sent as JSON that says nothing; endpoints that take a body say so themselves. */
const isNothing = (endpoint: Endpoint, body: unknown): boolean =>
  body === null ||
  (endpoint.body instanceof z.ZodUndefined &&
    typeof body === 'object' &&
    body !== undefined &&
    Object.keys(body).length === 0)

function factsOf(machine: Machine, request: FastifyRequest): RequestFacts {
  return {
    ip: request.ip,
    user_agent: (request.headers['user-agent'] ?? '').slice(0, 300),
    secure: request.protocol === 'https',
    host: request.host,
    same_origin: isSameOrigin(request),
    cookie: name => request.cookies[cookieName(machine, request, name)],
  }
}

/** Plain HTTP is for loopback; everywhere else a cookie is Secure, and its prefix makes browsers hold it to this host. */
const cookiesAreSecure = (machine: Machine, request: FastifyRequest): boolean =>
  request.protocol === 'https' || (!isLoopback(request.hostname) && !machine.config.insecure_cookies)

export const cookieName = (machine: Machine, request: FastifyRequest, name: string): string =>
  cookiesAreSecure(machine, request) ? `__Host-${name}` : name

function replyFacts(machine: Machine, request: FastifyRequest, reply: FastifyReply): ReplyFacts {
  const secure = cookiesAreSecure(machine, request)
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  return {
    setCookie(name, value, { max_age_s }) {
      if (secure && request.protocol !== 'https') {
        throw fail('forbidden', {
          code: 'https_needed',
          detail: says.https_needed(),
        })
      }
      void reply.setCookie(cookieName(machine, request, name), value, { ...options, maxAge: max_age_s })
    },
    clearCookie(name) {
      void reply.clearCookie(cookieName(machine, request, name), options)
    },
  }
}

/** Browsers say where a request comes from; one that says nothing at all is not from our pages. */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  const { origin } = request.headers
  if (origin === undefined) return site === 'same-origin'
  return origin === `${request.protocol}://${request.host}`
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  hostname === '::1' ||
  /^127(?:\.\d{1,3}){3}$/.test(hostname)

/** Times as the API writes them. Only what holds one is copied: a page of a list is mostly text. */
function dated(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(dated)
  const own = value as Record<string, unknown>
  let copy = own
  for (const key in own) {
    const part = own[key]
    if (part === null || typeof part !== 'object') continue
    const written = dated(part)
    if (written === part) continue
    if (copy === own) copy = { ...own }
    copy[key] = written
  }
  return copy
}

/** The reply as the contract has it: what the contract does not name does not leave. */
function present(endpoint: Endpoint, value: unknown): unknown {
  if (value === undefined) return undefined
  const parsed = endpoint.ok.safeParse(dated(value))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw fail('internal', {
    cause: new Error(
      `the reply of ${endpoint.id} does not fit its contract at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    ),
  })
}

/** Does the work, or answers as the first request with the same Idempotency-Key was answered. */
async function once(
  ctx: Ctx,
  endpoint: Endpoint,
  request: FastifyRequest,
  content: unknown,
  work: () => Promise<unknown>,
): Promise<{ value: unknown }> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || endpoint.readOnly) return { value: present(endpoint, await work()) }
  const claimed = await claim(ctx, key, fingerprint(request, content))
  if (claimed.answer) {
    if (endpoint.secret)
      throw fail('conflict', {
        code: 'reply_not_kept',
        detail: says.reply_not_kept(),
      })
    return claimed.answer
  }
  const value = present(endpoint, await work())
  await claimed.keep(endpoint.status, endpoint.secret ? undefined : value)
  return { value }
}

function fingerprint(request: FastifyRequest, content: unknown): string {
  return createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(content ?? null)}`)
    .digest('hex')
}

/** The first request with a key does the work; a repeat, also one sent at the same time, gets the stored answer. */
async function claim(ctx: Ctx, key: string, hash: string) {
  if (key.length === 0 || key.length > 200 || key.includes('\u0000'))
    throw fail('invalid', { detail: says.key_length() })
  const actor = `${ctx.principal.actor.kind}:${ctx.principal.actor.id}`
  const row = { workspace_id: ctx.workspace_id, actor, key, request_hash: hash, created_at: ctx.now }
  const claimed = await ctx.db
    .insertInto('idempotency')
    .values({ ...row, status: null, response: null })
    .onConflict(clash => clash.doNothing())
    .executeTakeFirst()
  const mine = ctx.db
    .updateTable('idempotency')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('actor', '=', actor)
    .where('key', '=', key)
  if (Number(claimed.numInsertedOrUpdatedRows ?? 0n) === 1) {
    return {
      async keep(status: number, value: unknown) {
        await mine.set({ status, response: value === undefined ? null : JSON.stringify(value) }).execute()
      },
    }
  }
  const first = await ctx.db
    .selectFrom('idempotency')
    .selectAll()
    .where('workspace_id', '=', ctx.workspace_id)
    .where('actor', '=', actor)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!first || first.status === null)
    throw fail('conflict', {
      code: 'request_in_progress',
      detail: says.request_in_progress(),
    })
  if (first.request_hash !== hash) throw fail('idempotency_key_reused')
  return { answer: { status: first.status, value: first.response ?? undefined }, keep: async () => undefined }
}

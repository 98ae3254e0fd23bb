import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { told } from '../core/text-sentence.ts'
import { findWriteKey } from '../identity/index.ts'
import { type Ingest, ingestOf, type Sender } from './ingest.ts'
import { readBody, readEvents, writeKeyOf } from './ingest-body.ts'
import { says } from './says.ts'
import type { EventType } from './segment-event.ts'
import { demandQuota, strangerOf } from './write-key-limits.ts'

// The Segment HTTP tracking API. What it answers is decided by what the SDKs do with it: any 2xx is delivered, nearly
// any 4xx throws the whole batch away. So 200 for whatever is not to come back, 503 for what must.

const maxBodyBytes = 4 * 1024 * 1024

const single: Record<string, EventType> = {
  identify: 'identify',
  i: 'identify',
  track: 'track',
  t: 'track',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
}
const paths = [
  ...Object.entries(single).map(([name, type]) => ({ path: `/v1/${name}`, type })),
  ...['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch'].map(path => ({ path, type: undefined })),
]

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers':
    'Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId, SentAt, Rsa-Retry-Attempt, Rsa-Since-Last-Attempt, Rsa-Since-First-Attempt, Rsa-Retry-Reason, Rsa-Recovered',
  // A browser shows a script no other header of an answer from elsewhere.
  'access-control-expose-headers': 'Retry-After',
  'access-control-max-age': '86400',
  'cross-origin-resource-policy': 'cross-origin',
}

export function ingestRoutes(app: FastifyInstance, machine: Machine): void {
  const ingest = ingestOf(machine)
  const currencies = currencyOf(machine)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) =>
    done(null, body),
  )
  app.addHook('onRequest', async (_request, reply) => void reply.headers(corsHeaders))
  const config = { access: 'write_key' as const }
  for (const { path, type } of paths) {
    app.post(path, { config, bodyLimit: maxBodyBytes }, (request, reply) =>
      receive({ machine, ingest, currencies, type }, request, reply),
    )
  }
  // Browser SDKs report on themselves here; it is of no use to us and must not be sent again.
  app.post('/v1/m', { config }, async () => ({ success: true }))
  for (const path of [...paths.map(one => one.path), '/v1/m'])
    app.options(path, { config: { access: 'public' } }, async (_request, reply) => reply.status(204).send())
  // What Segment's browser SDK asks for before it sends anything.
  app.get('/v1/projects/:key/settings', { config: { access: 'public' } }, async request => ({
    integrations: {
      'Segment.io': { apiKey: (request.params as { key: string }).key, apiHost: `${request.host}/v1` },
    },
  }))
}

interface Receiving {
  machine: Machine
  ingest: Ingest
  currencies: (sender: Sender) => Promise<string>
  type: EventType | undefined
}

async function receive(
  { machine, ingest, currencies, type }: Receiving,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const received_at = machine.clock.now()
  const body = await readBody(request.body as Buffer | undefined)
  if ('problem' in body) {
    await noteUnreadable({ machine, ingest }, request, body.problem)
    if (body.problem === 'too_large') throw fail('payload_too_large')
    throw fail('invalid', { code: 'unreadable', detail: unreadable.unreadable })
  }
  const key = writeKeyOf(request.headers.authorization, body.json, request.query)
  const sender = key === undefined ? undefined : await outage(findWriteKey(machine, key))
  if (!sender)
    throw fail('unauthenticated', {
      code: 'unknown_write_key',
      detail: says.unknown_write_key(),
    })
  const currency = await outage(currencies(sender))
  const batch = readEvents(body.json, type, { received_at, currency })
  const stranger = strangerOf(sender, request.headers.origin)
  if (stranger) await outage(ingest.accept(sender, { events: [], rejections: [stranger] }))
  else {
    await demandQuota(machine, sender, batch.events.length + batch.rejections.length)
    await outage(ingest.accept(sender, batch))
  }
  return reply.status(200).send({ success: true })
}

const unreadable = {
  unreadable: says.not_json(),
  too_large: says.body_too_large(),
}

/** Whoever connects a source looks at the event debugger, and not at what a library does with a 400. */
async function noteUnreadable(
  { machine, ingest }: Pick<Receiving, 'machine' | 'ingest'>,
  { headers, query, body }: FastifyRequest,
  problem: keyof typeof unreadable,
): Promise<void> {
  const key = writeKeyOf(headers.authorization, undefined, query)
  const sender = key === undefined ? undefined : await outage(findWriteKey(machine, key))
  if (!sender) return
  await demandQuota(machine, sender, 1)
  const sample = Buffer.isBuffer(body) ? body.toString('utf8', 0, 1000).replaceAll('\u0000', '') : ''
  const rejection = { code: problem, ...told(unreadable[problem]), message_id: null, sample }
  await outage(ingest.accept(sender, { events: [], rejections: [rejection] }))
}

/** Whatever stops us from storing the events is our trouble: the SDK is to come back with them, not to drop them. */
async function outage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw fail('unavailable', { code: 'try_again', retry_after_s: 1, cause: error })
  }
}

/** The currency that amounts without one are in: that of the workspace, asked for at most once a minute. */
function currencyOf(machine: Machine): (sender: Sender) => Promise<string> {
  const known = new Map<string, { currency: string; until: number }>()
  return async sender => {
    const found = known.get(sender.workspace_id)
    if (found && found.until > Date.now()) return found.currency
    const who = {
      workspace_id: sender.workspace_id,
      actor: { kind: 'write_key' as const, id: sender.id },
      readOnly: true,
    }
    const currency = await machine.workspaceTransaction(who, async ctx => {
      const { rows } = await sql<{ currency: string }>`
        select currency from workspace where id = ${ctx.workspace_id}`.execute(ctx.db)
      return rows[0]?.currency ?? 'EUR'
    })
    if (known.size > 1000) known.clear()
    known.set(sender.workspace_id, { currency, until: Date.now() + 60_000 })
    return currency
  }
}

import type { FastifyInstance } from 'fastify'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { LiveChange } from '../core/live.ts'
import type { Machine } from '../core/machine.ts'
import { authenticate, onRightsChanged } from '../identity/index.ts'
import { findKind } from '../records/kind.contract.ts'
import { live } from './live.contract.ts'
import { says } from './says.ts'

const lifetimeMs = 5 * 60_000

/** One stream a browser. It ends when its session or key does, and after some minutes in any case. */
export function liveRoutes(app: FastifyInstance, machine: Machine): void {
  app.get(live.path, { config: { endpoint: live } }, async (request, reply) => {
    if (!request.principal) throw fail('unauthenticated')
    let principal: Principal = request.principal
    const query = live.query.safeParse(request.query)
    if (!query.success) throw fail('invalid', { detail: says.live_takes_after() })
    const header = request.headers['last-event-id']
    const place = typeof header === 'string' ? header : query.data.after
    reply.hijack()
    const close = () => reply.raw.end()
    const end = setTimeout(close, lifetimeMs)
    const { workspace_id, account_id } = principal
    const askAgain = async () => {
      const now = await authenticate(machine, request)
      if (now?.workspace_id === workspace_id && now.permissions.has('records.read')) principal = now
      else close()
    }
    const deaf = onRightsChanged(machine, change => {
      if (change && change.id !== workspace_id && change.id !== account_id) return
      askAgain().catch(close)
    })
    reply.raw.once('close', () => {
      clearTimeout(end)
      deaf()
      machine.metrics.gauge('live_connections', machine.live.readers())
    })
    const reader = {
      workspace_id,
      mask: (change: LiveChange) => mask(principal, change),
    }
    await machine.live.attach(reply.raw, reader, place)
    machine.metrics.gauge('live_connections', machine.live.readers())
    return reply
  })
}

/** Who may see only some records of a kind, or of those it ties together, learns that something changed, not which. */
function mask(principal: Principal, change: LiveChange): LiveChange | undefined {
  if (change.kind === '*' || change.kind === 'none') return change
  const kinds = [change.kind, ...Object.values(findKind(change.kind)?.ends ?? {})]
  const reads = kinds.map(kind => (principal.kinds[kind] ?? principal.kinds['*'])?.read ?? 'none')
  if (reads.every(read => read === 'none')) return undefined
  return reads.every(read => read === 'all') ? change : { ...change, ids: [] }
}

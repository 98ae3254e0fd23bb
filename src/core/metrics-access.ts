import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { fail } from './errors.ts'
import { isLoopback } from './handle.ts'
import type { Machine } from './machine.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Headers by which a proxy says that somebody else is asking. Unless it is trusted, its own address says nothing about them. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** How busy an installation is, and with what, is for those who run it: with the token, or without one from this machine alone. */
export function demandMetricsAccess({ config }: Machine, request: FastifyRequest): void {
  const token = config.metrics_token
  if (token !== undefined) {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (timingSafeEqual(digest(given), digest(token))) return
    throw fail('unauthenticated', { detail: 'Send "Authorization: Bearer <RAPPORT_METRICS_TOKEN>".' })
  }
  const relayed =
    config.trust_proxy === undefined && forwarded.some(name => request.headers[name] !== undefined)
  if (!relayed && isLoopback(request.ip.replace(/^::ffff:/, ''))) return
  throw fail('forbidden', {
    detail:
      'Metrics are shown on the machine itself only. Set RAPPORT_METRICS_TOKEN to read them from elsewhere.',
  })
}

import type { FastifyRequest } from 'fastify'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { isSameOrigin } from '../core/handle.ts'
import type { Machine } from '../core/machine.ts'
import { findApiKey } from './keys.ts'
import { demandSameOrigin, findSession, principalOf, tokenOf } from './sessions.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Who asks: the API key if one is sent, otherwise the browser's session. A key that is wrong never falls back to a cookie. */
export async function authenticate(
  machine: Machine,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  const { authorization } = request.headers
  if (authorization !== undefined) return authenticateKey(machine, authorization)
  const secure = request.protocol === 'https'
  const token = tokenOf({ secure, host: request.host, cookies: request.cookies })
  if (token === undefined) return undefined
  const signedIn = await findSession(machine, token)
  if (!signedIn) return undefined
  if (!safeMethods.has(request.method)) demandSameOrigin({ same_origin: isSameOrigin(request) })
  return principalOf(signedIn)
}

async function authenticateKey(machine: Machine, authorization: string): Promise<Principal | undefined> {
  const key = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization)?.[1]
  const found = key === undefined ? undefined : await findApiKey(machine, key)
  if (!found) {
    throw fail('unauthenticated', {
      code: 'wrong_key',
      detail: 'This API key is not known or was revoked. Send "Authorization: Bearer <key>".',
    })
  }
  return found
}

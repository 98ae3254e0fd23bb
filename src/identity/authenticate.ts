import type { FastifyRequest } from 'fastify'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { cookieName } from '../core/handle.ts'
import type { Machine } from '../core/machine.ts'
import { findApiKey } from './keys.ts'
import { says } from './says.ts'
import { cookieFor, findSession, principalOf } from './sessions.ts'

/** Who asks: the API key if one is sent, otherwise the browser's session. A key that is wrong never falls back to a cookie. */
export async function authenticate(
  machine: Machine,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  const { authorization } = request.headers
  if (authorization !== undefined) return authenticateKey(machine, authorization)
  const token = request.cookies[cookieName(machine, request, cookieFor(request.host))]
  if (token === undefined) return undefined
  const signedIn = await findSession(machine, token)
  return signedIn && principalOf(signedIn)
}

async function authenticateKey(machine: Machine, authorization: string): Promise<Principal | undefined> {
  const key = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization)?.[1]
  const found = key === undefined ? undefined : await findApiKey(machine, key)
  if (!found) {
    throw fail('unauthenticated', {
      code: 'wrong_key',
      detail: says.wrong_key(),
    })
  }
  return found
}

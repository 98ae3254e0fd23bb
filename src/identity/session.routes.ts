import { on, onPublic } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import { listEvents } from './account-events.ts'
import { changePassword, signIn, updateAccount } from './accounts.ts'
import { passStep } from './entrance.ts'
import * as links from './links.contract.ts'
import { inspectLink, redeemLink, setUp } from './links.ts'
import { askForReset } from './reset.ts'
import * as factor from './second-factor.contract.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  getSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
} from './second-factor.ts'
import * as contract from './session.contract.ts'
import {
  accountOf,
  cookieFor,
  demandOwnPage,
  demandSameOrigin,
  findSession,
  forgetSessions,
  listSessions,
  revokeSessions,
  switchWorkspace,
  tokenOf,
} from './sessions.ts'
import { goOnSession, sessionState, setSessionCookie, signedOut, startSession } from './state.ts'

const publicRoutes = [
  onPublic(contract.getSession, (machine, { request }) => sessionState(machine, request)),

  onPublic(contract.signIn, async (machine, { body, request, reply }) => {
    demandOwnPage(machine, request)
    return startSession(machine, { request, reply }, await signIn(machine, body, request))
  }),

  onPublic(factor.passSecondFactor, async (machine, { body, request, reply }) => {
    demandOwnPage(machine, request)
    return startSession(machine, { request, reply }, await passStep(machine, body, request))
  }),

  onPublic(contract.askForReset, async (machine, { body, request }) => {
    demandOwnPage(machine, request)
    await askForReset(machine, body, request)
    return undefined
  }),

  onPublic(contract.signOut, async (machine, { request, reply }) => {
    demandSameOrigin(request)
    const token = tokenOf(request)
    const signedIn = token === undefined ? undefined : await findSession(machine, token)
    if (signedIn) {
      const which = { account_id: signedIn.account.id, only: signedIn.session_id }
      await machine.auth(db => revokeSessions(machine, db, which))
      forgetSessions(machine)
    }
    reply.clearCookie(cookieFor(request.host))
    return signedOut(machine, request)
  }),

  onPublic(contract.switchWorkspace, async (machine, { body, request }) => {
    demandSameOrigin(request)
    const token = tokenOf(request)
    const signedIn = token === undefined ? undefined : await findSession(machine, token)
    if (!signedIn || token === undefined) throw fail('unauthenticated')
    await switchWorkspace(machine, signedIn, body.workspace_id)
    return goOnSession(machine, request, token)
  }),

  onPublic(links.setUp, async (machine, { body, request, reply }) => {
    demandOwnPage(machine, request)
    return startSession(machine, { request, reply }, await setUp(machine, body, request))
  }),

  onPublic(links.inspectLink, (machine, { body }) => inspectLink(machine, body.token)),

  onPublic(links.redeemLink, async (machine, { body, request, reply }) => {
    demandOwnPage(machine, request)
    return startSession(machine, { request, reply }, await redeemLink(machine, body, request))
  }),
]

const ownRoutes = [
  on(factor.getSecondFactor, ({ machine, principal }) => getSecondFactor(machine, principal)),
  on(factor.beginSecondFactor, ({ machine, principal }, { body, request }) =>
    beginSecondFactor(machine, principal, body, request),
  ),
  on(factor.confirmSecondFactor, ({ machine, principal }, { body, request }) =>
    confirmSecondFactor(machine, principal, body, request),
  ),
  on(factor.renewRecoveryCodes, ({ machine, principal }, { body, request }) =>
    renewRecoveryCodes(machine, principal, body, request),
  ),
  on(factor.removeSecondFactor, ({ machine, principal }, { body, request }) =>
    removeSecondFactor(machine, principal, body, request),
  ),
  on(factor.listAccountEvents, async ({ machine, principal }) => ({
    items: await listEvents(machine, accountOf(principal)),
    next: null,
  })),

  on(contract.listSessions, async ctx => ({
    items: await listSessions(ctx.machine, ctx.principal),
    next: null,
  })),

  on(contract.revokeSession, async ({ machine, principal }, { params }) => {
    const which = { account_id: accountOf(principal), only: params.id }
    const revoked = await machine.auth(db => revokeSessions(machine, db, which))
    if (revoked === 0) throw fail('not_found')
    forgetSessions(machine)
    return undefined
  }),

  on(contract.revokeSessions, async ({ machine, principal }, { query, request, reply }) => {
    const kept = query.keep_current === 'true' ? principal.session_id : undefined
    const which = { account_id: accountOf(principal), ...(kept === undefined ? {} : { except: kept }) }
    await machine.auth(db => revokeSessions(machine, db, which))
    forgetSessions(machine)
    if (kept === undefined) reply.clearCookie(cookieFor(request.host))
    return undefined
  }),

  on(contract.updateAccount, async ({ machine, principal }, { body }) => {
    await updateAccount(machine, principal, body)
    return undefined
  }),

  on(contract.changePassword, async ({ machine, principal }, { body, request, reply }) => {
    setSessionCookie(request, reply, await changePassword(machine, principal, body, request))
    return undefined
  }),
]

export const sessionRoutes = [...publicRoutes, ...ownRoutes]

import type { Input, ReplyFacts, RequestFacts } from '../core/area.ts'
import type { Endpoint } from '../core/endpoint.ts'
import type { Machine } from '../core/machine.ts'
import { accountsExist } from './accounts.ts'
import type { Entrance } from './entrance.ts'
import { noteBrowser } from './known-browsers.ts'
import { passkeyPlace } from './relying-party.ts'
import { cookieFor, findSession, principalOf, type SignedIn, session_max_age_s, tokenOf } from './sessions.ts'

const nobody = {
  account: null,
  member_id: null,
  role: null,
  workspace: null,
  workspaces: [],
  permissions: [],
  kinds: {},
  hidden_classes: [],
  step: null,
  owes_second_factor: false,
}

export const signedOut = (machine: Machine, facts: RequestFacts) => ({
  state: 'signed_out' as const,
  ...nobody,
  passkeys: passkeyPlace(machine, facts),
})

/** What the browser starts from. */
export async function sessionState(machine: Machine, facts: RequestFacts) {
  const token = tokenOf(facts)
  const signedIn = token === undefined ? undefined : await findSession(machine, token)
  if (signedIn) return stateOf(machine, signedIn, facts)
  const out = signedOut(machine, facts)
  return (await accountsExist(machine)) ? out : { ...out, state: 'set_up' as const }
}

async function stateOf(machine: Machine, signedIn: SignedIn, facts: RequestFacts) {
  const { id, name, email, language, time_zone, muted } = signedIn.account
  const workspaces = await machine.auth(db =>
    db
      .selectFrom('member as m')
      .innerJoin('workspace as w', 'w.id', 'm.workspace_id')
      .select(['w.id', 'w.name', 'w.slug', 'w.time_zone', 'w.currency', 'w.locale', 'w.country'])
      .select('w.second_factor_required')
      .where('m.account_id', '=', id)
      .where('m.joined_at', 'is not', null)
      .where('m.disabled_at', 'is', null)
      .orderBy('w.name')
      .orderBy('w.id')
      .limit(500)
      .execute(),
  )
  const principal = principalOf(signedIn)
  return {
    state: 'signed_in' as const,
    account: { id, name, email, language, time_zone, muted },
    member_id: principal?.member_id ?? null,
    role: principal?.role ?? null,
    workspace: principal ? (workspaces.find(one => one.id === principal.workspace_id) ?? null) : null,
    workspaces: workspaces.map(one => ({ id: one.id, name: one.name, slug: one.slug })),
    permissions: [...(principal?.permissions ?? [])],
    kinds: principal?.kinds ?? {},
    hidden_classes: [...(principal?.hidden_classes ?? [])],
    step: null,
    owes_second_factor: signedIn.owes_second_factor,
    passkeys: passkeyPlace(machine, facts),
  }
}

/** Hands the browser its session and tells it who it now is, or that it owes the second factor first. */
export async function startSession(
  machine: Machine,
  { request, reply }: Pick<Input<Endpoint>, 'request' | 'reply'>,
  entrance: Entrance | string,
) {
  if (typeof entrance !== 'string' && 'step' in entrance)
    return { ...signedOut(machine, request), state: 'second_factor' as const, step: entrance.step }
  const token = typeof entrance === 'string' ? entrance : entrance.token
  setSessionCookie(request, reply, token)
  const signedIn = await findSession(machine, token)
  if (!signedIn) return signedOut(machine, request)
  await noteBrowser(machine, { request, reply }, signedIn.account.id)
  return stateOf(machine, signedIn, request)
}

/** The same session, looking elsewhere. */
export async function goOnSession(machine: Machine, request: RequestFacts, token: string) {
  const signedIn = await findSession(machine, token)
  return signedIn ? stateOf(machine, signedIn, request) : signedOut(machine, request)
}

export function setSessionCookie(request: RequestFacts, reply: ReplyFacts, token: string): void {
  reply.setCookie(cookieFor(request.host), token, { max_age_s: session_max_age_s })
}

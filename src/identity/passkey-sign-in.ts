import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { RequestFacts } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { noteEvent } from './account-events.ts'
import { countAttempt, forgiveAttempt } from './limits.ts'
import { answerWithin_ms, keepChallenge, takeChallenge } from './passkey-challenges.ts'
import { demandParty } from './relying-party.ts'
import { says } from './says.ts'
import {
  findSession,
  forgetSessions,
  openSession,
  revokeSessions,
  type SignedIn,
  tokenOf,
  usualWorkspace,
} from './sessions.ts'

/** Accounts are known to devices by these bytes, which say nothing about the person. */
export const handleOf = (account_id: string): Buffer => Buffer.from(account_id.replaceAll('-', ''), 'hex')

async function signedInHere(machine: Machine, facts: RequestFacts): Promise<SignedIn | undefined> {
  const token = tokenOf(facts)
  return token === undefined ? undefined : findSession(machine, token)
}

export async function beginPasskeySignIn(
  machine: Machine,
  { again }: { again: boolean },
  facts: RequestFacts,
) {
  const { rp_id } = demandParty(machine, facts)
  const account = again ? (await signedInHere(machine, facts))?.account : undefined
  if (again && !account) throw fail('unauthenticated')
  const known = await machine.auth(async db => {
    await countAttempt(machine, db, { email: facts.ip, ip: facts.ip, kind: 'passkey' })
    if (!account) return []
    return db
      .selectFrom('passkey')
      .select(['credential_id', 'transports'])
      .where('account_id', '=', account.id)
      .where('rp_id', '=', rp_id)
      .execute()
  })
  const options = await generateAuthenticationOptions({
    rpID: rp_id,
    userVerification: 'required',
    timeout: answerWithin_ms,
    // Nobody is named before signing in: the device knows whose passkeys it has, and we tell no one who has any.
    allowCredentials: known.map(one => ({
      id: one.credential_id.toString('base64url'),
      transports: one.transports,
    })),
  })
  const { challenge } = options
  const account_id = account?.id ?? null
  const ceremony = await machine.auth(db =>
    keepChallenge(machine, db, { purpose: 'sign_in', challenge, account_id }),
  )
  return { ceremony, options: { ...options } }
}

interface Answer {
  ceremony: string
  credential_id: string
  client_data: string
  authenticator_data: string
  signature: string
  user_handle?: string | undefined
}

const unknown = () =>
  fail('unauthenticated', {
    code: 'passkey_unknown',
    detail: says.passkey_unknown(),
  })

const refused = (cause?: unknown) =>
  fail('unauthenticated', {
    code: 'passkey_refused',
    detail: says.passkey_refused(),
    cause,
  })

const findPasskey = (machine: Machine, credential_id: string) =>
  machine.auth(db =>
    db
      .selectFrom('passkey')
      .selectAll()
      .where('credential_id', '=', Buffer.from(credential_id, 'base64url'))
      .executeTakeFirst(),
  )

type Known = NonNullable<Awaited<ReturnType<typeof findPasskey>>>

/** The signature's own counter; throws where anything about the answer is not right. */
async function check(
  answer: Answer,
  { passkey, challenge, party }: { passkey: Known; challenge: string; party: ReturnType<typeof demandParty> },
): Promise<number> {
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: {
      id: answer.credential_id,
      rawId: answer.credential_id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: answer.client_data,
        authenticatorData: answer.authenticator_data,
        signature: answer.signature,
        ...(answer.user_handle === undefined ? {} : { userHandle: answer.user_handle }),
      },
    },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.rp_id,
    requireUserVerification: true,
    credential: {
      id: answer.credential_id,
      publicKey: new Uint8Array(passkey.public_key),
      // The counter is compared where it is written: of two answers at the same moment one is the newer.
      counter: 0,
    },
  }).catch((cause: unknown) => {
    throw refused(cause)
  })
  if (!verified) throw refused()
  return authenticationInfo.newCounter
}

/** The device names the account, or the question did; where both do, they agree. */
function isOf(account_id: string, { user_handle }: Answer, asked: { account_id: string | null }): boolean {
  const named = user_handle === undefined ? undefined : Buffer.from(user_handle, 'base64url')
  if (named && !handleOf(account_id).equals(named)) return false
  return asked.account_id === null ? named !== undefined : asked.account_id === account_id
}

/** Both factors in one: what one has, opened by what one is or knows. */
export async function signInWithPasskey(
  machine: Machine,
  answer: Answer,
  facts: RequestFacts,
): Promise<string> {
  const party = demandParty(machine, facts)
  const attempt = { email: `passkey ${answer.credential_id}`, ip: facts.ip }
  await machine.auth(db => countAttempt(machine, db, attempt))
  const asked = await takeChallenge(machine, { ceremony: answer.ceremony, purpose: 'sign_in' })
  const passkey = await findPasskey(machine, answer.credential_id)
  if (!passkey || passkey.rp_id !== party.rp_id) throw unknown()
  const { account_id } = passkey
  if (!isOf(account_id, answer, asked)) throw refused()
  const sign_count = await check(answer, { passkey, challenge: asked.challenge, party })
  const before = await signedInHere(machine, facts)
  const token = await machine.auth(async db => {
    const now = machine.clock.now()
    const { numUpdatedRows } = await db
      .updateTable('passkey')
      .set({ sign_count, last_used_at: now })
      .where('id', '=', passkey.id)
      .where(eb =>
        eb.or([
          eb('sign_count', '<', sign_count),
          eb.and([eb('sign_count', '=', 0), eb.lit(sign_count === 0)]),
        ]),
      )
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return undefined
    await forgiveAttempt(machine, db, attempt)
    // Who confirms it in a browser that is signed in stays where he is.
    const same = before?.account.id === account_id ? before : undefined
    if (same) await revokeSessions(machine, db, { account_id, only: same.session_id })
    const workspace_id = same?.workspace_id ?? (await usualWorkspace(db, account_id))
    return openSession(machine, db, {
      account_id,
      workspace_id,
      user_agent: facts.user_agent,
      passkey_id: passkey.id,
    })
  })
  if (token === undefined) throw await copied(machine, account_id)
  forgetSessions(machine)
  return token
}

/** A device that counts never counts backwards: there are two of it. */
async function copied(machine: Machine, account_id: string) {
  await machine.auth(db => noteEvent(machine, db, { account_id, kind: 'passkey_refused' }))
  return fail('unauthenticated', {
    code: 'passkey_copied',
    detail: says.passkey_copied(),
  })
}

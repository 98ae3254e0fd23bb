import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { RequestFacts } from '../core/area.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { noteEvent } from './account-events.ts'
import { confirmPassword } from './accounts.ts'
import { answerWithin_ms, keepChallenge, takeChallenge } from './passkey-challenges.ts'
import { handleOf } from './passkey-sign-in.ts'
import { passkeysMax } from './passkeys.contract.ts'
import { demandParty, rpIdHere } from './relying-party.ts'
import { says } from './says.ts'
import { accountOf, findSession, forgetSessions, revokeSessions, tokenOf } from './sessions.ts'

/** Who has signed in this lately is not asked for the password again. */
const fresh_ms = 10 * 60_000

/** EdDSA, ES256 and RS256: one of them every device has. */
const supportedAlgorithmIDs = [-8, -7, -257]

const shown = ['id', 'name', 'rp_id', 'synced', 'created_at', 'last_used_at'] as const

async function isFresh(machine: Machine, facts: RequestFacts): Promise<boolean> {
  const token = tokenOf(facts)
  const signedIn = token === undefined ? undefined : await findSession(machine, token)
  return !!signedIn && machine.clock.now().getTime() - signedIn.signed_in_at.getTime() < fresh_ms
}

const passkeysOf = (machine: Machine, account_id: string) =>
  machine.auth(db =>
    db
      .selectFrom('passkey')
      .select(shown)
      .select(['credential_id', 'transports'])
      .where('account_id', '=', account_id)
      .orderBy('created_at')
      .orderBy('id')
      .limit(passkeysMax)
      .execute(),
  )

export async function listPasskeys(machine: Machine, principal: Principal, facts: RequestFacts) {
  const here = rpIdHere(machine, facts)
  const rows = await passkeysOf(machine, accountOf(principal))
  return {
    items: rows.map(row => ({ ...row, works_here: row.rp_id === here })),
    next: null,
    asks_password: !(await isFresh(machine, facts)),
  }
}

/** A browser that was left open is not enough to change how the account is entered. */
async function demandProof(
  machine: Machine,
  principal: Principal,
  { password }: { password?: string | undefined },
  facts: RequestFacts,
): Promise<void> {
  if (password !== undefined) {
    await confirmPassword(machine, principal, { password, path: 'password' }, facts)
  } else if (!(await isFresh(machine, facts))) {
    const message = says.password_needed()
    throw fail('invalid', {
      code: 'password_needed',
      detail: message,
      errors: [{ path: 'password', message }],
    })
  }
}

export async function beginPasskey(
  machine: Machine,
  principal: Principal,
  proof: { password?: string | undefined },
  facts: RequestFacts,
) {
  const { rp_id } = demandParty(machine, facts)
  await demandProof(machine, principal, proof, facts)
  const account_id = accountOf(principal)
  const known = await passkeysOf(machine, account_id)
  if (known.length >= passkeysMax) {
    throw fail('conflict', {
      code: 'too_many_passkeys',
      detail: says.too_many_passkeys({ most: passkeysMax }),
    })
  }
  const { email, name } = await machine.auth(db =>
    db.selectFrom('account').select(['email', 'name']).where('id', '=', account_id).executeTakeFirstOrThrow(),
  )
  const options = await generateRegistrationOptions({
    rpName: 'Rapport',
    rpID: rp_id,
    userID: new Uint8Array(handleOf(account_id)),
    userName: email,
    userDisplayName: name,
    timeout: answerWithin_ms,
    supportedAlgorithmIDs,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known
      .filter(one => one.rp_id === rp_id)
      .map(one => ({ id: one.credential_id.toString('base64url'), transports: one.transports })),
  })
  const { challenge } = options
  const ceremony = await machine.auth(db =>
    keepChallenge(machine, db, { purpose: 'add', challenge, account_id }),
  )
  return { ceremony, options: { ...options } }
}

interface Made {
  ceremony: string
  name: string
  credential_id: string
  client_data: string
  attestation: string
  transports: string[]
}

const notTaken = (cause?: unknown) =>
  fail('invalid', {
    code: 'passkey_not_taken',
    detail: says.passkey_not_taken(),
    cause,
  })

async function check(made: Made, challenge: string, party: ReturnType<typeof demandParty>) {
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: {
      id: made.credential_id,
      rawId: made.credential_id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: made.client_data, attestationObject: made.attestation },
    },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.rp_id,
    requireUserVerification: true,
    supportedAlgorithmIDs,
  }).catch((cause: unknown) => {
    throw notTaken(cause)
  })
  if (!verified) throw notTaken()
  return registrationInfo
}

export async function addPasskey(machine: Machine, principal: Principal, made: Made, facts: RequestFacts) {
  const party = demandParty(machine, facts)
  const account_id = accountOf(principal)
  const asked = await takeChallenge(machine, { ceremony: made.ceremony, purpose: 'add' })
  if (asked.account_id !== account_id) throw notTaken()
  const { credential, credentialBackedUp } = await check(made, asked.challenge, party)
  const passkey = {
    id: newId(),
    name: made.name,
    rp_id: party.rp_id,
    synced: credentialBackedUp,
    created_at: machine.clock.now(),
    last_used_at: null,
  }
  await machine.auth(async db => {
    const added = await db
      .insertInto('passkey')
      .values({
        ...passkey,
        account_id,
        credential_id: Buffer.from(credential.id, 'base64url'),
        public_key: Buffer.from(credential.publicKey),
        sign_count: credential.counter,
        transports: made.transports,
      })
      .onConflict(clash => clash.column('credential_id').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!added) throw fail('conflict', { code: 'passkey_known', detail: says.passkey_known() })
    // Whoever has proved himself and then answered with this device has shown both factors.
    await db
      .updateTable('session')
      .set({ passkey_id: passkey.id })
      .where('id', '=', principal.session_id ?? '')
      .execute()
    await noteEvent(machine, db, { account_id, kind: 'passkey_added' })
  })
  forgetSessions(machine)
  return { ...passkey, works_here: true }
}

/** Changes nothing about how the account is entered: no proof is asked for and nobody is told. */
export async function renamePasskey(
  machine: Machine,
  principal: Principal,
  { id, name }: { id: string; name: string },
  facts: RequestFacts,
) {
  const passkey = await machine.auth(db =>
    db
      .updateTable('passkey')
      .set({ name })
      .where('id', '=', id)
      .where('account_id', '=', accountOf(principal))
      .returning(shown)
      .executeTakeFirst(),
  )
  if (!passkey) throw fail('not_found')
  return { ...passkey, works_here: passkey.rp_id === rpIdHere(machine, facts) }
}

/** The device may be lost: browsers that came in with it are signed out, this one apart. */
export async function removePasskey(
  machine: Machine,
  principal: Principal,
  { id, ...proof }: { id: string; password?: string | undefined },
  facts: RequestFacts,
): Promise<undefined> {
  const account_id = accountOf(principal)
  const own = (await passkeysOf(machine, account_id)).some(one => one.id === id)
  if (!own) throw fail('not_found')
  await demandProof(machine, principal, proof, facts)
  await machine.auth(async db => {
    const { session_id } = principal
    await revokeSessions(machine, db, {
      account_id,
      passkey_id: id,
      ...(session_id === undefined ? {} : { except: session_id }),
    })
    const { numDeletedRows } = await db
      .deleteFrom('passkey')
      .where('id', '=', id)
      .where('account_id', '=', account_id)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw fail('not_found')
    await noteEvent(machine, db, { account_id, kind: 'passkey_removed' })
  })
  forgetSessions(machine)
}

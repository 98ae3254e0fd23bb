import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import type { Reply } from '../../core/endpoint.ts'
import { ApiError } from '../../core/web/api-error.ts'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { addPasskey, beginPasskey, beginPasskeySignIn, signInWithPasskey } from '../passkeys.contract.ts'
import type { PasskeyPlace } from '../session.contract.ts'

/** Why there are no passkeys here, and where there are; undefined where they work. */
export function passkeyObstacle({ state, address }: PasskeyPlace): string | undefined {
  if (state !== 'available')
    return [
      t(`identity.passkey.obstacle.${state}`),
      ...(address === null ? [] : [t('identity.passkey.elsewhere', { address })]),
    ].join(' ')
  return browserSupportsWebAuthn() ? undefined : t('identity.passkey.obstacle.unsupported')
}

/** What stopped it, of all that browsers tell; the rest is one thing to a person: it did not come about. */
function reasonOf(error: unknown): 'aborted' | 'known' | 'address' | 'device' | 'cancelled' {
  if (!(error instanceof WebAuthnError)) return 'cancelled'
  switch (error.code) {
    case 'ERROR_CEREMONY_ABORTED':
      return 'aborted'
    case 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED':
      return 'known'
    case 'ERROR_INVALID_DOMAIN':
    case 'ERROR_INVALID_RP_ID':
      return 'address'
    case 'ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT':
    case 'ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT':
    case 'ERROR_AUTHENTICATOR_NO_SUPPORTED_PUBKEYCREDPARAMS_ALG':
      return 'device'
    default:
      return 'cancelled'
  }
}

const problem = (error: unknown): ApiError => {
  const reason = reasonOf(error)
  return new ApiError({
    status: 400,
    code: `passkey_${reason}`,
    detail: t(`identity.passkey.problem.${reason}`),
  })
}

/** Nobody chose a passkey where the browser offers it, or it was asked for in another way: nothing to say. */
export const wasDeclined = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'passkey_aborted' || error.code === 'passkey_cancelled')

interface Asking {
  /** Who is signed in confirms it. */
  again?: boolean
  /** Offered beside saved passwords in the field for the address, whenever the person gets there. */
  autofill?: boolean
}

export async function enterWithPasskey({
  again = false,
  autofill = false,
}: Asking = {}): Promise<Reply<typeof signInWithPasskey>> {
  const { ceremony, options } = await call(beginPasskeySignIn, { body: { again } })
  const { id, response } = await startAuthentication({
    optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
    useBrowserAutofill: autofill,
  }).catch((error: unknown) => {
    throw problem(error)
  })
  return call(signInWithPasskey, {
    body: {
      ceremony,
      credential_id: id,
      client_data: response.clientDataJSON,
      authenticator_data: response.authenticatorData,
      signature: response.signature,
      ...(response.userHandle === undefined ? {} : { user_handle: response.userHandle }),
    },
  })
}

export async function makePasskey(input: {
  name: string
  password?: string
}): Promise<Reply<typeof addPasskey>> {
  const { name, ...proof } = input
  const { ceremony, options } = await call(beginPasskey, { body: proof })
  const { id, response } = await startRegistration({
    optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
  }).catch((error: unknown) => {
    throw problem(error)
  })
  return call(addPasskey, {
    body: {
      ceremony,
      name,
      credential_id: id,
      client_data: response.clientDataJSON,
      attestation: response.attestationObject,
      transports: response.transports ?? [],
    },
  })
}

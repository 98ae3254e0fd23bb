import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

// A device with passkeys, as the WebAuthn standard describes it, and the browser that speaks for it. What a real one
// would never do can be asked for: another origin, no look at the person, a counter that goes back.

interface Held {
  id: Buffer
  key: KeyObject
  user_handle: string
  count: number
}

interface Wrong {
  origin?: string
  challenge?: string
  rp_id?: string
  verified?: boolean
  count?: number
}

interface Question {
  ceremony: string
  options: Record<string, unknown>
}

const present = 0x01
const verifiedBit = 0x04
const attested = 0x40

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

function clientData(type: string, { options }: Question, origin: string, wrong: Wrong): Buffer {
  const { challenge } = options as { challenge: string }
  return Buffer.from(
    JSON.stringify({
      type,
      challenge: wrong.challenge ?? challenge,
      origin: wrong.origin ?? origin,
      crossOrigin: false,
    }),
  )
}

/** Host name, what is known of the person, counter. */
function head(rp_id: string, flags: number, count: number): Buffer {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(count)
  return Buffer.concat([sha256(rp_id), Buffer.from([flags]), counter])
}

export interface Authenticator {
  /** The body of the request that adds a passkey, but for its name. */
  make(question: Question, wrong?: Wrong): ReturnType<typeof made>
  /** The body of the request that signs in. */
  answer(question: Question, wrong?: Wrong): ReturnType<typeof answered>
}

const flagsOf = ({ verified = true }: Wrong) => present | (verified ? verifiedBit : 0)

function coseOf(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  // COSE: an elliptic curve key of P-256 for ES256.
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]),
  )
}

function made(held: Held, publicKey: KeyObject, question: Question, origin: string, wrong: Wrong) {
  const { rp } = question.options as { rp: { id: string } }
  const length = Buffer.alloc(2)
  length.writeUInt16BE(held.id.length)
  const authData = Buffer.concat([
    head(wrong.rp_id ?? rp.id, flagsOf(wrong) | attested, held.count),
    Buffer.alloc(16),
    length,
    held.id,
    coseOf(publicKey),
  ])
  const attestation = isoCBOR.encode(
    new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]) as never,
  )
  return {
    ceremony: question.ceremony,
    credential_id: text(held.id),
    client_data: text(clientData('webauthn.create', question, origin, wrong)),
    attestation: text(attestation),
    transports: ['internal'],
  }
}

function answered(held: Held, question: Question, origin: string, wrong: Wrong) {
  const { rpId } = question.options as { rpId: string }
  held.count = wrong.count ?? held.count + 1
  const client = clientData('webauthn.get', question, origin, wrong)
  const data = head(wrong.rp_id ?? rpId, flagsOf(wrong), held.count)
  return {
    ceremony: question.ceremony,
    credential_id: text(held.id),
    client_data: text(client),
    authenticator_data: text(data),
    signature: text(sign('sha256', Buffer.concat([data, sha256(client)]), held.key)),
    user_handle: held.user_handle,
  }
}

/** `counts`: it keeps count of its signatures, as a security key does; a password manager does not. */
export function authenticator(origin: string, { counts = true } = {}): Authenticator {
  const passkeys: Held[] = []
  return {
    make(question, wrong = {}) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { user } = question.options as { user: { id: string } }
      const held = { id: randomBytes(32), key: privateKey, user_handle: user.id, count: 0 }
      passkeys.push(held)
      return made(held, publicKey, question, origin, wrong)
    },
    answer(question, wrong = {}) {
      const held = passkeys.at(-1)
      if (!held) throw new Error('this device has no passkey')
      return answered(held, question, origin, { ...(counts ? {} : { count: 0 }), ...wrong })
    },
  }
}

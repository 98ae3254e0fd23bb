import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

export interface Secrets {
  /** A 32-byte key for one purpose, derived from the installation secret. */
  key(purpose: string): Buffer
  /** HMAC-SHA256 of the text under the purpose's key, base64url, 43 characters. */
  mac(purpose: string, text: string): string
  /** Compares in constant time. */
  verify(purpose: string, text: string, mac: string): boolean
  /** Encrypts and authenticates, bound to its place: what is sealed for one row does not open in another. */
  seal(purpose: string, place: string, text: string): Buffer
  /** Throws for what was changed, moved, or sealed by another installation. */
  open(purpose: string, place: string, sealed: Uint8Array): string
}

const nonceBytes = 12
const tagBytes = 16

export function secretsFrom(installationSecret: string): Secrets {
  const keys = new Map<string, Buffer>()
  const key = (purpose: string) => {
    const known = keys.get(purpose)
    if (known) return known
    const made = Buffer.from(hkdfSync('sha256', installationSecret, 'rapport', purpose, 32))
    keys.set(purpose, made)
    return made
  }
  const mac = (purpose: string, text: string) =>
    createHmac('sha256', key(purpose)).update(text).digest('base64url')
  return {
    key,
    mac,
    seal(purpose, place, text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key(purpose), nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(place))
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(purpose, place, sealed) {
      const bytes = Buffer.from(sealed)
      const cipher = createDecipheriv('aes-256-gcm', key(purpose), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      cipher.setAAD(Buffer.from(place))
      cipher.setAuthTag(bytes.subarray(-tagBytes))
      return Buffer.concat([cipher.update(bytes.subarray(nonceBytes, -tagBytes)), cipher.final()]).toString(
        'utf8',
      )
    },
    verify(purpose, text, given) {
      const expected = Buffer.from(mac(purpose, text))
      const actual = Buffer.from(given)
      return expected.length === actual.length && timingSafeEqual(expected, actual)
    },
  }
}

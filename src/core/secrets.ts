import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export interface Secrets {
  /** A 32-byte key for one purpose, derived from the installation secret. */
  key(purpose: string): Buffer
  /** HMAC-SHA256 of the text under the purpose's key, base64url, 43 characters. */
  mac(purpose: string, text: string): string
  /** Compares in constant time. */
  verify(purpose: string, text: string, mac: string): boolean
}

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
    verify(purpose, text, given) {
      const expected = Buffer.from(mac(purpose, text))
      const actual = Buffer.from(given)
      return expected.length === actual.length && timingSafeEqual(expected, actual)
    },
  }
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// RFC 6238 as authenticator applications have it: SHA-1, six digits, thirty seconds.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const step_ms = 30_000
const digits = 6

/** RFC 4648, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((value >>> bits) & 31)
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((value << (5 - bits)) & 31) : text
}

export function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let value = 0
  let bits = 0
  for (const char of text) {
    value = (value << 5) | alphabet.indexOf(char)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >>> bits) & 255)
    }
    value &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}

/** 160 bits, as long as the hash. */
export const newSecret = (): string => base32(randomBytes(20))

export function codeAt(secret: string, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', fromBase32(secret)).update(message).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

export const counterAt = (now: Date): number => Math.floor(now.getTime() / step_ms)

/** The step that a code is of: now, or one off, as clocks differ and typing takes time. Undefined when it is none's. */
export function matchingCounter(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const given = Buffer.from(code)
  const around = [0, -1, 1].map(off => counterAt(now) + off)
  return around.find(counter => timingSafeEqual(Buffer.from(codeAt(secret, counter)), given))
}

/** What an authenticator application reads from the picture. */
export const uriOf = ({ secret, account }: { secret: string; account: string }): string =>
  `otpauth://totp/${encodeURIComponent(`Rapport:${account}`)}?secret=${secret}&issuer=Rapport&algorithm=SHA1&digits=${digits}&period=${step_ms / 1000}`

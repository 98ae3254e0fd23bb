import { createHash, randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 256 bits, in letters and digits only: selected by one double click, safe in a URL and as a user name. */
export function newToken(): string {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`)
  let text = ''
  for (let index = 0; index < 43; index++) {
    text += alphabet.charAt(Number(rest % 62n))
    rest /= 62n
  }
  return text
}

/** Tokens are random, so one round of SHA-256 is enough to make a stolen table useless. */
export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

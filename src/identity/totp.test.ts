import { expect, test } from 'vitest'
import { base32, codeAt, fromBase32, matchingCounter, newSecret, uriOf } from './totp.ts'

const secret = base32(Buffer.from('12345678901234567890'))

test('codes are those of RFC 6238', () => {
  // Appendix B has eight digits; the last six of them are ours.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const)
    expect(codeAt(secret, Math.floor(seconds / 30))).toBe(code)
})

test('base32 is that of RFC 4648, and comes back', () => {
  for (const [text, encoded] of [
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    expect(base32(Buffer.from(text))).toBe(encoded)
    expect(fromBase32(encoded).toString()).toBe(text)
  }
  const made = newSecret()
  expect(made).toMatch(/^[A-Z2-7]{32}$/)
  expect(base32(fromBase32(made))).toBe(made)
})

test('a code is of its step or one beside it, and of no other', () => {
  const at = (seconds: number) => new Date(seconds * 1000)
  const code = codeAt(secret, 100)
  for (const seconds of [2970, 3000, 3029, 3059]) expect(matchingCounter(secret, code, at(seconds))).toBe(100)
  for (const seconds of [2969, 3060]) expect(matchingCounter(secret, code, at(seconds))).toBeUndefined()
  for (const wrong of ['', code.slice(1), `${code}0`, 'äöüäöü', ' '.repeat(6)])
    expect(matchingCounter(secret, wrong, at(3000))).toBeUndefined()
})

test('what is in the picture names the account and cannot be broken out of', () => {
  const uri = uriOf({ secret, account: 'a&secret=x@example.com' })
  expect(new URL(uri).searchParams.getAll('secret')).toEqual([secret])
})

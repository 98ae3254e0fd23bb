import { expect, test } from 'vitest'
import { passwordProblem } from './password.contract.ts'
import { hashPassword, passwordMatches } from './password.ts'

test.each([
  'short',
  'password1234567',
  'Passw0rd!Passw0rd!',
  'qwertyuiop123456',
  'aaaaaaaaaaaaaaaaaaaa',
  'abcabcabcabcabcabc',
  'correcthorsebatterystaple',
  'ILoveYou-2026-Summer!',
  'Welcome2Rapport!!',
  '1qaz2wsx3edc4rfv',
  'zyxwvutsrqponmlk',
  'letmeinletmeinletmein7',
  '00000000000000000001',
])('%s is refused', password => {
  expect(passwordProblem(password)?.text).toMatch(/\.$/)
})

test.each([
  'a quiet river under seven bridges',
  'nine copper kettles sing at dusk',
  'Hw7-kkpQ-2vXz-tt91',
  'wolkenbruch über Görlitz im Mai',
  '青い鯨が三匹で静かに泳ぐ夜明け前',
])('%s will do', password => {
  expect(passwordProblem(password)).toBeUndefined()
})

test('the name of the person or of the workspace adds nothing', () => {
  expect(passwordProblem('kowalski-borealis-99', ['Jan Kowalski', 'Borealis GmbH'])).toBeDefined()
  expect(passwordProblem('kowalski-borealis-99')).toBeUndefined()
})

test('a password is kept as argon2id with 19 MiB and matches however its letters were composed', async () => {
  const hash = await hashPassword('Görlitz ist eine Reise wert'.normalize('NFD'))
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwordMatches(hash, 'Görlitz ist eine Reise wert'.normalize('NFC'))).toBe(true)
  expect(await passwordMatches(hash, 'Gorlitz ist eine Reise wert')).toBe(false)
  expect(await passwordMatches(null, 'an account that does not exist')).toBe(false)
})

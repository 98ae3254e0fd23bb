import { expect, test } from 'vitest'
import { secretsFrom } from './secrets.ts'

const secrets = secretsFrom('an installation secret for this test only')

test('a text verifies under the purpose it was sealed for and no other', () => {
  const mac = secrets.mac('survey-link', 'a.b.c')
  expect(secrets.verify('survey-link', 'a.b.c', mac)).toBe(true)
  expect(secrets.verify('setup-link', 'a.b.c', mac)).toBe(false)
  expect(secrets.verify('survey-link', 'a.b.d', mac)).toBe(false)
  expect(secrets.verify('survey-link', 'a.b.c', `${mac}x`)).toBe(false)
  expect(secrets.verify('survey-link', 'a.b.c', '')).toBe(false)
})

test('another installation has other keys', () => {
  const other = secretsFrom('another installation secret for this test')
  expect(other.mac('survey-link', 'a')).not.toBe(secrets.mac('survey-link', 'a'))
})

test('what is sealed opens in its place only, with the key of its installation, and unchanged', () => {
  const ours = secretsFrom('one installation with a long secret')
  const theirs = secretsFrom('another installation, another secret')
  const sealed = ours.seal('factor', 'account:1', 'JBSWY3DP')
  expect(ours.open('factor', 'account:1', sealed)).toBe('JBSWY3DP')
  expect(sealed.toString('latin1')).not.toContain('JBSWY3DP')
  expect(ours.seal('factor', 'account:1', 'JBSWY3DP')).not.toEqual(sealed)
  expect(() => ours.open('factor', 'account:2', sealed)).toThrow()
  expect(() => ours.open('other', 'account:1', sealed)).toThrow()
  expect(() => theirs.open('factor', 'account:1', sealed)).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => ours.open('factor', 'account:1', changed)).toThrow()
  }
})

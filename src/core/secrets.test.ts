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

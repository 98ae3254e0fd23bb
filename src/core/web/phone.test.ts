import { expect, test } from 'vitest'
import { formatPhone, loadPhones, telephone } from './phone.ts'

test('a number stands as it is stored until it is known how to write it, and is readable then', async () => {
  expect(formatPhone('+493012345678')).toBe('+493012345678')
  await loadPhones()
  expect(formatPhone('+493012345678')).toBe('+49 30 12345678')
  expect(formatPhone('+442079460958')).toBe('+44 20 7946 0958')
  expect(formatPhone('+12125550123')).toBe('+1 212 555 0123')
  expect(formatPhone('+33142685300')).toBe('+33 1 42 68 53 00')
})

test('what is no number that can be dialled is left as it was noted', async () => {
  await loadPhones()
  for (const noted of ['ask Bob', '0301234', '+49', '+999123', '']) expect(formatPhone(noted)).toBe(noted)
})

test('a link dials the digits that are stored', () => {
  expect(telephone('+493012345678')).toBe('tel:+493012345678')
  expect(telephone('(030) 1234-567')).toBe('tel:0301234567')
})

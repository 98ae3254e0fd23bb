import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countDigests, digestOf, idWithin } from './digests.ts'

test('each digest is counted on its own, also past many growths', () => {
  const seen = countDigests()
  for (let row = 0; row < 200_000; row++) expect(seen(digestOf(`row ${row}`))).toBe(0)
  expect(seen(digestOf('row 77'))).toBe(1)
  expect(seen(digestOf('row 77'))).toBe(2)
  expect(seen(digestOf('a new row'))).toBe(0)
})

test('it counts like a map does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 300 }), values => {
      const seen = countDigests()
      const map = new Map<number, number>()
      for (const value of values) {
        expect(seen(digestOf(String(value)))).toBe(map.get(value) ?? 0)
        map.set(value, (map.get(value) ?? 0) + 1)
      }
    }),
  )
})

test('two long ids that begin alike stay two', () => {
  const long = (end: string) => idWithin('crm', `${'https://tickets.example/'.repeat(5)}${end}`)
  expect(idWithin('crm', '4711')).toBe('crm:4711')
  expect(long('1')).not.toBe(long('2'))
  expect([long('1').length, long('1')]).toEqual([100, long('1')])
})

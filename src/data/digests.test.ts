import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countDigests, digestOf } from './digests.ts'

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

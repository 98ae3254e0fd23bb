import { expect, test } from 'vitest'
import { Bounded } from './bounded.ts'

test('keeps the newest half and what is asked for, and forgets the rest', () => {
  const bounded = new Bounded<number, string>(10)
  for (let key = 0; key < 100; key++) {
    bounded.set(key, `value ${key}`)
    expect(bounded.get(0)).toBe('value 0')
    for (let newest = Math.max(0, key - 3); newest <= key; newest++)
      expect(bounded.get(newest)).toBe(`value ${newest}`)
  }
  const kept = Array.from({ length: 100 }, (_, key) => bounded.get(key)).filter(value => value !== undefined)
  expect(kept.length).toBeLessThanOrEqual(10)
  expect(bounded.get(50)).toBeUndefined()
})

test('the last value said of a key is the one it has', () => {
  const bounded = new Bounded<string, number>(4)
  for (const value of [1, 2, 3, 4, 5, 6]) bounded.set('a', value)
  for (const key of ['b', 'c']) bounded.set(key, 0)
  bounded.set('a', 7)
  expect(bounded.get('a')).toBe(7)
})

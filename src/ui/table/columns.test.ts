import { expect, test } from 'vitest'
import { moved } from './columns.ts'

test('a column goes before or after another and the rest keep their order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 'd', 'b', false)).toEqual(['a', 'd', 'b', 'c'])
  expect(moved(['a', 'b', 'c', 'd'], 'a', 'c', true)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(['a', 'b'], 'b', 'gone', true)).toEqual(['a', 'b'])
})

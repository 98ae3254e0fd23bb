import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { isUuid, newId } from './id.ts'

test('ids are version 7 UUIDs in the order they were made', () => {
  const ids = Array.from({ length: 10_000 }, () => newId())
  expect(ids.every(isUuid)).toBe(true)
  expect(ids.every(id => id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id carries the millisecond it was made in', () => {
  const later = Date.now() + 60_000
  const id = newId(later)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(later)
})

test('only well-formed ids pass for ids', () => {
  assert(property(string(), text => !isUuid(text)))
  expect(isUuid("00000000-0000-7000-8000-000000000000'; drop table person; --")).toBe(false)
})

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { idNumbers } from './id-numbers.ts'

const bytesOf = (ids: readonly string[]) => {
  const buffer = Buffer.from(ids.join('').replaceAll('-', ''), 'hex')
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

test('the same id has the same number however many there are, and comes back as it was', () => {
  const alike = Array.from(
    { length: 300 },
    (_, index) => `00000000-0000-0000-0000-${index.toString(16).padStart(12, '0')}`,
  )
  const ids = [...Array.from({ length: 5000 }, () => [newId(), randomUUID()]).flat(), ...alike]
  const bytes = bytesOf([...ids, ...ids.toReversed()])
  const numbers = idNumbers()
  for (let index = 0; index < 2 * ids.length; index++) {
    const expected = index < ids.length ? index : 2 * ids.length - 1 - index
    if (numbers.take(bytes, 16 * index) !== expected) expect(index).toBe(expected)
  }
  expect(numbers.size).toBe(ids.length)
  expect(numbers.texts()).toEqual(ids)
  expect(numbers.find(bytesOf([randomUUID()]), 0)).toBe(-1)
  expect(numbers.find(bytes, 16 * 7)).toBe(7)
})

import { expect, test } from 'vitest'
import { withHead } from './fresh-head.ts'

const item = (id: string) => ({ id, at: id })
const items = (ids: string) => ids.split('').map(item)
const read = (shown: string, head: string, headIsAll = false) =>
  withHead(items(shown), items(head), headIsAll)
    ?.map(({ id }) => id)
    .join('')

test('what is new stands before what was there, and nothing twice', () => {
  expect(read('dcba', 'fedc')).toBe('fedcba')
  expect(read('dcba', 'dcba')).toBe('dcba')
})

test('more news than one page holds is not guessed at', () => {
  expect(read('dcba', 'jihg')).toBeUndefined()
})

test('a history that changed beneath is asked for anew', () => {
  expect(read('dcba', 'edxc')).toBeUndefined()
  expect(read('dcba', 'eca')).toBeUndefined()
})

test('the first of all simply appears', () => {
  expect(read('', 'a', true)).toBe('a')
})

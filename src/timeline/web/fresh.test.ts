import { expect, test } from 'vitest'
import { joined, startOf, withFresh } from './fresh.ts'

// Items are letters, newest first: z before a. A page is a word, its cursor the letter it ends with.

const item = (id: string) => ({ id, at: id })
const pagesOf = (text: string, more = false) =>
  text.split(' ').map((word, at, all) => ({
    items: word.split('').map(item),
    next: at < all.length - 1 || more ? (word.at(-1) ?? null) : null,
  }))
const fresh = (shown: string, index: number, read: string, more = false) =>
  withFresh(pagesOf(shown, more), index, read.split('').map(item))
    ?.map(({ items }) => items.map(({ id }) => id).join(''))
    .join(' ')

test('reading begins at the page that what came in late belongs to', () => {
  const pages = pagesOf('zyx wvu tsr')
  expect(startOf(pages, 'y')).toEqual({ index: 0, after: null })
  expect(startOf(pages, 'v')).toEqual({ index: 1, after: 'x' })
  expect(startOf(pages, 's')).toEqual({ index: 2, after: 'u' })
  expect(startOf(pages, 'a')).toEqual({ index: 2, after: 'u' })
})

test('what came in late stands where it happened, and nothing is lost that it pushed off its page', () => {
  expect(fresh('zyx wus rqp', 1, 'wvu')).toBe('zyx wvus rqp')
  expect(fresh('zyx wus rqp', 1, 'wutsr')).toBe('zyx wuts rqp')
  expect(fresh('zyx wvu srq', 1, 'wvutsr')).toBe('zyx wvu tsrq')
})

test('at the end of all it is the last; above a page that is still to come it waits for that page', () => {
  expect(fresh('zyx wvu', 1, 'wvua')).toBe('zyx wvua')
  expect(fresh('zyx wvu', 1, 'wvuta', true)).toBe('zyx wvu')
})

test('what is new stands before what was there, and nothing twice', () => {
  expect(fresh('dcba', 0, 'fedc')).toBe('fedcba')
  expect(fresh('dcba', 0, 'dcba')).toBe('dcba')
  expect(fresh('hfd cba', 0, 'hgfe')).toBe('hgfed cba')
})

test('more news than one page holds is not guessed at', () => {
  expect(fresh('dcba', 0, 'jihg')).toBeUndefined()
})

test('what was there and is gone is not guessed at', () => {
  expect(fresh('zyx wvu tsr', 1, 'wut')).toBeUndefined()
  expect(fresh('edcb', 0, 'eca')).toBeUndefined()
  expect(fresh('edcb', 0, 'eda')).toBeUndefined()
})

test('several things told between two looks may lie anywhere between them', () => {
  const one = joined(undefined, { from: 'f', until: 'f' })
  expect(one).toEqual({ from: 'f', until: 'f' })
  expect(joined(one, { from: 'c', until: 'k' })).toEqual({ from: 'c', until: 'k' })
  const unknown = joined(one, {})
  expect(unknown.from < 'a' && unknown.until > 'z').toBe(true)
})

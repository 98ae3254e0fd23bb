import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { drawnOf, moved, spaceOf, wholeOf } from './scroll-space.ts'

const row = 36
const view = 800
const space = spaceOf(2_000_000 * row, view)

test('a table that fits is drawn as it is', () => {
  const short = spaceOf(1000 * row, view)
  expect(short.drawn).toBe(36_000)
  expect(wholeOf(short, 777)).toBe(777)
  expect(drawnOf(short, 777)).toBe(777)
})

test('both ends of a table of two million rows are the ends of the scrollbar', () => {
  expect(space.drawn).toBeLessThan(16_000_000)
  expect(wholeOf(space, 0)).toBe(0)
  expect(wholeOf(space, space.drawn - view)).toBe(space.whole - view)
  expect(drawnOf(space, space.whole - view)).toBe(space.drawn - view)
})

test('every place is found again, and further down is never further up', () => {
  const place = integer({ min: 0, max: space.whole - view })
  assert(
    property(place, place, (one, other) => {
      expect(Math.abs(wholeOf(space, drawnOf(space, one)) - one)).toBeLessThan(row)
      const [upper, lower] = one < other ? [one, other] : [other, one]
      expect(drawnOf(space, upper)).toBeLessThanOrEqual(drawnOf(space, lower))
    }),
  )
})

test('a turn of the wheel moves by as many pixels, a drag of the thumb by its share', () => {
  const middle = { drawn: drawnOf(space, 30_000_000), whole: 30_000_000 }
  expect(moved(space, middle, middle.drawn + 100).whole).toBe(30_000_100)
  const dragged = moved(space, middle, 5_000_000)
  expect(dragged.whole / space.whole).toBeCloseTo(5_000_000 / space.drawn, 2)
})

test('from anywhere, the wheel alone reaches the top and the end without a leap', () => {
  const steps = array(integer({ min: -1600, max: 1600 }), { maxLength: 50 })
  assert(
    property(integer({ min: 0, max: space.drawn - view }), steps, (start, turns) => {
      let now = { drawn: start, whole: wholeOf(space, start) }
      for (const turn of turns) {
        const to = Math.min(space.drawn - view, Math.max(0, now.drawn + turn))
        const next = moved(space, now, to)
        expect(Math.abs(next.whole - now.whole)).toBeLessThanOrEqual(Math.abs(to - now.drawn) + row)
        // At rest the thumb is put where the table is.
        now = { drawn: drawnOf(space, next.whole), whole: next.whole }
      }
    }),
  )
})

import { expect, test } from 'vitest'
import { rateLimit } from './rate-limit.ts'

test('a burst up to the limit passes and the next is refused with the time to wait', () => {
  const limit = rateLimit({ limit: 10, window_ms: 10_000 })
  const verdicts = Array.from({ length: 11 }, () => limit.take('a', 0))
  expect(verdicts.map(verdict => verdict.allowed)).toEqual([...Array.from({ length: 10 }, () => true), false])
  expect(verdicts[0]?.remaining).toBe(9)
  expect(verdicts[10]).toMatchObject({ remaining: 0, reset_s: 1 })
})

test('at exactly the allowed pace nothing is ever refused', () => {
  const limit = rateLimit({ limit: 10, window_ms: 1_000 })
  for (let at = 0; at < 100_000; at += 100) expect(limit.take('a', at).allowed).toBe(true)
})

test('over a long time no more than the limit per window passes', () => {
  const limit = rateLimit({ limit: 50, window_ms: 1_000 })
  let passed = 0
  for (let at = 0; at < 20_000; at += 1) if (limit.take('a', at).allowed) passed++
  expect(passed).toBeGreaterThanOrEqual(20 * 50)
  expect(passed).toBeLessThanOrEqual(21 * 50)
})

test('one key does not use up another', () => {
  const limit = rateLimit({ limit: 1, window_ms: 1_000 })
  expect(limit.take('a', 0).allowed).toBe(true)
  expect(limit.take('a', 0).allowed).toBe(false)
  expect(limit.take('b', 0).allowed).toBe(true)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { newId } from './id.ts'
import { type Quota, type RateLimit, sharedRateLimit } from './rate-limit.ts'

// Two of them on one database are two processes: they share nothing else.
let app: TestApp
let one: RateLimit
let other: RateLimit
beforeAll(async () => {
  app = await startTestApp()
  one = sharedRateLimit(app.machine)
  other = sharedRateLimit(app.machine)
})
afterAll(() => app.close())

const slow: Quota = { limit: 20, window_ms: 3_600_000 }
const times = <T>(count: number, run: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => run(index))

test('a burst up to the limit passes and the next is refused with the time to wait', async () => {
  const key = newId()
  for (let left = 19; left >= 0; left--)
    expect(await one.take(key, slow)).toMatchObject({ allowed: true, limit: 20, remaining: left })
  // One of twenty in an hour: the next is free in three minutes.
  const verdict = await one.take(key, slow)
  expect(verdict).toMatchObject({ allowed: false, remaining: 0 })
  expect(verdict.reset_s).toBeGreaterThan(150)
  expect(verdict.reset_s).toBeLessThanOrEqual(180)
  expect(await one.take(newId(), slow)).toMatchObject({ allowed: true })
})

test('two processes share one limit, also when asked at the same moment', async () => {
  const key = newId()
  const verdicts = await Promise.all(times(60, index => (index % 2 ? one : other).take(key, slow)))
  expect(verdicts.filter(verdict => verdict.allowed)).toHaveLength(20)
  expect((await one.take(key, slow)).allowed || (await other.take(key, slow)).allowed).toBe(false)
})

test('a large limit is drawn in hundredths: never passed, and reached to the hundredth', async () => {
  const key = newId()
  const quota = { limit: 5_000, window_ms: 3_600_000 }
  const verdicts = await Promise.all(times(6_000, index => (index % 3 ? one : other).take(key, quota)))
  const passed = verdicts.filter(verdict => verdict.allowed).length
  expect(passed).toBeLessThanOrEqual(5_000)
  expect(passed).toBeGreaterThanOrEqual(5_000 - 2 * 50)
})

test('over a long time no more passes than the bucket and what has flowed into it', async () => {
  const key = newId()
  const quota = { limit: 100, window_ms: 1_000 }
  const from = performance.now()
  let passed = 0
  while (performance.now() - from < 2_500) {
    const verdicts = await Promise.all([one.take(key, quota), other.take(key, quota)])
    passed += verdicts.filter(verdict => verdict.allowed).length
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  const windows = (performance.now() - from) / quota.window_ms
  expect(passed).toBeLessThanOrEqual(quota.limit * (1 + windows))
  expect(passed).toBeGreaterThan(quota.limit)
})

test('what costs more than the limit counts as the whole of it, and is not refused for ever', async () => {
  const key = newId()
  expect(await one.take(key, slow, 500)).toMatchObject({ allowed: true, remaining: 0 })
  const verdict = await other.take(key, slow, 500)
  expect(verdict.allowed).toBe(false)
  expect(verdict.reset_s).toBeGreaterThan(3_500)
})

test('refusing asks the database for nothing', async () => {
  const key = newId()
  await Promise.all(times(20, () => one.take(key, slow)))
  await one.take(key, slow)
  const blocked = sharedRateLimit({
    log: app.machine.log,
    auth: () => Promise.reject(new Error('the database is away')),
  })
  // Without the database nobody is shut out by a limit…
  expect(await blocked.take(key, slow)).toMatchObject({ allowed: true })
  // …and with it, whoever was refused is refused from memory: a statement would wait for this lock.
  await app.machine.system(async db => {
    await db.selectFrom('request_limit').select('key').where('key', '=', key).forUpdate().execute()
    expect(await one.take(key, slow)).toMatchObject({ allowed: false })
  })
})

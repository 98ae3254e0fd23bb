import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { runLeased } from './lease.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const lock = 4_711_000

/** Works for as long as it may, and writes down each piece of work that it could do with its lease. */
function worker(name: string, done: string[], at: Map<string, number>) {
  return runLeased(app.machine, lock, name, async leased => {
    const { client } = leased
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    at.set(name, rows[0]?.pid ?? 0)
    try {
      while (!leased.stopping()) {
        await client.query('select 1')
        done.push(name)
        await leased.pause(20)
      }
    } finally {
      at.delete(name)
    }
  })
}

const kill = (pid: number | undefined) =>
  app.machine.postgres.systemPool.query('select pg_terminate_backend($1)', [pid])

test('of three workers one works; when it loses its connection or stops, another takes over, and two never work at once', async () => {
  const done: string[] = []
  const at = new Map<string, number>()
  const loops = new Map(['one', 'two', 'three'].map(name => [name, worker(name, done, at)]))
  /** Somebody else has done some work, and nobody but him. */
  const anotherThan = (name: string) =>
    expect
      .poll(() => done.length > 5 && new Set(done.slice(-5)).size === 1 && done.at(-1) !== name, {
        timeout: 10_000,
      })
      .toBe(true)
  try {
    await anotherThan('')
    const [first = ''] = at.keys()
    await kill(at.get(first))
    // It may well be the same worker, with a new connection: then that one is killed as well.
    await expect
      .poll(
        async () => {
          if (at.has(first)) await kill(at.get(first))
          return [...at.keys()].some(name => name !== first)
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(true)
    const second = [...at.keys()].find(name => name !== first) ?? ''
    await loops.get(second)?.stop()
    expect(at.has(second)).toBe(false)
    await anotherThan(second)
  } finally {
    await Promise.all([...loops.values()].map(loop => loop.stop()))
  }
  // Each worked in one stretch after the other: a change of hands, and never back and forth.
  const stretches = done.filter((name, index) => name !== done[index - 1])
  expect(stretches.length).toBeGreaterThanOrEqual(3)
  expect(stretches.length).toBeLessThanOrEqual(6)
})

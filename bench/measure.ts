import autocannon from 'autocannon'
import { Client } from 'pg'
import type { Measured } from './world.ts'

export const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
export const percentile = (numbers: number[], share: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Milliseconds of each of `times` runs, one after the other, after a warm-up. */
export async function timed(times: number, run: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let index = -Math.ceil(times / 10); index < times; index++) {
    const started = performance.now()
    await run(Math.abs(index))
    if (index >= 0) taken.push(performance.now() - started)
  }
  return taken
}

/** Requests a second over a few seconds, sent from another thread. */
export async function pressure(
  url: string,
  paths: string[],
  headers: Record<string, string>,
  seconds: number,
  connections = 16,
): Promise<number> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    workers: 1,
    requests: paths.map(path => ({ method: 'GET' as const, path, headers })),
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refusals and ${result.errors} errors at ${url}${paths[0]}`)
  return result.requests.total / result.duration
}

/** Milliseconds from question to answer, one after the other. The asking runs in another thread: it is not ours. */
export async function latency(
  url: string,
  paths: string[],
  headers: Record<string, string>,
  seconds = 4,
): Promise<number> {
  await pressure(url, paths, headers, 1, 1)
  return 1000 / (await pressure(url, paths, headers, seconds, 1))
}

export const mean = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

export interface Statement {
  text: string
  values: unknown[]
}

type Query = (
  this: unknown,
  first: string | { text?: string; values?: unknown[] },
  second?: unknown,
  ...more: unknown[]
) => unknown
const reading = /\bfrom (rapport\.)?"?(person|company|interaction|identifier|change|field)/i
const plumbing = /^\s*(begin|commit|rollback|set local)/i

/** The statements that a piece of work sends to the database, without those that only open and close transactions. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = []
  const prototype: { query: Query } = Client.prototype
  const original = prototype.query
  prototype.query = function (first, second, ...more) {
    const text = typeof first === 'string' ? first : first.text
    const values = Array.isArray(second) ? second : typeof first === 'string' ? [] : (first.values ?? [])
    // Loops in the background read, too, under the system's login.
    const { user } = this as { user?: string }
    if (text && user?.endsWith('_runtime') && !plumbing.test(text) && reading.test(text))
      seen.push({ text, values })
    return original.call(this, first, second, ...more)
  }
  try {
    await work()
  } finally {
    prototype.query = original
  }
  return seen
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

/** How much longer it takes in a workspace of full size than in one of ten thousand people: told; a goal for lists alone. */
export const grown = (what: string, large: number, small: number, most?: number): Measured => ({
  what: `${what} beside 10,000`,
  goal: most === undefined ? '' : 'flat',
  ours: `${round(large)} ms`,
  floor: `${round(small)} ms`,
  ratio: round(large / small),
  met: most === undefined ? null : large / small <= most,
})

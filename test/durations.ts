// Whether two requests can be told apart by how long they take. The machine that runs the tests does other things as well, so
// the two are asked in turns, their medians are compared with each other and never with a clock, and what looks different is
// asked again, longer: a difference that is there stays, one that was noise goes.

export interface Difference {
  ms: number
  ratio: number
}

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await run()
  return performance.now() - from
}

async function compared(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  pairs: number,
): Promise<Difference> {
  const times: [number[], number[]] = [[], []]
  for (let index = 0; index < pairs; index++) {
    // Who goes first changes, so that neither always finds the caches warm.
    if (index % 2) times[0].push(await timed(one))
    times[1].push(await timed(other))
    if (index % 2 === 0) times[0].push(await timed(one))
  }
  const [left, right] = [median(times[0]), median(times[1])]
  return { ms: Math.abs(left - right), ratio: Math.max(left, right) / Math.max(Math.min(left, right), 0.001) }
}

/** The difference that shows every time; undefined when once there was none. */
export async function lastingDifference(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  options: { pairs: number; isNone: (difference: Difference) => boolean },
): Promise<Difference | undefined> {
  let seen: Difference | undefined
  for (const times of [1, 2, 3]) {
    seen = await compared(one, other, options.pairs * times)
    if (options.isNone(seen)) return undefined
  }
  return seen
}

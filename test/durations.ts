// Whether two requests can be told apart by how long they take. The machine that runs the tests does other things as well, so
// the two are asked in turns, their lower quartiles are compared with each other and never with a clock (what else runs only
// ever adds to a time, and least to the shortest), and what looks different is asked again, longer: a difference that is there
// stays, with the same one ahead; one that was noise goes.

export interface Difference {
  ms: number
  ratio: number
  longer: 'one' | 'other'
}

const lowerQuartile = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 2] ?? 0
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
  const [left, right] = [lowerQuartile(times[0]), lowerQuartile(times[1])]
  return {
    ms: Math.abs(left - right),
    ratio: Math.max(left, right) / Math.max(Math.min(left, right), 0.001),
    longer: left > right ? 'one' : 'other',
  }
}

/** The difference that shows every time; undefined when once there was none. */
export async function lastingDifference(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  options: { pairs: number; isNone: (difference: Difference) => boolean },
): Promise<Difference | undefined> {
  let seen: Difference | undefined
  for (const times of [1, 2, 3]) {
    const before = seen
    seen = await compared(one, other, options.pairs * times)
    if (options.isNone(seen) || (before && before.longer !== seen.longer)) return undefined
  }
  return seen
}

import { findings } from '../src/data/findings.contract.ts'
import { type Measured, say, type World } from './world.ts'

// What every import ends on, asked as its page asks it. Duplicates, money and feelings read everybody.

export async function findAll({ address, home }: World): Promise<Measured[]> {
  const taken: { finding: string; ms: number }[] = []
  for (const finding of findings.filter(one => one !== 'unmapped_columns')) {
    const started = performance.now()
    const reply = await fetch(`${address}/api/findings?finding=${finding}`, {
      headers: { authorization: `Bearer ${home.key}` },
    })
    if (!reply.ok) throw new Error(`${reply.status} ${finding}: ${await reply.text()}`)
    await reply.body?.cancel()
    taken.push({ finding, ms: performance.now() - started })
  }
  const ordered = taken.toSorted((one, other) => other.ms - one.ms)
  say(ordered.map(({ finding, ms }) => `${finding} ${Math.round(ms)} ms`).join(', '))
  const slowest = ordered[0]?.ms ?? Number.NaN
  return [
    {
      what: `the slowest of what we found among ${home.people} people`,
      goal: '≤ 10 s, a third of what a request may take',
      ours: `${Math.round(slowest)} ms`,
      floor: '',
      ratio: null,
      met: slowest <= 10_000,
      note: `${ordered[0]?.finding}; all ${ordered.length} together ${Math.round(taken.reduce((sum, { ms }) => sum + ms, 0))} ms`,
    },
  ]
}

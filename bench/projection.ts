import { areas } from '../src/areas.ts'
import { round } from './measure.ts'
import type { Measured, World } from './world.ts'

/** The copy in ClickHouse made anew while the product runs. */
export async function projectionRebuild({ bare, machine }: World): Promise<Measured[]> {
  const command = areas.flatMap(area => area.commands ?? []).find(one => one.name === 'projection rebuild')
  if (!command) return []
  const { rows } = await bare.query<{ count: string }>('select count(*) as count from interaction')
  const started = performance.now()
  const code = await command.run(machine, [], () => undefined)
  if (code !== 0) throw new Error('the rebuild failed')
  const seconds = (performance.now() - started) / 1000
  const rate = Number(rows[0]?.count) / seconds
  return [
    {
      what: `projection: rebuild of ${rows[0]?.count} interactions`,
      goal: '≥ 150,000 rows/s',
      ours: `${round(rate, 0)}/s`,
      floor: '',
      ratio: null,
      met: rate >= 150_000,
    },
  ]
}

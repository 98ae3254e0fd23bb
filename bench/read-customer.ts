import { bareRoute } from './bare-route.ts'
import { grown, latency, pressure, round, type Statement, statementsOf } from './measure.ts'
import type { Home, Measured, World } from './world.ts'

const sampled = 200

const pathsOf = (id: string) => [`/api/people/${id}`, `/api/people/${id}/timeline?limit=50`]

async function someOf({ bare }: World, home: Home): Promise<string[]> {
  const { rows } = await bare.query<{ id: string }>(
    `select id from person where workspace_id = $1 and external_id = any($2)`,
    [home.id, Array.from({ length: sampled }, (_, at) => `p${1 + Math.floor((at * home.people) / sampled)}`)],
  )
  return rows.map(row => row.id)
}

/** Milliseconds to one customer and the newest 50 of the timeline, one after the other. */
async function page(world: World, home: Home): Promise<number> {
  const paths = (await someOf(world, home)).flatMap(pathsOf)
  return 2 * (await latency(world.address, paths, { authorization: `Bearer ${home.key}` }))
}

/** One customer with the newest 50 of the timeline, beside a bare Fastify route that runs the very same statements. */
export async function readCustomer(world: World): Promise<Measured[]> {
  const { home, address, scale } = world
  const ids = await someOf(world, home)
  const headers = { authorization: `Bearer ${home.key}` }
  const statements: Statement[][] = []
  for (const id of ids)
    for (const path of pathsOf(id)) {
      const seen = await statementsOf(async () => {
        const reply = await fetch(`${address}${path}`, { headers })
        if (!reply.ok) throw new Error(`${reply.status} ${path}`)
        await reply.arrayBuffer()
      })
      statements.push(seen)
    }
  const floor = await bareRoute(world, statements)
  const seconds = scale < 1 ? 4 : 10
  const paths = ids.flatMap(pathsOf)
  try {
    const floorPaths = statements.map((_, at) => `/${at}`)
    await pressure(address, paths, headers, 1)
    await pressure(floor.address, floorPaths, {}, 1)
    const ours = (await pressure(address, paths, headers, seconds)) / 2
    const bareRate = (await pressure(floor.address, floorPaths, {}, seconds)) / 2
    return [
      {
        what: 'read one customer with the newest 50 of the timeline',
        goal: '≥ 50 % of a bare Fastify route with the same SQL',
        ours: `${round(ours, 0)}/s`,
        floor: `${round(bareRate, 0)}/s`,
        ratio: round(ours / bareRate),
        met: ours / bareRate >= 0.5,
      },
      grown(
        `a customer's page with ${home.people} people`,
        await page(world, home),
        await page(world, world.small),
      ),
    ]
  } finally {
    await floor.close()
  }
}

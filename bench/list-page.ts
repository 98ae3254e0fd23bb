import { bareRoute } from './bare-route.ts'
import { grown, latency, mean, round, type Statement, statementsOf, timed } from './measure.ts'
import type { Home, Measured, World } from './world.ts'

const query = 'filter=' + encodeURIComponent('country = "DE" and job_title = "Buyer"') + '&sort=name&limit=60'

interface Page {
  next: string | null
}

async function ask({ address }: World, home: Home, path: string): Promise<Page> {
  const reply = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${home.key}` } })
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
  return (await reply.json()) as Page
}

/** The address of a page far down the list. */
async function deepPath(world: World, home: Home, sorted: string, pages: number): Promise<string> {
  let path = `/api/people?${sorted}`
  for (let at = 0; at < pages; at++) {
    const { next } = await ask(world, home, path)
    if (!next) break
    path = `/api/people?${sorted}&after=${encodeURIComponent(next)}`
  }
  return path
}

const repeat = async ({ bare }: World, statements: Statement[]) => {
  for (const { text, values } of statements) await bare.query({ text, values })
}

interface Compared {
  ours: number
  route: number
  sql: number
}

async function compare(world: World, home: Home, path: string, times: number): Promise<Compared> {
  const statements = await statementsOf(() => ask(world, home, path))
  const ours = await latency(world.address, [path], { authorization: `Bearer ${home.key}` })
  const floor = await bareRoute(world, [statements])
  try {
    const route = await latency(floor.address, ['/0'], {})
    return { ours, route, sql: mean(await timed(times, () => repeat(world, statements))) }
  } finally {
    await floor.close()
  }
}

/** A page of 60, filtered and sorted, at the top and far down; and whether it stays as quick from 10 k to a million. */
export async function listPage(world: World): Promise<Measured[]> {
  const times = 500
  const first = await compare(world, world.home, `/api/people?${query}`, times)
  const deep = await compare(
    world,
    world.home,
    await deepPath(world, world.home, query, world.scale < 1 ? 30 : 300),
    times,
  )
  const small = await compare(world, world.small, await deepPath(world, world.small, query, 20), times)
  const row = (what: string, { ours, route, sql }: Compared): Measured => ({
    what,
    goal: '≤ 1.5 × its bare SQL',
    ours: `${round(ours)} ms`,
    floor: `${round(sql)} ms`,
    ratio: round(ours / sql),
    met: ours / sql <= 1.5,
    note: `a bare Fastify route with the same SQL ${round(route)} ms: it is ${round(route / sql)} × the SQL, ours ${round(ours / route)} × the route`,
  })
  return [
    row('list page of 60, filtered and sorted, the first', first),
    row('list page of 60, filtered and sorted, far down', deep),
    grown(`the same page with ${world.home.people} people`, deep.ours, small.ours, 1.5),
  ]
}

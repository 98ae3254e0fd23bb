import { gzipSync } from 'node:zlib'
import { round } from './measure.ts'
import type { Measured, World } from './world.ts'

const kilobytes = (bytes: number) => round(bytes / 1024, 1)

async function fetched(url: string): Promise<Buffer> {
  const reply = await fetch(url)
  if (!reply.ok) throw new Error(`${reply.status} ${url}`)
  return Buffer.from(await reply.arrayBuffer())
}

/** Everything that is named by a page's HTML and what those scripts import at once, gzipped. */
async function firstScreen(address: string, path: string): Promise<number> {
  const html = await fetched(`${address}${path}`)
  let total = gzipSync(html).length
  const seen = new Set<string>()
  const waiting = [...html.toString().matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg|png|woff2))"/g)].map(
    found => found[1] ?? '',
  )
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue
    seen.add(next)
    const body = await fetched(`${address}${next}`)
    total += gzipSync(body).length
    if (!next.endsWith('.js')) continue
    // static imports only: what is loaded later is not part of the first screen
    for (const found of body
      .toString()
      .matchAll(/(?:^|[;}\s])import\s*(?:[\w*{}\s,$]+from\s*)?["'](\.\/[^"']+)["']/g))
      waiting.push(new URL(found[1] ?? '', `${address}${next}`).pathname)
  }
  return total
}

/** The address of the page of an NPS survey that is open to everybody. */
async function surveyPath({ address, home }: World): Promise<string> {
  const ask = async (path: string, body: object): Promise<{ id: string; link: string }> => {
    const reply = await fetch(`${address}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${home.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!reply.ok) throw new Error(`${reply.status} ${path}: ${await reply.text()}`)
    return (await reply.json()) as { id: string; link: string }
  }
  const made = await ask('/api/surveys', {
    template: 'nps',
    name: 'Bench',
    subject: 'us',
    kind: 'relational',
  })
  return new URL((await ask(`/api/surveys/${made.id}/open`, {})).link).pathname
}

export async function weights(world: World): Promise<Measured[]> {
  const row = (what: string, goal: number, bytes: number): Measured => ({
    what,
    goal: `≤ ${goal} kB gzip`,
    ours: `${kilobytes(bytes)} kB`,
    floor: '',
    ratio: null,
    met: bytes <= goal * 1024,
  })
  return [
    row('web application to the first screen', 300, await firstScreen(world.address, '/sign-in')),
    row('survey page in all', 30, await firstScreen(world.address, await surveyPath(world))),
  ]
}

import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { webFolder } from '../src/core/web-files.ts'
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

export async function weights({ address }: World): Promise<Measured[]> {
  if (!existsSync(webFolder)) return []
  const bytes = await firstScreen(address, '/sign-in')
  return [
    {
      what: 'web application to the first screen',
      goal: '≤ 300 kB gzip',
      ours: `${kilobytes(bytes)} kB`,
      floor: '',
      ratio: null,
      met: bytes <= 300 * 1024,
    },
  ]
}

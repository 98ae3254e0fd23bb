import fastify from 'fastify'
import type { Statement } from './measure.ts'
import type { World } from './world.ts'

/** A Fastify route and nothing else: `/0`, `/1` … run the statements of one request of ours each and send the rows as JSON. */
export async function bareRoute(
  { bare }: World,
  requests: Statement[][],
): Promise<{ address: string; close(): Promise<void> }> {
  const app = fastify()
  app.get<{ Params: { n: string } }>('/:n', async request => {
    const client = await bare.connect()
    try {
      const found = []
      for (const { text, values } of requests[Number(request.params.n)] ?? [])
        found.push((await client.query({ text, values })).rows)
      return found
    } finally {
      client.release()
    }
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return { address, close: () => app.close() }
}

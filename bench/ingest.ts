import { randomUUID } from 'node:crypto'
import { percentile, round } from './measure.ts'
import type { Measured, World } from './world.ts'

const senders = 8
const batch = 250

const event = (at: number, people: number) => ({
  type: 'track',
  messageId: randomUUID(),
  userId: `u${(at * 48271) % people}`,
  event: ['Viewed', 'Ordered', 'Asked', 'Left'][at % 4],
  properties: { sku: `S-${at % 500}`, quantity: at % 7, price: (at % 1000) / 10, page: '/prices' },
  timestamp: new Date().toISOString(),
  context: { library: { name: 'bench', version: '1' } },
})

async function flood(
  work: (sender: number, round: number) => Promise<number>,
  total: number,
): Promise<number> {
  let sent = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: senders }, async (_, sender) => {
      for (let turn = 0; sent < total; turn++) sent += await work(sender, turn)
    }),
  )
  return sent / ((performance.now() - started) / 1000)
}

/** The lag of the projection while `work` goes on, as the product reports it. */
async function withLag(world: World, work: () => Promise<number>): Promise<{ rate: number; lags: number[] }> {
  const lags: number[] = []
  const look = async () => {
    const text = await (await fetch(`${world.address}/metrics`)).text()
    const found = /^rapport_projection_lag_seconds\S* ([\d.e+-]+)$/m.exec(text)
    if (found) lags.push(Number(found[1]))
  }
  const timer = setInterval(() => void look().catch(() => undefined), 500)
  try {
    return { rate: await work(), lags }
  } finally {
    clearInterval(timer)
  }
}

/** Events in, committed, beside bare multi-row inserts of the same rows into a table of the same shape. */
export async function ingest(world: World): Promise<Measured[]> {
  const { bare, home, address, scale } = world
  const total = scale < 1 ? 60_000 : 600_000
  const authorization = `Basic ${Buffer.from(`${home.write_key}:`).toString('base64')}`
  const send = async (sender: number, turn: number) => {
    const events = Array.from({ length: batch }, (_, at) =>
      event(sender * 7919 + turn * batch + at, home.people),
    )
    const body = JSON.stringify({ batch: events, sentAt: new Date().toISOString() })
    const reply = await fetch(`${address}/v1/batch`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    })
    if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
    await reply.arrayBuffer()
    return batch
  }
  await flood(send, total / 20)
  const { rate, lags } = await withLag(world, () => flood(send, total))
  await bare.query(
    'drop table if exists bench_interaction; create table bench_interaction (like interaction including all)',
  )
  const insert = async (sender: number, turn: number) => {
    const values: unknown[] = []
    const rows = Array.from({ length: batch }, (_, at) => {
      const one = event(sender * 7919 + turn * batch + at, home.people)
      const from = values.length
      values.push(
        home.id,
        randomUUID(),
        one.timestamp,
        1 + (at % 1000),
        [1 + (at % 1000)],
        one.event,
        JSON.stringify(one.properties),
        JSON.stringify(one.context),
        one.messageId,
      )
      const place = (index: number) => `$${from + index}`
      return `(${place(1)}, ${place(2)}, ${place(3)}, ${place(3)}, ${place(4)}, ${place(5)}, 'web', 'event', ${place(6)}, 'bench', ${place(7)}, ${place(8)}, ${place(9)})`
    })
    await bare.query(
      `insert into bench_interaction (workspace_id, id, occurred_at, received_at, identifier_id, identifier_ids, channel, kind, name, source, properties, context, message_id) values ${rows.join(',')}`,
      values,
    )
    return batch
  }
  await flood(insert, total / 20)
  const floor = await flood(insert, total)
  await bare.query('drop table bench_interaction')
  const lag = percentile(lags, 0.95)
  return [
    {
      what: `ingest, committed (batches of ${batch}, ${senders} senders)`,
      goal: '≥ 60 % of bare multi-row inserts',
      ours: `${round(rate, 0)}/s`,
      floor: `${round(floor, 0)}/s`,
      ratio: round(rate / floor),
      met: rate / floor >= 0.6,
    },
    {
      what: 'projection: lag p95 while ingesting at full speed',
      goal: '≤ 2 s',
      ours: `${round(lag)} s`,
      floor: '',
      ratio: null,
      met: lag <= 2,
      note: `${lags.length} samples`,
    },
  ]
}

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { event, flood } from './events.ts'
import { percentile, round } from './measure.ts'
import type { Sending } from './sender.ts'
import type { Measured, World } from './world.ts'

const senders = 8
const batch = 250

const send = (sending: Sending) =>
  new Promise<number>((done, failed) => {
    const thread = new Worker(new URL('./sender.ts', import.meta.url), { workerData: sending })
    thread.once('message', done)
    thread.once('error', failed)
  })

async function lagOf(world: World): Promise<number> {
  const text = await (await fetch(`${world.address}/metrics`)).text()
  return Number(/^rapport_projection_lag_seconds\S* ([\d.e+-]+)$/m.exec(text)?.[1])
}

/** The lag of the projection while `work` goes on, as the product reports it. */
async function withLag(world: World, work: () => Promise<number>): Promise<{ rate: number; lags: number[] }> {
  const lags: number[] = []
  const timer = setInterval(
    () =>
      void lagOf(world).then(
        lag => lags.push(lag),
        () => undefined,
      ),
    500,
  )
  try {
    return { rate: await work(), lags }
  } finally {
    clearInterval(timer)
  }
}

/** Waits for the projection, for as long as it comes nearer. */
export async function caughtUp(world: World): Promise<void> {
  let nearest = Number.POSITIVE_INFINITY
  for (let still = 0; still < 600; still++) {
    const lag = await lagOf(world)
    if (lag < 1) return
    if (lag < nearest) [nearest, still] = [lag, 0]
    await wait(500)
  }
  throw new Error('the projection came no nearer for five minutes')
}

/** Waits until what the events say of people is folded into them. */
async function folded({ bare, home }: World): Promise<void> {
  for (;;) {
    const { rows } = await bare.query(
      `select 1 from interaction i
       where i.workspace_id = $1 and i.folds
         and i.xid >= coalesce((select position from fold_cursor where workspace_id = $1), '0'::xid8)
       order by i.xid limit 1`,
      [home.id],
    )
    if (!rows.length) return
    await wait(500)
  }
}

/**
 * The same rows as values of plain inserts into tables of the same shape: what happened, and that its message was counted.
 * Nothing looks whether a message came before or whose identifiers these are; the rows of new identifiers are left out.
 */
async function bareInserts({ bare, home }: World, total: number): Promise<number> {
  await bare.query(
    `drop table if exists bench_interaction, bench_digest; create table bench_digest (like message_digest including all);
     create table bench_interaction (like interaction including all) partition by range (occurred_at);
     create table bench_interaction_old partition of bench_interaction for values from (minvalue) to ('2026-01-01');
     create table bench_interaction_new partition of bench_interaction for values from ('2026-01-01') to (maxvalue)`,
  )
  const place = (from: number, index: number) => `$${from + index}`
  const rows = Array.from({ length: batch }, (_, at) => {
    const p = (index: number) => place(at * 9, index)
    return `(${p(1)}, ${p(2)}, ${p(3)}, ${p(3)}, ${p(4)}, ${p(5)}, 'web', 'event', ${p(6)}, 'bench', ${p(7)}, ${p(8)}, ${p(9)})`
  })
  const text = `insert into bench_interaction (workspace_id, id, occurred_at, received_at, identifier_id, identifier_ids, channel, kind, name, source, properties, context, message_id) values ${rows.join(',')}`
  const digests = `insert into bench_digest (workspace_id, digest) values ${Array.from({ length: batch }, (_, at) => `($1, ${place(2, at)})`).join(',')}`
  const batches = Array.from({ length: Math.ceil(total / batch) }, (_, turn) => ({
    counted: [home.id, ...Array.from({ length: batch }, () => randomUUID())],
    happened: Array.from({ length: batch }, (_unused, at) => {
      const one = event(turn * batch + at, home.people)
      const id = 1 + (at % 1000)
      const json = [JSON.stringify(one.properties), JSON.stringify(one.context)]
      return [home.id, randomUUID(), one.timestamp, id, [id], one.event, ...json, one.messageId]
    }).flat(),
  }))
  const rate = await flood(batches, { senders, rows: batch }, async ({ counted, happened }) => {
    const client = await bare.connect()
    await client.query('begin')
    await client.query(digests, counted)
    await client.query(text, happened)
    await client.query('commit')
    client.release()
  })
  await bare.query('drop table bench_interaction, bench_digest')
  return rate
}

/** Events in, committed, beside bare multi-row inserts of the same rows. Both are ready in memory before the clock starts. */
export async function ingest(world: World): Promise<Measured[]> {
  const { home, address, scale } = world
  const total = scale < 1 ? 100_000 : 1_000_000
  const sending = { address, write_key: home.write_key, people: home.people, batch, senders }
  await send({ ...sending, first: 0, total: total / 10 })
  await caughtUp(world)
  await folded(world)
  const started = performance.now()
  const { rate, lags } = await withLag(world, () => send({ ...sending, first: total, total }))
  await caughtUp(world)
  await folded(world)
  const folding = total / ((performance.now() - started) / 1000)
  await bareInserts(world, total / 10)
  const floor = await bareInserts(world, total)
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
    {
      what: 'the same events folded into people, from the first sent',
      goal: '',
      ours: `${round(folding, 0)}/s`,
      floor: '',
      ratio: null,
      met: null,
    },
  ]
}

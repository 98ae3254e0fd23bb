import { randomUUID } from 'node:crypto'

// Events of customers who are known, as a shop's server sends them; one in twenty is of somebody new.

export const event = (at: number, people: number) => ({
  type: 'track',
  messageId: randomUUID(),
  userId: at % 20 === 0 ? `new${at}` : `u${1 + ((at * 48271) % people)}`,
  event: ['Viewed', 'Ordered', 'Asked', 'Left'][at % 4],
  properties: { sku: `S-${at % 500}`, quantity: at % 7, price: (at % 1000) / 10, page: '/prices' },
  timestamp: new Date().toISOString(),
  context: { library: { name: 'bench', version: '1' } },
})

/** Sends all batches, `senders` at a time; rows a second. */
export async function flood<Batch>(
  batches: Batch[],
  { senders, rows }: { senders: number; rows: number },
  send: (batch: Batch) => Promise<void>,
): Promise<number> {
  let next = 0
  const started = performance.now()
  const sender = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) await send(batch)
  }
  await Promise.all(Array.from({ length: senders }, sender))
  return (batches.length * rows) / ((performance.now() - started) / 1000)
}

// A program that sends events and keeps its own account of them on disk, run as a process of its own by crash.test.ts.
// `S` before a batch is sent for the first time, `A` once it has been acknowledged; both are on disk before it goes on.
import { fsyncSync, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [host = '', writeKey = '', name = '', ledgerFile = '', perSecond = '200'] = process.argv.slice(2)
const batchSize = 20
const inFlight = 4
const ledger = openSync(ledgerFile, 'a')
const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
const stopping = new AbortController()
let next = 0
process.on('SIGTERM', () => stopping.abort())

function note(line: string): void {
  writeSync(ledger, `${line}\n`)
  fsyncSync(ledger)
}

function bodyOf(batch: number): string {
  const events = Array.from({ length: batchSize }, (_, index) => ({
    type: 'track',
    event: 'Bought',
    messageId: `${name}-${batch}-${index}`,
    userId: `${name}-user-${(batch + index) % 50}`,
    timestamp: new Date().toISOString(),
    properties: { revenue: 1, currency: 'EUR' },
  }))
  return JSON.stringify({ batch: events, sentAt: new Date().toISOString() })
}

/** The answer as an SDK takes it: 200 is delivered; what breaks, or asks to come back, is sent again. */
async function deliver(body: string): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${host}/v1/batch`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(20_000),
      })
      await answer.arrayBuffer()
      if (answer.ok) return
      if (answer.status < 500 && answer.status !== 429) {
        note(`X ${answer.status}`)
        process.exit(2)
      }
    } catch {
      // The connection broke: whether the batch arrived is not known, so it goes again.
    }
    await sleep(100)
  }
}

async function send(): Promise<void> {
  while (!stopping.signal.aborted) {
    const batch = next++
    const body = bodyOf(batch)
    note(`S ${batch}`)
    await deliver(body)
    note(`A ${batch}`)
    // One in ten comes twice, as after a lost answer.
    if (batch % 10 === 0) await deliver(body)
    await sleep((1000 * batchSize * inFlight) / Number(perSecond))
  }
}

await Promise.all(Array.from({ length: inFlight }, send))
note('E')
process.exit(0)

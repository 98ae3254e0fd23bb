// A program that sends events with a real tracking SDK, run as a process of its own by sdk.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'

const [sdk = '', host = '', writeKey = '', name = '', count = '0'] = process.argv.slice(2)
const failures: string[] = []

function eventOf(index: number) {
  return {
    event: index % 5 === 0 ? 'Order Completed' : 'Clicked',
    userId: `${name}-user-${index % 7}`,
    messageId: `${name}-${index}`,
    properties: { index, revenue: 5, currency: 'EUR' },
  }
}

async function withSegment(): Promise<void> {
  const analytics = new Analytics({ writeKey, host, flushInterval: 200 })
  analytics.on('error', error => failures.push(error.code))
  for (let index = 0; index < Number(count); index++) {
    const event = eventOf(index)
    if (index % 11 === 0) analytics.identify({ ...event, traits: { plan: 'pro' } })
    else if (index % 13 === 0) analytics.page({ ...event, name: 'Pricing' })
    else analytics.track(event)
    if (index % 40 === 0) await sleep(20)
  }
  await analytics.closeAndFlush({ timeout: 60_000 })
}

async function withRudderStack(): Promise<void> {
  const client = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushInterval: 200, logLevel: 'error' })
  const sent: Promise<void>[] = []
  for (let index = 0; index < Number(count); index++) {
    const event = eventOf(index)
    const delivered = new Promise<void>(resolve => {
      const done = (error?: Error) => {
        if (error) failures.push(error.message)
        resolve()
      }
      if (index % 11 === 0) client.identify({ ...event, traits: { plan: 'pro' } }, done)
      else client.track(event, done)
    })
    sent.push(delivered)
    if (index % 40 === 0) await sleep(20)
  }
  await Promise.all(sent)
}

await (sdk === 'segment' ? withSegment() : withRudderStack())
process.stdout.write(JSON.stringify({ failures }))
process.exit(0)

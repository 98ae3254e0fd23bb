// A thread of its own, as senders are machines of their own: tells how many events a second were taken.
import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { event, flood } from './events.ts'

export interface Sending {
  address: string
  write_key: string
  people: number
  first: number
  total: number
  batch: number
  senders: number
}

const { address, write_key, people, first, total, batch, senders } = workerData as Sending
const agent = new Agent({ keepAlive: true, maxSockets: senders })
const headers = {
  authorization: `Basic ${Buffer.from(`${write_key}:`).toString('base64')}`,
  'content-type': 'application/json',
}

const post = (body: Buffer) =>
  new Promise<void>((done, failed) => {
    const asked = request(`${address}/v1/batch`, { method: 'POST', agent, headers }, reply => {
      reply.resume()
      reply.on('end', () => (reply.statusCode === 200 ? done() : failed(new Error(`${reply.statusCode}`))))
    })
    asked.on('error', failed)
    asked.end(body)
  })

const bodies = Array.from({ length: Math.ceil(total / batch) }, (_, turn) => {
  const events = Array.from({ length: batch }, (_unused, at) => event(first + turn * batch + at, people))
  return Buffer.from(JSON.stringify({ batch: events, sentAt: new Date().toISOString() }))
})
parentPort?.postMessage(await flood(bodies, { senders, rows: batch }, post))

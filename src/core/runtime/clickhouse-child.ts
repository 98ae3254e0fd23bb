// The process that holds the embedded ClickHouse. It lives exactly as long as its parent wants it to.
import { mkdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { drainPending } from 'chdb'
import { openEngine } from './clickhouse-engine.ts'
import { clickHouseHttp } from './clickhouse-http.ts'

export interface ChildOrder {
  folder: string
  password: string
  database: string
  memory_bytes: number
  /** 0 at the first start; afterwards the port that everybody already knows. */
  port: number
}

// The parent is gone: nobody can use us, and the folder must be free for the next start. A plain exit would wait for
// running statements; what has been answered is on its way to the disk already.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)

process.once('message', async (order: ChildOrder) => {
  try {
    await serve(order)
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.message : String(error) })
  }
})

async function serve(order: ChildOrder): Promise<void> {
  const engine = await openEngine(order)
  const sql = `CREATE DATABASE IF NOT EXISTS ${order.database}`
  await engine.run({ sql, format: 'Null', settings: new Map(), database: 'default' })
  // What a process that was killed left there is of no use to anybody.
  const spool = `${order.folder}-incoming`
  rmSync(spool, { recursive: true, force: true })
  mkdirSync(spool, { mode: 0o700 })
  const server = clickHouseHttp(engine, order.password, spool)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(order.port, '127.0.0.1', resolve)
  })
  process.on('message', async message => {
    if (message !== 'stop') return
    server.close()
    server.closeIdleConnections()
    await drainPending()
    engine.close()
    process.exit(0)
  })
  process.send?.({ port: (server.address() as AddressInfo).port })
}

import { sql } from 'kysely'
import type { Loop } from './area.ts'
import type { Machine } from './machine.ts'

// What was answered to a request with an Idempotency-Key is a copy of records, and every write of the web app makes one.

const day_ms = 86_400_000
export const kept_days = 3
const every_ms = 3_600_000
const atOnce = 5_000

/** A few at a time: the first clearing of an old installation is long. */
async function forgetReplies(machine: Machine, stopping: AbortSignal): Promise<void> {
  const before = new Date(machine.clock.now().getTime() - kept_days * day_ms)
  for (let gone = atOnce; gone === atOnce && !stopping.aborted; ) {
    const { numAffectedRows } = await machine.system(db =>
      sql`
        delete from rapport.idempotency where ctid = any(array(
          select ctid from rapport.idempotency where created_at < ${before} order by created_at limit ${atOnce}))`.execute(
        db,
      ),
    )
    gone = Number(numAffectedRows ?? 0n)
  }
}

export const keptRepliesLoop: Loop = {
  name: 'kept replies',
  role: 'worker',
  async start(machine) {
    const stopping = new AbortController()
    let running: Promise<void> = Promise.resolve()
    const run = () => {
      running = running
        .then(() => forgetReplies(machine, stopping.signal))
        .catch((error: unknown) => {
          machine.log.warn(
            { component: 'kept replies', error },
            'old answers are not deleted, trying again in an hour',
          )
        })
    }
    run()
    const timer = setInterval(run, every_ms)
    return {
      async stop() {
        stopping.abort()
        clearInterval(timer)
        await running
      },
    }
  },
}

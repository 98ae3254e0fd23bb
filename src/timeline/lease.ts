import type { PoolClient } from 'pg'
import type { RunningLoop } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'

export interface Leased {
  /** Holds the lease: the server gives it up when this connection ends, however that happens. */
  client: PoolClient
  stopping(): boolean
  pause(ms: number): Promise<void>
}

const tryAgainMs = 2000

/** Of all processes one runs `work`; when it ends or dies, another takes over. Errors are logged and tried again. */
export function runLeased(
  machine: Machine,
  lock: number,
  name: string,
  work: (leased: Leased) => Promise<void>,
): RunningLoop {
  const state = { stopped: false }
  let wake: () => void = () => undefined
  const pause = (ms: number) =>
    new Promise<void>(resolve => {
      if (state.stopped) return resolve()
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  async function run(): Promise<void> {
    while (!state.stopped) {
      try {
        await machine.systemConnection(async client => {
          const { rows } = await client.query<{ locked: boolean }>(
            'select pg_try_advisory_lock($1) as locked',
            [lock],
          )
          if (rows[0]?.locked) await work({ client, stopping: () => state.stopped, pause })
        })
      } catch (error) {
        if (!state.stopped)
          machine.log.warn({ component: name, error }, 'stopped by an error, starting again')
      }
      await pause(tryAgainMs)
    }
  }
  const running = run()
  return {
    async stop() {
      state.stopped = true
      wake()
      await running
    },
  }
}

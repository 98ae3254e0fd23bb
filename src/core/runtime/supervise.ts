// Keeps one child service running: start, watch, start again with back-off, stop in order.
import { sleep } from './processes.ts'

/** The part of the program's log that is used here. */
export interface RuntimeLog {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** A started child. `exited` settles when its process is gone, for whatever reason. */
export interface Child {
  pid: number
  exited: Promise<string>
  stop(): Promise<void>
}

export interface ServiceStatus {
  state: 'running' | 'restarting' | 'stopped'
  pid: number | null
  restarts: number
  last_exit: string | null
}

export interface Supervised {
  status(): ServiceStatus
  stop(): Promise<void>
}

const firstDelayMs = 100
const longestDelayMs = 10_000
const steadyAfterMs = 30_000

/** The first start is the caller's (its failure refuses the whole start); every later one is ours. */
export function supervise(
  name: string,
  first: Child,
  start: () => Promise<Child>,
  log: RuntimeLog,
): Supervised {
  const status: ServiceStatus = { state: 'running', pid: first.pid, restarts: 0, last_exit: null }
  const stopping = new AbortController()
  let child: Child | undefined = first
  let delayMs = firstDelayMs

  async function restart(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      delayMs = Math.min(delayMs * 2, longestDelayMs)
      try {
        child = await start()
        status.restarts++
        Object.assign(status, { state: 'running', pid: child.pid })
        log.info({ component: name, count: status.restarts }, `${name} is running again`)
        return
      } catch (error) {
        status.last_exit = error instanceof Error ? error.message : String(error)
        log.error(
          { component: name, reason: status.last_exit, retry_in_ms: delayMs },
          `${name} did not start`,
        )
      }
    }
  }

  async function watch(): Promise<void> {
    while (child && !stopping.signal.aborted) {
      const since = Date.now()
      const reason = await child.exited
      if (stopping.signal.aborted) return
      child = undefined
      if (Date.now() - since > steadyAfterMs) delayMs = firstDelayMs
      Object.assign(status, { state: 'restarting', pid: null, last_exit: reason })
      log.error({ component: name, reason }, `${name} stopped by itself, starting it again`)
      await restart()
    }
  }

  const watching = watch()
  return {
    status: () => ({ ...status }),
    async stop() {
      stopping.abort()
      await child?.stop()
      await watching
      // A start that was under way while we were asked to stop leaves its child here.
      await child?.stop()
      Object.assign(status, { state: 'stopped', pid: null })
    },
  }
}

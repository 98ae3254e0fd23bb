import type { PoolClient } from 'pg'
import type { Loop } from '../core/area.ts'
import type { Machine } from '../core/machine.ts'
import { channel, type RightsChange } from './announce.ts'
import { forgetKeys } from './keys.ts'
import { forgetSessions } from './sessions.ts'

// Who is sent away must be out everywhere at once, also from a stream that is open in another process. These changes are
// rare, so a notification inside their transaction costs nothing that matters. Without one, what is remembered ends it.

const retry_ms = 1000

type Listener = (change: RightsChange | undefined) => void
const listeners = new WeakMap<Machine, Set<Listener>>()

/** Calls back when rights may have changed; without a change when some may have been missed. Answers how to stop. */
export function onRightsChanged(machine: Machine, listener: Listener): () => void {
  const all = listeners.get(machine) ?? new Set()
  listeners.set(machine, all.add(listener))
  return () => void all.delete(listener)
}

function changed(machine: Machine, payload?: string): void {
  forgetSessions(machine)
  forgetKeys(machine)
  const [of, id = ''] = payload?.split(' ') ?? []
  const change = of === 'account' || of === 'workspace' ? ({ of, id } as const) : undefined
  for (const listener of listeners.get(machine) ?? []) listener(change)
}

async function listen(machine: Machine, client: PoolClient, stopped: Promise<void>): Promise<void> {
  const hear = ({ payload }: { payload?: string | undefined }) => changed(machine, payload)
  const broken = new Promise<never>((_, reject) => {
    client.once('error', reject)
    client.once('end', () => reject(new Error('the connection ended')))
  })
  client.on('notification', hear)
  try {
    await client.query(`listen ${channel}`)
    changed(machine)
    await Promise.race([stopped, broken])
    await client.query(`unlisten ${channel}`)
  } finally {
    client.off('notification', hear)
    broken.catch(() => undefined)
  }
}

export const rightsLoop: Loop = {
  name: 'rights',
  role: 'web',
  async start(machine) {
    const stopping = new AbortController()
    const stopped = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))
    const run = async () => {
      while (!stopping.signal.aborted) {
        try {
          await machine.systemConnection(client => listen(machine, client, stopped))
        } catch (error) {
          machine.log.warn({ component: 'rights', error }, 'stopped hearing of changed rights, trying again')
          await Promise.race([stopped, new Promise(resolve => setTimeout(resolve, retry_ms))])
        }
      }
    }
    const running = run()
    return {
      async stop() {
        stopping.abort()
        await running
      },
    }
  },
}

import { useEffect, useRef } from 'react'

/** What the server tells a browser that is looking: which records or timelines changed, never their content. */
export interface LiveEvent {
  /** `change` of records, `interaction` on timelines. */
  topic: string
  /** `*`: what was missed is not known, ask again for whatever is shown. */
  kind: string
  /** Empty: too many to name, or not to be named. */
  ids: readonly string[]
  /** When what was added to timelines happened, earliest and latest. */
  from?: string
  until?: string
}

type Listener = (event: LiveEvent) => void

interface Told {
  id: string | undefined
  event: LiveEvent
}

// One stream per browser and workspace: the tab that holds the lock keeps it and tells the others.
const listeners = new Set<Listener>()
let scope = ''
let stop: AbortController | undefined
let last_id: string | undefined

function hear({ id, event }: Told): void {
  last_id = id ?? last_id
  for (const listener of listeners) listener(event)
}

function start(): void {
  if (stop || scope === '') return
  stop = new AbortController()
  const { signal } = stop
  const channel = new BroadcastChannel(`rapport-live-${scope}`)
  channel.addEventListener('message', message => hear(message.data as Told))
  signal.addEventListener('abort', () => channel.close())
  const tellAll = (told: Told) => {
    channel.postMessage(told)
    hear(told)
  }
  navigator.locks
    .request(`rapport-live-${scope}`, { signal }, () => keepStream(signal, tellAll))
    .catch(() => undefined) // asked to stop while another tab still kept the stream
}

/** Until asked to stop. The browser reconnects by itself; when the server refused for good, we ask again after a while. */
async function keepStream(signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  while (!signal.aborted) {
    const place = last_id ? `?after=${encodeURIComponent(last_id)}` : ''
    const source = new EventSource(`/api/live${place}`)
    await new Promise<void>(done => {
      signal.addEventListener('abort', () => done(), { once: true })
      source.addEventListener('message', message => {
        if (message.data) {
          tell({ id: message.lastEventId || undefined, event: JSON.parse(message.data) as LiveEvent })
        }
      })
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(done, 3000)
      })
    })
    source.close()
  }
}

/** Which workspace is listened to; another one (or none, signed out) ends the stream of the last. */
export function setLiveScope(workspace_id: string): void {
  if (workspace_id === scope) return
  stop?.abort()
  stop = undefined
  last_id = undefined
  scope = workspace_id
  if (listeners.size > 0) start()
}

/** Hears what happens in the workspace while the component is shown. An empty list of topics hears all. */
export function useLive(topics: readonly string[], onEvent: Listener): void {
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  const wanted = topics.join(' ')
  useEffect(() => {
    const names = wanted ? wanted.split(' ') : []
    const listener: Listener = event => {
      if (!names.length || names.includes(event.topic)) latest.current(event)
    }
    listeners.add(listener)
    start()
    return () => void listeners.delete(listener)
  }, [wanted])
}

/** Whether a told change concerns this record: named, or not to be named. */
export const concerns = ({ kind, ids }: LiveEvent, shownKind: string, shownId: string): boolean =>
  kind === '*' || (kind === shownKind && (ids.length === 0 || ids.includes(shownId)))

import { useEffect, useRef } from 'react'

/** What the server tells a browser that is looking: which records or interactions are new, never their content. */
export interface LiveEvent {
  topic: string
  [detail: string]: unknown
}

type Listener = (event: LiveEvent) => void

// One stream per browser: the tab that holds the lock keeps it and tells the others.
const listeners = new Set<Listener>()
let channel: BroadcastChannel | undefined
let release: (() => void) | undefined
let wanted = false
let last_id: string | undefined

function hear(event: LiveEvent): void {
  for (const listener of listeners) listener(event)
}

function start(): void {
  if (wanted) return
  wanted = true
  channel = new BroadcastChannel('rapport-live')
  channel.addEventListener('message', message => {
    const heard = message.data as { id?: string; event: LiveEvent }
    last_id = heard.id ?? last_id
    hear(heard.event)
  })
  void navigator.locks.request('rapport-live', () => new Promise<void>(done => lead(done)))
}

function lead(done: () => void): void {
  if (!wanted) return done()
  const query = last_id ? `?after=${encodeURIComponent(last_id)}` : ''
  const source = new EventSource(`/api/live${query}`)
  const tell = (message: MessageEvent<string>) => {
    last_id = message.lastEventId || last_id
    const event = JSON.parse(message.data) as LiveEvent
    channel?.postMessage({ id: last_id, event })
    hear(event)
  }
  let again: ReturnType<typeof setTimeout> | undefined
  source.addEventListener('message', tell)
  source.addEventListener('error', () => {
    // The browser reconnects by itself (with Last-Event-ID) unless the server refused the stream altogether.
    if (source.readyState !== EventSource.CLOSED) return
    again = setTimeout(() => lead(done), 3000)
  })
  release = () => {
    clearTimeout(again)
    source.close()
    done()
  }
}

/** Ends the stream, on signing out. */
export function stopLive(): void {
  wanted = false
  release?.()
  release = undefined
  channel?.close()
  channel = undefined
  last_id = undefined
}

/** Hears what happens in the workspace while the component is shown. An empty list of topics hears all. */
export function useLive(topics: readonly string[], onEvent: Listener): void {
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  const wantedTopics = topics.join(' ')
  useEffect(() => {
    const names = wantedTopics ? wantedTopics.split(' ') : []
    const listener: Listener = event => {
      if (!names.length || names.includes(event.topic)) latest.current(event)
    }
    listeners.add(listener)
    start()
    return () => void listeners.delete(listener)
  }, [wantedTopics])
}

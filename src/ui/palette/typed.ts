import { useSyncExternalStore } from 'react'

// Whoever presses Ctrl-K types on at once; what comes before the palette has its focus is kept for it.
let text = ''
let shown = false
let waiting: ReturnType<typeof setTimeout> | undefined
const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

export function setTyped(next: string): void {
  text = next
  for (const watcher of watchers) watcher()
}
export const useTyped = (): string => useSyncExternalStore(watch, () => text)

function keep(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === 'Escape') return stopKeeping()
  if (event.key === 'Backspace') setTyped(text.slice(0, -1))
  else if (event.key.length === 1) setTyped(text + event.key)
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** From the moment the palette is asked for. Ends by itself where the palette never comes. */
export function keepTyping(): void {
  if (shown) return
  stopKeeping()
  setTyped('')
  document.addEventListener('keydown', keep, true)
  waiting = setTimeout(stopKeeping, 5000)
}

/** From here on the palette's own input has the keys. */
export function stopKeeping(): void {
  clearTimeout(waiting)
  document.removeEventListener('keydown', keep, true)
}

/** Tells that the palette is there; the function it returns, that it is gone. */
export function paletteShown(): () => void {
  shown = true
  return () => {
    shown = false
    setTyped('')
  }
}

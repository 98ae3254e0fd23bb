import { useLayoutEffect, useState } from 'react'

// Whoever presses Ctrl-K types on at once. What comes while the palette has not got the focus, or has lost it for a moment to
// the dialog around it, is kept for it.
let text = ''
let input: HTMLInputElement | null = null
let waiting: ReturnType<typeof setTimeout> | undefined
const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  watcher()
  return () => void watchers.delete(watcher)
}

export function setTyped(next: string): void {
  text = next
  for (const watcher of watchers) watcher()
}

/** Watched from the moment it is drawn: useSyncExternalStore begins later, and the input would forget what came before that. */
export function useTyped(): string {
  const [now, setNow] = useState(text)
  useLayoutEffect(() => watch(() => setNow(text)), [])
  return now
}

function keep(event: KeyboardEvent): void {
  if (event.target === input || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === 'Escape') return stopKeeping()
  if (event.key === 'Backspace') setTyped(text.slice(0, -1))
  else if (event.key.length === 1) setTyped(text + event.key)
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** From the moment the palette is asked for until it is gone. Ends by itself where the palette never comes. */
export function keepTyping(): void {
  if (input) return
  stopKeeping()
  setTyped('')
  document.addEventListener('keydown', keep, true)
  waiting = setTimeout(stopKeeping, 5000)
}

function stopKeeping(): void {
  clearTimeout(waiting)
  document.removeEventListener('keydown', keep, true)
}

/** Tells that the palette is there, with the input it is typed into; the function it returns, that it is gone. */
export function paletteShown(itsInput: HTMLInputElement): () => void {
  clearTimeout(waiting)
  input = itsInput
  document.addEventListener('keydown', keep, true)
  return () => {
    input = null
    stopKeeping()
    setTyped('')
  }
}

import { useEffect, useRef } from 'react'
import { allCommands, currentSelection } from './commands.ts'
import { keepTyping } from './typed.ts'

const switchKey = 'rapport-single-keys'

/** Single letters can be switched off, for people who speak to their computer (WCAG 2.1.4). */
export const singleKeysOn = (): boolean => localStorage.getItem(switchKey) !== 'off'
export const setSingleKeys = (on: boolean): void => localStorage.setItem(switchKey, on ? 'on' : 'off')

const inInput = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type))

const dialogOpen = (): boolean => document.querySelector('[role=dialog][aria-modal=true]') !== null

interface Handlers {
  onPalette: () => void
  onSearch: () => void
  onHelp: () => void
}

/** Ctrl/Cmd-K everywhere; `/`, `?` and the letters of commands outside inputs and dialogs. */
export function useShortcuts(handlers: Handlers): void {
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    let typed = ''
    let since = 0
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        keepTyping()
        return latest.current.onPalette()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (inInput(event.target) || dialogOpen() || event.key.length !== 1 || !singleKeysOn()) return
      if (event.key === '/' || event.key === '?') {
        event.preventDefault()
        if (event.key === '?') return latest.current.onHelp()
        keepTyping()
        return latest.current.onSearch()
      }
      typed = typed && event.timeStamp - since < 1200 ? `${typed} ${event.key}` : event.key
      since = event.timeStamp
      const selection = currentSelection()
      const offered = allCommands().filter(one => selection || !one.needsSelection)
      const match = offered.find(one => one.keys === typed) ?? offered.find(one => one.keys === event.key)
      if (!match) return
      typed = ''
      event.preventDefault()
      match.run(selection)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

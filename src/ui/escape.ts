import { useEffect, useRef } from 'react'

// Esc goes one step back: the last thing opened hears it first.
const stack: (() => void)[] = []

function onKey(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return
  // An open dialog or menu has its own Esc.
  if (document.querySelector('[role=dialog][aria-modal=true], [data-expanded=true][role=menu]')) return
  const last = stack.at(-1)
  if (!last) return
  event.preventDefault()
  last()
}

/** On the button that it describes a tooltip keeps Esc to itself; whoever presses it there wants what is below gone, too. */
function onDescribed(event: KeyboardEvent): void {
  const described = event.target instanceof Element && event.target.getAttribute('aria-describedby')
  if (described && document.getElementById(described)?.role === 'tooltip') onKey(event)
}

export function useEscape(back: () => void, active = true): void {
  const latest = useRef(back)
  useEffect(() => {
    latest.current = back
  })
  useEffect(() => {
    if (!active) return undefined
    const step = () => latest.current()
    if (stack.length === 0) {
      document.addEventListener('keydown', onDescribed, true)
      document.addEventListener('keydown', onKey)
    }
    stack.push(step)
    return () => {
      stack.splice(stack.indexOf(step), 1)
      if (stack.length > 0) return
      document.removeEventListener('keydown', onDescribed, true)
      document.removeEventListener('keydown', onKey)
    }
  }, [active])
}

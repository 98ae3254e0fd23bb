import type { PointerEvent } from 'react'

// A head dragged to another place. Straight on the elements while dragging: no row is drawn anew.

const threshold = 6

interface Place {
  cell: Element
  id: string
  after: boolean
}

/** Heads that may change places: all but the one that names the row. */
function placeAt(cells: readonly Element[], x: number): Place | undefined {
  for (const cell of cells) {
    const { left, right } = cell.getBoundingClientRect()
    if (x >= left && x < right)
      return { cell, id: cell.getAttribute('data-column') ?? '', after: x > (left + right) / 2 }
  }
  return undefined
}

/** For `onPointerDown` of a head's label; a press that does not move stays a click. */
export function dragColumn(
  event: PointerEvent<HTMLElement>,
  id: string,
  onDrop: (onto: string, after: boolean) => void,
): void {
  const row = event.currentTarget.closest('[role="row"]')
  if (!row || event.button !== 0 || event.pointerType === 'touch') return
  const cells = [...row.querySelectorAll('[data-column]:not([data-main])')]
  const from = event.clientX
  const over = new AbortController()
  let place: Place | undefined
  let dragging = false
  const mark = (next: Place | undefined) => {
    place?.cell.removeAttribute('data-drop')
    place = next?.id === id ? undefined : next
    place?.cell.setAttribute('data-drop', place.after ? 'after' : 'before')
  }
  const end = (drop: boolean) => {
    over.abort()
    const onto = place
    mark(undefined)
    row.removeAttribute('data-dragging')
    if (!dragging) return
    swallowClick()
    if (drop && onto) onDrop(onto.id, onto.after)
  }
  const { signal } = over
  addEventListener(
    'pointermove',
    move => {
      dragging ||= Math.abs(move.clientX - from) > threshold
      if (!dragging) return
      row.setAttribute('data-dragging', '')
      mark(placeAt(cells, move.clientX))
    },
    { signal },
  )
  addEventListener('pointerup', () => end(true), { signal })
  addEventListener('pointercancel', () => end(false), { signal })
  addEventListener('keydown', key => key.key === 'Escape' && end(false), { signal })
}

/** The click that ends a drag is no click. */
function swallowClick(): void {
  const over = new AbortController()
  addEventListener(
    'click',
    event => {
      event.stopPropagation()
      event.preventDefault()
    },
    { capture: true, once: true, signal: over.signal },
  )
  setTimeout(() => over.abort())
}

import { useEffect, useState, useSyncExternalStore } from 'react'

export interface Command {
  id: string
  label: string
  /** Typed from anywhere outside inputs: `n`, or one after the other: `g p`. */
  keys?: string
  /** More words it is found by. */
  words?: string
  group?: string
  /** Only offered while something is selected, and acts on it. */
  needsSelection?: boolean
  run: (selection: Selection | null) => unknown
}

export interface Selection {
  /** e.g. `3 people` */
  label: string
  kind: string
  ids: readonly string[]
}

interface Offer {
  commands: readonly Command[]
  /** What the palette shows of them: only a change of this draws it anew. */
  look: string
}

// What the pages that are shown right now offer. Not data: only which functions are in reach.
const offers = new Map<symbol, Offer>()
let flat: readonly Command[] = []
let selection: Selection | null = null
const watchers = new Set<() => void>()

function changed(): void {
  // The newest page comes first; a run goes to what the owner offers at that moment.
  flat = [...offers].toReversed().flatMap(([owner, offer]) =>
    offer.commands.map(command => ({
      ...command,
      run: (chosen: Selection | null) =>
        offers
          .get(owner)
          ?.commands.find(one => one.id === command.id)
          ?.run(chosen),
    })),
  )
  for (const watcher of watchers) watcher()
}
function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

function offer(owner: symbol, commands: readonly Command[]): void {
  const look = commands
    .map(one => [one.id, one.label, one.keys, one.group, one.words, one.needsSelection].join('\t'))
    .join('\n')
  const same = offers.get(owner)?.look === look
  offers.set(owner, { commands, look })
  if (!same) changed()
}
function withdraw(owner: symbol): void {
  offers.delete(owner)
  changed()
}

/** Offers commands in the palette, and by their keys, while the component is shown. */
export function useCommands(commands: readonly Command[]): void {
  const [owner] = useState(() => Symbol('commands'))
  useEffect(() => offer(owner, commands))
  useEffect(() => () => withdraw(owner), [owner])
}

export const useAllCommands = (): readonly Command[] => useSyncExternalStore(watch, allCommands)
export const allCommands = (): readonly Command[] => flat

/** What commands act on: the rows marked in a list, or the record that is open. */
export function useSelection(chosen: Selection | null): void {
  const text = chosen ? JSON.stringify(chosen) : ''
  useEffect(() => {
    if (!text) return undefined
    const mine = JSON.parse(text) as Selection
    selection = mine
    changed()
    return () => {
      if (selection === mine) selection = null
      changed()
    }
  }, [text])
}

export const useCurrentSelection = (): Selection | null => useSyncExternalStore(watch, currentSelection)
export const currentSelection = (): Selection | null => selection

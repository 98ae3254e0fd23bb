import { useMemo } from 'react'
import { useSearchParams } from '../core/web/navigation.tsx'

/** The side panel's own history, kept in the address (`?panel=person:1,company:2`) so that it survives a reload. */
export function usePanelHistory(parameter = 'panel') {
  const [search, set] = useSearchParams()
  const text = search[parameter]
  const stack = useMemo(() => (text ? text.split(',') : []), [text])
  const write = (next: readonly string[], replace: boolean) =>
    set({ [parameter]: next.join(',') }, { replace })
  return {
    current: stack.at(-1),
    depth: stack.length,
    /** A row of the list: starts anew. */
    open: (item: string) => write([item], stack.length > 0),
    /** A link inside the panel: one step deeper. */
    push: (item: string) => write([...stack, item], true),
    back: stack.length > 1 ? () => write(stack.slice(0, -1), true) : undefined,
    close: () => write([], true),
  }
}

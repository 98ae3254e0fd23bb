import { type ComponentType, createContext, lazy, Suspense, useContext, useMemo } from 'react'
import type { Selection, SlotFill, SlotName, SlotProps } from './area-web.ts'
import { useCan } from './rights.ts'

interface FilledSlot extends Omit<SlotFill, 'view'> {
  key: string
  View: ComponentType<SlotProps>
}

const Fills = createContext<readonly FilledSlot[]>([])
export const SlotFills = Fills.Provider

/** Once, at the top: each lazy view becomes one component. */
export const fillSlots = (fills: readonly SlotFill[]): FilledSlot[] =>
  fills
    .map(({ view, ...fill }, place) => ({ ...fill, key: `${fill.slot} ${place}`, View: lazy(view) }))
    .toSorted((one, other) => one.order - other.order)

/** What stands in a slot, for pages that lay it out themselves (tabs). */
export function useSlots(slot: SlotName, kind?: string): readonly FilledSlot[] {
  const fills = useContext(Fills)
  return useMemo(
    () => fills.filter(fill => fill.slot === slot && (!fill.for || !kind || fill.for.includes(kind))),
    [fills, slot, kind],
  )
}

const unmarked: Selection = { count: 0, ids: () => Promise.resolve([]) }
const nothing: SlotProps = { kind: '', id: '', selection: unmarked, collapsed: false }

export function Slot({ name, ...props }: Partial<SlotProps> & { name: SlotName }) {
  const fills = useSlots(name, props.kind)
  const can = useCan()
  return fills
    .filter(fill => can(fill.permission))
    .map(fill => (
      <Suspense key={fill.key} fallback={null}>
        <fill.View {...nothing} {...props} />
      </Suspense>
    ))
}

/** A fill where a page lays it out itself. */
export const FilledSlotView = ({ View, ...props }: { View: FilledSlot['View'] } & Partial<SlotProps>) => (
  <View {...nothing} {...props} />
)

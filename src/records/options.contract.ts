import type { FieldOption } from './kind.contract.ts'

// Options of a choice. Merging or deleting one is written at the option alone: records keep what they hold and are read through it,
// so that a million of them are merged at once and an undo is exact.

/** The option that is shown for this id; undefined for one that was deleted or never was. */
export function shownOption(options: readonly FieldOption[], id: string): FieldOption | undefined {
  let option = options.find(one => one.id === id)
  for (let step = 0; option?.merged_into !== undefined && step < options.length; step += 1) {
    const next: string = option.merged_into
    option = options.find(one => one.id === next)
  }
  return option?.removed || option?.merged_into !== undefined ? undefined : option
}

/** Every id that is read as this one, itself first. */
export const readAs = (options: readonly FieldOption[], id: string): string[] => [
  id,
  ...options
    .filter(one => one.merged_into !== undefined && shownOption(options, one.id)?.id === id)
    .map(one => one.id),
]

/** By its name in any language and case; a living one before those that are no longer given. */
export function optionCalled(options: readonly FieldOption[], name: string): FieldOption | undefined {
  const lower = name.trim().toLowerCase()
  const named = options.filter(one =>
    Object.values(one.label).some(label => label.trim().toLowerCase() === lower),
  )
  const found = named.find(one => !one.archived) ?? named.find(one => !one.removed)
  return found && shownOption(options, found.id)
}

/** By its id, or else by its name. */
export const optionNamed = (options: readonly FieldOption[], text: string): FieldOption | undefined =>
  options.some(one => one.id === text) ? shownOption(options, text) : optionCalled(options, text)

/** What a record holds, as it is shown; undefined where that is the same. */
export function shownIds(options: readonly FieldOption[]): ((held: unknown) => unknown) | undefined {
  const moved = options.filter(one => one.merged_into !== undefined || one.removed)
  if (moved.length === 0) return undefined
  const shown = new Map(moved.map(one => [one.id, shownOption(options, one.id)?.id]))
  return held => {
    if (!Array.isArray(held) || !held.some(id => shown.has(String(id)))) return held
    const ids = held.flatMap(id => (shown.has(String(id)) ? (shown.get(String(id)) ?? []) : [String(id)]))
    return ids.length > 0 ? [...new Set(ids)] : undefined
  }
}

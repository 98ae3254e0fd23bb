import { useSyncExternalStore } from 'react'

// Numbers are stored as +493012345678 and read as +49 30 12345678. How each country groups its digits is a page of its
// own, loaded when the first number is shown; until then, and where a number is none, it stands as it is stored.

type Format = (value: string) => string

const asItIs: Format = value => value
const most = 5000

let format: Format = asItIs
let loading: Promise<void> | undefined
const waiting = new Set<() => void>()

async function load(): Promise<void> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  const known = new Map<string, string>()
  format = value => {
    const before = known.get(value)
    if (before !== undefined) return before
    const parsed = value.startsWith('+') ? parsePhoneNumberFromString(value) : undefined
    const shown = parsed?.isPossible() ? parsed.formatInternational() : value
    if (known.size >= most) known.clear()
    known.set(value, shown)
    return shown
  }
  for (const tell of waiting) tell()
}

/** What cannot be loaded now is tried again with the next number. */
export function loadPhones(): Promise<void> {
  loading ??= load().catch(() => {
    loading = undefined
  })
  return loading
}

function subscribe(tell: () => void): () => void {
  waiting.add(tell)
  void loadPhones()
  return () => waiting.delete(tell)
}
const never = () => () => undefined

export const formatPhone = (value: string): string => format(value)

/** Draws a component that shows a phone number once more when it is known how to write them. */
export const usePhones = (shown: boolean): Format =>
  useSyncExternalStore(shown ? subscribe : never, () => format)

export const telephone = (value: string): string => `tel:${value.replaceAll(/[^+\d]/g, '')}`

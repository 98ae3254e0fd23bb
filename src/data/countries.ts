import { countryCode } from '../customers/index.ts'

const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at))
const spellings = ['en', 'de'].flatMap(language => {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
  return letters.flatMap(first => letters.flatMap(second => names.of(first + second)?.toLowerCase() ?? []))
})

/** One letter too many, too few or wrong. */
function almostEqual(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return Math.max(a.length, b.length) - start - end <= 1
}

const tried = new Map<string, string | undefined>()

/** The country a cell means, a slip of the pen in a longer name forgiven where only one country is that near. */
export function countryMeant(raw: string): string | undefined {
  const known = countryCode(raw)
  if (known || raw.length < 6) return known
  const name = raw.toLowerCase()
  if (!tried.has(name)) {
    if (tried.size > 10_000) tried.clear()
    const near = new Set(spellings.filter(one => almostEqual(one, name)).map(one => countryCode(one)))
    tried.set(name, near.size === 1 ? [...near][0] : undefined)
  }
  return tried.get(name)
}

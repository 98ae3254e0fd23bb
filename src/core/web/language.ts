import { type Language, languages } from '../languages.contract.ts'

// The language of the interface. What the reader chose comes first, then what the browser asks for.

export type { Language }
export { languages }

const key = 'rapport-language'

const known = (tag: string | null | undefined): Language | undefined =>
  languages.find(language => language === tag?.toLowerCase().split('-')[0])

/** What the browser asks for, as far as it is a language: on a machine without one it says `en-US@posix`, which breaks formats. */
export const browserLocales = (): string[] =>
  navigator.languages.flatMap(tag => {
    try {
      return Intl.getCanonicalLocales(tag.replace(/[@.].*$/, '').replaceAll('_', '-'))
    } catch {
      return []
    }
  })

function preferred(): Language {
  const asked = browserLocales()
    .map(known)
    .find(language => language !== undefined)
  return known(globalThis.localStorage?.getItem(key)) ?? asked ?? 'en'
}

let active: Language | undefined

export function language(): Language {
  active ??= preferred()
  return active
}

/** What dates, numbers and names of countries are written by: the browser's own form of the language, where it has one. */
export function locale(): string {
  return browserLocales().find(tag => known(tag) === language()) ?? language()
}

/** In that language itself: whoever looks for it cannot read the others. */
export const languageName = (one: Language): string =>
  new Intl.DisplayNames(one, { type: 'language' }).of(one) ?? one

/** The page begins anew in the other language: texts that stand already are many. Null: as the browser asks. */
export function chooseLanguage(next: Language | null): void {
  if (next === null) localStorage.removeItem(key)
  else localStorage.setItem(key, next)
  // Where nothing can be kept, the page would begin anew for ever.
  const kept = preferred()
  if (kept !== language() && (next === null || kept === next)) location.reload()
}

import { locale } from '../../core/web/language.ts'

/** A language in itself, where one is chosen: Deutsch, Français. */
export function languageName(code: string, within = code): string {
  const name = new Intl.DisplayNames([within], { type: 'language' }).of(code) ?? code
  return name.charAt(0).toLocaleUpperCase(within) + name.slice(1)
}

/** As the reader calls it, where it is told. */
export const languageTold = (code: string): string => languageName(code, locale())

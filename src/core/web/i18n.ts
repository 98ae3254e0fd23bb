import { createInstance, type i18n, type TOptions } from 'i18next'

const instance: i18n = createInstance()

export type Catalogue = { [key: string]: string | Catalogue }

/** Starts the catalogue of each language that is needed: each area's strings stand under the area's name. */
export function startStrings(
  language: string,
  catalogues: Partial<Record<string, Record<string, Catalogue>>>,
): void {
  const resources = Object.entries(catalogues).map(([name, translation = {}]) => [name, { translation }])
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    resources: Object.fromEntries(resources),
    interpolation: { escapeValue: false },
    initAsync: false,
  })
}

/** More of the catalogue, when it has come. */
export function addStrings(language: string, area: string, catalogue: Catalogue): void {
  instance.addResourceBundle(language, 'translation', { [area]: catalogue }, true, true)
}

/** A string of the interface: `t('records.list.title')`, plurals by `{ count }`. */
export function t(key: string, values: TOptions = {}): string {
  return instance.t(key, values)
}

/** The same for a label that is sometimes a key and sometimes a text: a person's own, or one that the server says in English. */
export function tKnown(key: string, otherwise = key): string {
  return instance.exists(key) ? instance.t(key) : otherwise
}

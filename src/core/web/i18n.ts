import { createInstance, type i18n, type TOptions } from 'i18next'
import { englishOf, type Sentence } from '../text-sentence.ts'
import { formatDate, formatNumber } from './format.ts'
import { language } from './language.ts'

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
  const { count } = values
  if (count === undefined) return instance.t(key, values)
  return instance.t(key, { ...values, replace: { ...values, count: formatNumber(count) } })
}

/** The same for a label that is sometimes a key and sometimes a text: a person's own, or one that the server says in English. */
export function tKnown(key: string, otherwise = key): string {
  return instance.exists(key) ? instance.t(key) : otherwise
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A value of a sentence as its reader writes it: numbers and days by locale, names in the language. */
function shown(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value)
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value === 'string') return value
  if (!isObject(value)) return ''
  if (typeof value['code'] === 'string' && typeof value['text'] === 'string')
    return tell(value as unknown as Sentence, value['text'])
  if (typeof value['day'] === 'string') return formatDate(value['day'])
  const { label, term, text } = value
  if (typeof text === 'string' && language() === 'en') return text
  if (typeof term === 'string' && instance.exists(term)) return instance.t(term)
  return isObject(label) ? shown(label[language()] ?? label['en'] ?? Object.values(label)[0]) : ''
}

/** What the server says with data in it, in the reader's language and words; its own English where no other text is known. */
export function tell(sentence: Sentence | undefined | null, text: string): string {
  if (!sentence) return text
  const { code, params } = sentence
  if (code === 'core.several' && Array.isArray(params['sentences']))
    return params['sentences'].map(shown).join(' ')
  const key = code.replace('.', '.sentences.')
  const count = params['count']
  const many = typeof count === 'number' ? { count } : {}
  if (!instance.exists(key, many)) return englishOf(sentence, shown) ?? text
  const replace = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, shown(value)]))
  return instance.t(key, { ...many, replace })
}

/** How an outcome, a reject or an event says what is wrong. */
export const tellDetail = (one: {
  detail?: string | undefined
  sentence?: Sentence | null | undefined
}): string => tell(one.sentence, one.detail ?? '')

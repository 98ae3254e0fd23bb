import { readFileSync } from 'node:fs'
import type { Language } from './languages.contract.ts'
import { isSaid, type Said, type Sentence } from './text-sentence.ts'

// Sentences in the reader's language, for files that the server writes whole. Pages render theirs from the same catalogue.

type Catalogue = { readonly [key: string]: string | Catalogue }

const read = new Map<string, Catalogue>()

function catalogueOf(area: string, language: Language): Catalogue {
  const path = `../${area}/web/${language}.json`
  const known = read.get(path)
  if (known) return known
  const made = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Catalogue
  read.set(path, made)
  return made
}

function textAt(catalogue: Catalogue | string | undefined, keys: readonly string[]): string | undefined {
  const [first, ...rest] = keys
  if (first === undefined) return typeof catalogue === 'string' ? catalogue : undefined
  return typeof catalogue === 'object' ? textAt(catalogue[first], rest) : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function shown(language: Language, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return new Intl.NumberFormat(language).format(value)
  if (Array.isArray(value)) return value.map(one => shown(language, one)).join(', ')
  if (!isObject(value)) return ''
  if (isSaid(value)) return tellIn(language, value, value.text)
  if (typeof value['day'] === 'string')
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      new Date(value['day']),
    )
  return nameIn(language, value)
}

function nameIn(language: Language, { term, label }: Readonly<Record<string, unknown>>): string {
  const [area = '', ...keys] = typeof term === 'string' ? term.split('.') : []
  const text = /^[a-z]+$/.test(area) ? textAt(catalogueOf(area, language), keys) : undefined
  if (text !== undefined || !isObject(label)) return text ?? ''
  return shown(language, label[language] ?? label['en'] ?? Object.values(label)[0])
}

/** The sentence in a language; the English text where there is no other, as of what was kept before there were sentences. */
export function tellIn(language: Language, sentence: Sentence | null, text: string): string {
  if (!sentence || language === 'en') return text
  const { code, params } = sentence
  const [area = '', name = ''] = code.split('.')
  if (code === 'core.several' && Array.isArray(params['sentences']))
    return params['sentences'].map(one => shown(language, one)).join(' ')
  if (!/^[a-z]+$/.test(area)) return text
  const all = catalogueOf(area, language)
  const form = params['count'] === 1 ? 'one' : 'other'
  const template = textAt(all, ['sentences', name]) ?? textAt(all, ['sentences', `${name}_${form}`])
  return template?.replaceAll(/\{\{(\w+)\}\}/g, (_, value: string) => shown(language, params[value])) ?? text
}

export const saidIn = (language: Language, said: Said): string => tellIn(language, said, said.text)

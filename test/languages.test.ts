import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actorKinds } from '../src/core/ctx.ts'
import { everySentence } from '../src/core/text-sentence.ts'

// Every text of the interface stands in the catalogue, and each language has all of it.

const src = new URL('../src/', import.meta.url)
type Catalogue = { [key: string]: string | Catalogue }
const read = (path: string) => JSON.parse(readFileSync(new URL(path, src), 'utf8')) as Catalogue

function flat(catalogue: Catalogue, under = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(catalogue))
    if (typeof value === 'string') all.set(under + key, value)
    else for (const [inner, text] of flat(value, `${under}${key}.`)) all.set(inner, text)
  return all
}
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(found => found[1] ?? '').toSorted((a, b) => a.localeCompare(b))

const catalogues = globSync('**/en.json', { cwd: src.pathname })
/** What the server says in English: only translations need a text of their own. */
const onlyTranslated = (key: string) => /^(problem|targets|sentences)\./.test(key)

test('there are catalogues to compare', () => {
  expect(catalogues.length).toBeGreaterThanOrEqual(8)
})

for (const path of catalogues) {
  test(`${path} has every text in German, with the same values in it`, () => {
    const english = flat(read(path))
    const german = flat(read(path.replace('en.json', 'de.json')))
    const missing = [...english.keys()].filter(key => !german.get(key)?.trim())
    const unknown = [...german.keys()].filter(key => !english.has(key) && !onlyTranslated(key))
    const otherValues = [...english].filter(([key, text]) => {
      const said = german.get(key)
      return said !== undefined && String(placeholders(text)) !== String(placeholders(said))
    })
    expect({ missing, unknown, otherValues: otherValues.map(([key]) => key) }).toEqual({
      missing: [],
      unknown: [],
      otherValues: [],
    })
  })
}

test('whoever can have changed a record has a name in the history', () => {
  const texts = flat(read('records/web/en.json'))
  // Members are called by their own names, and nobody names the product or who answers.
  const named = actorKinds.filter(kind => !['member', 'system', 'respondent'].includes(kind))
  const keys = [...actorKinds.map(kind => `actor.${kind}`), ...named.map(kind => `actor.named.${kind}`)]
  expect(keys.filter(key => !texts.has(key))).toEqual([])
})

const sayers = globSync(['core/text-words.ts', '*/*says{,.contract}.ts'], { cwd: src.pathname })
await Promise.all(sayers.map(path => import(new URL(path, src).href) as Promise<unknown>))

/** `core.too_short` stands in the German of core as `sentences.too_short`, or once for one and once for others. */
const wanted = [...everySentence].flatMap(([code, text]) => {
  const [area = '', name = ''] = code.split('.')
  return typeof text === 'string'
    ? [{ area, key: `sentences.${name}`, text }]
    : Object.entries(text).map(([form, one]) => ({ area, key: `sentences.${name}_${form}`, text: one }))
})

test('every sentence that the server can say has a German text with the same values in it', () => {
  expect(wanted.length).toBeGreaterThan(30)
  const areas = [...new Set(wanted.map(one => one.area))]
  const german = new Map(areas.map(area => [area, flat(read(`${area}/web/de.json`))]))
  const missing = wanted.filter(({ area, key }) => !german.get(area)?.get(key)?.trim())
  const otherValues = wanted.filter(({ area, key, text }) => {
    const said = german.get(area)?.get(key) ?? ''
    // One thing may be told without its number.
    return (
      placeholders(said).some(name => !placeholders(text).includes(name)) ||
      (!key.endsWith('_one') && String(placeholders(said)) !== String(placeholders(text)))
    )
  })
  const unsaid = areas.flatMap(area =>
    [...(german.get(area)?.keys() ?? [])].filter(
      key => key.startsWith('sentences.') && !wanted.some(one => one.area === area && one.key === key),
    ),
  )
  const named = (all: typeof wanted) => all.map(({ area, key }) => `${area} ${key}`)
  expect({ missing: named(missing), otherValues: named(otherValues), unsaid }).toEqual({
    missing: [],
    otherValues: [],
    unsaid: [],
  })
})

/** Text that a component would show as it stands: between tags, or in an attribute that people read or hear. */
export function textsBeside(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const between = [...code.matchAll(/>\s*([A-Z][a-z]+(?:[ ,.'’!?:-]+[A-Za-z]+)*[.!?:]?)\s*<\//g)]
  const told = [
    ...code.matchAll(
      /\b(?:aria-label|aria-description|title|placeholder|label|description|alt)=(?:"([^"]*[a-z]{2}[^"]*)"|\{'([^']*[a-z]{2}[^']*)'\})/g,
    ),
  ]
  return [...between, ...told].map(found => found[1] ?? found[2] ?? '')
}

/** The name of the product is the same in every language. */
const names = new Set(['Rapport'])

test('no component shows a text that is not in the catalogue', () => {
  const found = globSync('**/*.tsx', { cwd: src.pathname })
    .filter(path => !path.startsWith('testing/'))
    .flatMap(path =>
      textsBeside(readFileSync(new URL(path, src), 'utf8'))
        .filter(text => !names.has(text))
        .map(text => `${path}: ${text}`),
    )
  expect(found).toEqual([])
})

test('a text beside the catalogue would be found', () => {
  const planted = `<Text>Nothing here</Text><b> Save </b><input aria-label="Search people" placeholder={'Type it'} /><i>{t('a.b')}</i>`
  expect(textsBeside(planted)).toEqual(['Nothing here', 'Save', 'Search people', 'Type it'])
})

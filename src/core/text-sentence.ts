// What the product says with data in it: a code and its values for whoever renders it in another language, and the English text.

export type Value =
  | string
  | number
  | Said
  | readonly (string | Said | Named)[]
  /** A name in several languages, as fields and options have. */
  | Named
  /** A day without a time zone. */
  | { readonly day: string }

type Values = Readonly<Record<string, Value>>

export interface Named {
  readonly label: Readonly<Record<string, string>>
  /** What requests call it: the English text that replies carry says this, a page says the name. */
  readonly key?: string
  /** How it stands within an English sentence, if not as the name is written. */
  readonly text?: string
  /** Where the catalogue has it, if it is a name of our own. */
  readonly term?: string
}

/** A sentence without its text, as it travels and is kept beside the English text. */
export interface Sentence {
  readonly code: string
  readonly params: Readonly<Record<string, unknown>>
}

export interface Said extends Sentence {
  readonly text: string
}

type Text = string | { readonly one: string; readonly other: string }

type Names<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type NamesOf<T extends Text> = T extends string
  ? Names<T>
  : T extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? 'count' | Names<One> | Names<Other>
    : never

type ValuesOf<Name extends string> = { readonly [Key in Name]: Key extends 'count' ? number : Value }

type Says<Texts extends Readonly<Record<string, Text>>> = {
  readonly [Key in keyof Texts]: [NamesOf<Texts[Key]>] extends [never]
    ? () => Said
    : (values: ValuesOf<NamesOf<Texts[Key]>>) => Said
}

const numbers = new Intl.NumberFormat('en')
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

const isList = (value: Value): value is readonly (string | Said | Named)[] => Array.isArray(value)

function english(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numbers.format(value)
  if (isList(value)) return value.map(english).join(', ')
  if ('day' in value) return days.format(new Date(value.day))
  if ('label' in value)
    return value.key ?? value.text ?? value.label['en'] ?? Object.values(value.label)[0] ?? ''
  return value.text
}

/** The texts with `{{name}}` for each value; `one` and `other` by the value `count`. */
function textOf<T>(
  text: Text,
  values: Readonly<Record<string, T>>,
  shown: (value: T | '') => string,
): string {
  const chosen = typeof text === 'string' ? text : values['count'] === 1 ? text.one : text.other
  return chosen.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => shown(values[name] ?? ''))
}

const every = new Map<string, Text>()

/** All that can be said, by code: what translations are held against. */
export const everySentence: ReadonlyMap<string, Text> = every

/**
 * All sentences of an area by their names. Every translation has a text of the same name under `<area>.sentences`, which a
 * test holds; a sentence that is not here cannot be said.
 */
export function sentences<const Texts extends Readonly<Record<string, Text>>>(
  area: string,
  texts: Texts,
): Says<Texts> {
  for (const [name, text] of Object.entries(texts)) every.set(`${area}.${name}`, text)
  const said = Object.entries(texts).map(([name, text]) => [
    name,
    (values: Values = {}): Said => ({
      code: `${area}.${name}`,
      params: values,
      text: textOf(text, values, english),
    }),
  ])
  return Object.fromEntries(said) as Says<Texts>
}

/** In English with the values as they are shown to whoever reads it; nothing for what only the server can say. */
export function englishOf({ code, params }: Sentence, shown: (value: unknown) => string): string | undefined {
  const text = every.get(code)
  return text === undefined ? undefined : textOf(text, params, shown)
}

export const sentenceOf = ({ code, params }: Said): Sentence => ({ code, params })

/** An outcome's English text, and the sentence for other languages. */
export const told = (said: Said): { detail: string; sentence: Sentence } => ({
  detail: said.text,
  sentence: sentenceOf(said),
})

/** Several sentences one after the other. */
export function inOne(all: readonly Said[]): Said {
  const [first, ...others] = all
  if (first && others.length === 0) return first
  return { code: 'core.several', params: { sentences: all }, text: all.map(one => one.text).join(' ') }
}

export const isSaid = (value: object): value is Said =>
  'code' in value && 'params' in value && 'text' in value

// Columns of two files that ask the same, where the files of a survey drift from year to year: `Q8A_ART`, `Q7A_ART`, `Q7ART`. A
// column is known by its name where that has words in it. A bare code (`Q8N`) means another question as soon as one was added
// before it: it counts only where all items of its question are there, or where the whole file is as it was.

import type { Alignment } from '../import-formats.contract.ts'

export interface NamedColumn {
  name: string
  /** What was asked, where other header rows or a person say so; else the name. */
  text: string
}

export interface Aligned {
  column: number
  by: Alignment
}

interface Key {
  /** The whole name, without case and signs. */
  whole: string
  /** What was asked, where the file says so beside the name. */
  text: string
  /** `q8` of `Q8A_ART`. */
  number: string
  /** `a` of `Q8A_ART`. */
  letter: string
  /** `art` of `Q8A_ART`: what is said beside the code. */
  words: string
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()

const code =
  /^\W*((?:[A-Z]|QID|VAR|COL|COLUMN|ITEM|QUESTION|FRAGE|FIELD|ANSWER)[ _]?\d+)(?:([A-Z])(?=[_ .-]|$))?[_ .-]*(.*)$/i

function keyOf({ name, ...one }: NamedColumn): Key {
  const text = plain(one.text) === plain(name) ? '' : plain(one.text)
  const [, number, letter = '', rest = ''] = code.exec(name.trim()) ?? []
  if (number === undefined) return { whole: plain(name), text, number: '', letter: '', words: plain(name) }
  return { whole: plain(name), text, number: plain(number), letter: letter.toLowerCase(), words: plain(rest) }
}

const hasWords = ({ words }: Key) => /\p{L}{3}/u.test(words)
const stem = ({ words }: Key) => words.replace(/s$/, '')
const within = (a: Key, b: Key) =>
  hasWords(a) && hasWords(b) && (a.words.includes(b.words) || b.words.includes(a.words))
const asksOther = (a: Key, b: Key) => a.text !== '' && b.text !== '' && a.text !== b.text
const asked = ({ text }: NamedColumn) => plain(text)

/** Where each column of the earlier file stands in the later one; what could be two of them is none. */
export function alignColumns(
  before: readonly NamedColumn[],
  now: readonly NamedColumn[],
): Map<number, Aligned> {
  const was = before.map(keyOf)
  const is = now.map(keyOf)
  const found = new Map<number, Aligned>()
  const taken = new Set<number>()
  const take = (from: number, column: number, by: Alignment) => {
    if (found.has(from) || taken.has(column)) return
    found.set(from, { column, by })
    taken.add(column)
  }
  const pair = <One>(by: Alignment, ours: readonly One[], theirs: readonly One[], alike: Alike<One>) => {
    for (const [from, to] of onlyPairs(
      ours,
      theirs,
      (a, b, x, y) => !found.has(x) && !taken.has(y) && alike(a, b),
    ))
      take(from, to, by)
  }
  const kept = was.filter(({ whole }) => is.some(one => one.whole === whole)).length
  const asItWas = kept >= Math.min(was.length, is.length) * 0.8
  pair(
    'name',
    was,
    is,
    (a, b) => a.whole !== '' && a.whole === b.whole && (hasWords(a) || (asItWas && !asksOther(a, b))),
  )
  pair('text', before, now, (a, b) => asked(a).length > 7 && asked(a) === asked(b))
  pair('words', was, is, (a, b) => hasWords(a) && stem(a) === stem(b) && a.number === b.number)
  pair('words', was, is, (a, b) => hasWords(a) && stem(a) === stem(b))
  pair('words', was, is, (a, b) => a.number !== '' && a.number === b.number && within(a, b))
  for (const { from, to, by } of alikeBlocks(was, is))
    for (const [at, column] of from.entries()) take(column, to[at] ?? -1, by)
  return found
}

type Alike<One> = (a: One, b: One) => boolean

/** Those of which each has exactly the other. */
function onlyPairs<One>(
  ours: readonly One[],
  theirs: readonly One[],
  alike: (a: One, b: One, from: number, to: number) => boolean,
): [number, number][] {
  const fits = ours.map((a, from) => theirs.flatMap((b, to) => (alike(a, b, from, to) ? [to] : [])))
  const times = new Map<number, number>()
  for (const to of fits.flat()) times.set(to, (times.get(to) ?? 0) + 1)
  return fits.flatMap(([to, another], from): [number, number][] =>
    to !== undefined && another === undefined && times.get(to) === 1 ? [[from, to]] : [],
  )
}

interface Block {
  number: string
  letters: string
  columns: number[]
}

const least_items = 4

/** Questions of many items, `Q8A` to `Q8N`. */
function blocksOf(keys: readonly Key[]): Block[] {
  const blocks = new Map<string, Block>()
  for (const [at, { number, letter }] of keys.entries()) {
    if (!letter) continue
    const block = blocks.get(number) ?? { number, letters: '', columns: [] }
    block.letters += letter
    block.columns.push(at)
    blocks.set(number, block)
  }
  return [...blocks.values()].filter(({ letters }) => letters.length >= least_items)
}

/** With all items of before and no others: under the number they had, else the only ones that are so many. */
function alikeBlocks(was: readonly Key[], is: readonly Key[]) {
  const [ours, theirs] = [blocksOf(was), blocksOf(is)]
  const pairs = (by: Alignment, alike: Alike<Block>) =>
    onlyPairs(ours, theirs, alike).flatMap(([a, b]) => {
      const [from, to] = [ours[a]?.columns, theirs[b]?.columns]
      return from && to ? [{ from, to, by }] : []
    })
  const same = pairs('code', (a, b) => a.number === b.number && a.letters === b.letters)
  return [...same, ...pairs('block', (a, b) => a.number !== b.number && a.letters === b.letters)]
}

import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { UnreadableFile } from '../rows.ts'
import type { KeyedRow } from './keyed-rows.ts'
import { columns_limit } from './table-file.ts'

// A file of one case without an end, or of tags within tags, would otherwise be held in memory as a whole.
const deepest = 100
const tag_limit_chars = 1_000_000

const values = new Set(['string', 'date', 'int', 'float', 'boolean', 'id'])

/** Events of a process log (IEEE 1849), each with what is said of its case under the names that such CSV files use: `case:concept:name`. */
export async function* xesEvents(text: AsyncIterable<string>): AsyncGenerator<KeyedRow> {
  const parser = new SaxesParser()
  const open: string[] = []
  let ready: KeyedRow[] = []
  let trace: KeyedRow = new Map()
  let event: KeyedRow | undefined
  let broken: string | undefined
  let chars = 0
  // attributes may be nested in attributes; what is said of an event or a case itself stands right below it
  const note = ({ name, attributes }: SaxesTagPlain) => {
    const parent = open.at(-1)
    const { key, value } = attributes
    if (!values.has(name) || !key || value === undefined) return
    if (parent === 'event') event?.set(key, value)
    else if (parent === 'trace') trace.set(`case:${key}`, value)
  }
  parser.on('opentag', tag => {
    if (tag.name === 'trace') trace = new Map()
    else if (tag.name === 'event') event = new Map()
    else note(tag)
    chars = 0
    if (open.push(tag.name) > deepest || Math.max(trace.size, event?.size ?? 0) > columns_limit)
      broken ??= 'it says more of one event than a table can hold'
  })
  parser.on('closetag', ({ name }) => {
    open.pop()
    if (name !== 'event' || !event) return
    ready.push(new Map([...trace, ...event]))
    event = undefined
  })
  parser.on('error', error => {
    broken ??= error.message
  })
  const check = () => {
    if (broken) throw new UnreadableFile(`This process log is damaged: ${broken}.`)
  }
  for await (const chunk of text) {
    chars += chunk.length
    if (chars > tag_limit_chars) broken ??= 'there is something of more than 1 MB in it'
    else parser.write(chunk)
    check()
    yield* ready
    ready = []
  }
  parser.close()
  check()
  yield* ready
}

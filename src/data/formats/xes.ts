import { SaxesParser, type SaxesTagPlain } from 'saxes'
import type { Said } from '../../core/text-sentence.ts'
import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
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
  let broken: Said | undefined
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
      broken ??= says.log_too_wide()
  })
  parser.on('closetag', ({ name }) => {
    open.pop()
    if (name !== 'event' || !event) return
    ready.push(new Map([...trace, ...event]))
    event = undefined
  })
  // The parser's own reason is English, and about characters that nobody has typed.
  parser.on('error', () => {
    broken ??= says.log_broken({ line: parser.line })
  })
  const check = () => {
    if (broken) throw new UnreadableFile(says.log_damaged({ reason: broken }))
  }
  for await (const chunk of text) {
    chars += chunk.length
    if (chars > tag_limit_chars) broken ??= says.log_too_long()
    else parser.write(chunk)
    check()
    yield* ready
    ready = []
  }
  parser.close()
  check()
  yield* ready
}

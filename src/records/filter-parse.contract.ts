import type { Said } from '../core/text-sentence.ts'
import {
  type Condition,
  type DateUnit,
  dateUnits,
  type Filter,
  filterLimits,
  limitProblem,
  type Operator,
  type RelativeDate,
  type Scalar,
} from './filter.contract.ts'
import { FilterSyntaxError, readTokens, type Token } from './filter-lexer.contract.ts'
import { says } from './says.contract.ts'

interface Reader {
  tokens: Token[]
  at: number
  depth: number
}

const reserved = new Set(['and', 'or', 'not', 'in', 'is', 'contains', 'between', 'starts', 'empty'])
const comparisons: Record<string, Operator> = {
  '=': 'eq',
  '!=': 'ne',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
}
const endToken: Token = { type: 'end', text: '', start: 0 }
const operatorsExpected = says.want_operator()
const valueExpected = says.want_value()

const peek = (reader: Reader): Token => reader.tokens[reader.at] ?? endToken
const isWord = (token: Token, word: string) => token.type === 'word' && token.text.toLowerCase() === word
const isSymbol = (token: Token, symbol: string) => token.type === 'symbol' && token.text === symbol

function take(reader: Reader): Token {
  const token = peek(reader)
  reader.at += 1
  return token
}
function takeWord(reader: Reader, word: string): boolean {
  if (!isWord(peek(reader), word)) return false
  reader.at += 1
  return true
}
function takeSymbol(reader: Reader, symbol: string): boolean {
  if (!isSymbol(peek(reader), symbol)) return false
  reader.at += 1
  return true
}
function refuse(reader: Reader, expected: Said): never {
  const token = peek(reader)
  throw new FilterSyntaxError(
    token.start,
    expected,
    token.type === 'end' ? says.the_end() : says.quoted({ text: token.text.slice(0, 40) }),
  )
}

/** Reads the text form; throws FilterSyntaxError with position and what was expected. */
export function parseFilter(text: string): Filter {
  if (text.length > filterLimits.text)
    throw new FilterSyntaxError(
      filterLimits.text,
      says.want_fewer_characters({ most: filterLimits.text }),
      says.characters({ count: text.length }),
    )
  const reader: Reader = { tokens: readTokens(text), at: 0, depth: 0 }
  const filter = readAny(reader)
  if (peek(reader).type !== 'end') refuse(reader, says.want_join())
  const problem = limitProblem(filter)
  if (problem) throw new FilterSyntaxError(0, says.want_smaller(), problem)
  return filter
}

function readAny(reader: Reader): Filter {
  const parts = [readAll(reader)]
  while (takeWord(reader, 'or')) parts.push(readAll(reader))
  return parts.length === 1 && parts[0] ? parts[0] : { or: parts }
}

function readAll(reader: Reader): Filter {
  const parts = [readPart(reader)]
  while (takeWord(reader, 'and')) parts.push(readPart(reader))
  return parts.length === 1 && parts[0] ? parts[0] : { and: parts }
}

function readPart(reader: Reader): Filter {
  reader.depth += 1
  if (reader.depth > filterLimits.depth * 2) refuse(reader, says.want_flatter())
  const part = readNested(reader)
  reader.depth -= 1
  return part
}

function readNested(reader: Reader): Filter {
  if (takeWord(reader, 'not')) return { not: readPart(reader) }
  if (takeSymbol(reader, '(')) {
    const inner = readAny(reader)
    if (!takeSymbol(reader, ')')) refuse(reader, says.want_join_or_bracket())
    return inner
  }
  return readCondition(reader)
}

function readCondition(reader: Reader): Filter {
  const token = peek(reader)
  if (token.type !== 'word' || reserved.has(token.text.toLowerCase())) refuse(reader, says.want_field())
  take(reader)
  const field = token.text
  if (takeWord(reader, 'not')) return { not: readWordOperator(reader, field) }
  const comparison = peek(reader).type === 'symbol' ? comparisons[peek(reader).text] : undefined
  if (comparison) {
    take(reader)
    return { field, op: comparison, value: readValue(reader) }
  }
  return readWordOperator(reader, field)
}

function readWordOperator(reader: Reader, field: string): Condition {
  if (takeWord(reader, 'in')) return { field, op: 'in', value: readList(reader) }
  if (takeWord(reader, 'contains')) return { field, op: 'contains', value: readValue(reader) }
  if (takeWord(reader, 'starts')) {
    if (!takeWord(reader, 'with')) refuse(reader, says.want_with())
    return { field, op: 'starts_with', value: readValue(reader) }
  }
  if (takeWord(reader, 'between')) {
    const from = readValue(reader)
    if (!takeWord(reader, 'and')) refuse(reader, says.want_and())
    return { field, op: 'between', value: [from, readValue(reader)] }
  }
  if (takeWord(reader, 'is')) {
    const op = takeWord(reader, 'not') ? 'not_empty' : 'empty'
    if (!takeWord(reader, 'empty'))
      refuse(reader, op === 'empty' ? says.want_empty_or_not() : says.want_empty())
    return { field, op }
  }
  return refuse(reader, operatorsExpected)
}

function readList(reader: Reader): Scalar[] {
  if (!takeSymbol(reader, '(')) refuse(reader, says.want_opening())
  const values = [readValue(reader)]
  while (takeSymbol(reader, ',')) {
    if (values.length >= filterLimits.list)
      refuse(reader, says.want_fewer_values({ most: filterLimits.list }))
    values.push(readValue(reader))
  }
  if (!takeSymbol(reader, ')')) refuse(reader, says.want_comma())
  return values
}

function readValue(reader: Reader): Scalar {
  const token = peek(reader)
  if (token.type === 'string' || token.type === 'number') {
    take(reader)
    return readPlainValue(reader, token)
  }
  if (token.type === 'date') return take(reader).text
  if (token.type !== 'word' || reserved.has(token.text.toLowerCase())) return refuse(reader, valueExpected)
  take(reader)
  const word = token.text.toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'me') return { me: true }
  if (word === 'today' || word === 'now') return readShift(reader, { base: word })
  if (word === 'start' && takeWord(reader, 'of')) return readShift(reader, { base: readPeriod(reader) })
  return token.text
}

function readPlainValue(reader: Reader, token: Token): string | number {
  const value = token.value ?? ''
  const tooLong = typeof value === 'string' && value.length > filterLimits.value
  if (tooLong || (typeof value === 'number' && !Number.isFinite(value))) {
    reader.at -= 1
    refuse(
      reader,
      tooLong ? says.want_fewer_characters({ most: filterLimits.value }) : says.want_usual_number(),
    )
  }
  if (typeof value === 'string' && value.includes('\u0000')) {
    reader.at -= 1
    refuse(reader, says.want_no_nul())
  }
  return value
}

function readPeriod(reader: Reader): 'week' | 'month' | 'quarter' | 'year' {
  const word = peek(reader).text.toLowerCase()
  if (word !== 'week' && word !== 'month' && word !== 'quarter' && word !== 'year')
    return refuse(reader, says.want_period())
  take(reader)
  return word
}

/** `- 30 days` after a base; "today -30 days" is read the same. */
function readShift(reader: Reader, relative: RelativeDate): RelativeDate {
  const token = peek(reader)
  let sign = 0
  if (isSymbol(token, '-')) sign = -1
  else if (isSymbol(token, '+')) sign = 1
  const glued = token.type === 'number' && token.text.startsWith('-')
  if (sign === 0 && !glued) return relative
  if (!glued) take(reader)
  const amount = peek(reader)
  if (amount.type !== 'number' || !/^-?\d{1,5}$/.test(amount.text) || (!glued && amount.text.startsWith('-')))
    return refuse(reader, says.want_whole())
  take(reader)
  const shift = glued ? Number(amount.text) : sign * Number(amount.text)
  return { ...relative, shift, unit: readUnit(reader) }
}

function readUnit(reader: Reader): DateUnit {
  const word = peek(reader).text.toLowerCase().replace(/s$/, '')
  const unit = dateUnits.find(name => name === word)
  if (!unit || peek(reader).type !== 'word') return refuse(reader, says.want_unit())
  take(reader)
  return unit
}

import type { Said } from '../core/text-sentence.ts'
import { says } from './says.contract.ts'

export type TokenType = 'word' | 'number' | 'date' | 'string' | 'symbol' | 'end'
export interface Token {
  type: TokenType
  text: string
  /** Value of a string or number token. */
  value?: string | number
  start: number
}

/** A filter text that cannot be read: where, what was expected there, what was found. */
export class FilterSyntaxError extends Error {
  readonly position: number
  readonly said: Said
  constructor(position: number, expected: Said, found: string | Said) {
    const said = says.syntax({ at: position + 1, expected, found })
    super(said.text)
    this.name = 'FilterSyntaxError'
    this.position = position
    this.said = said
  }
}

const patterns: { type: TokenType; pattern: RegExp }[] = [
  {
    type: 'date',
    pattern: /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?(?![\w.])/y,
  },
  { type: 'number', pattern: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y },
  { type: 'word', pattern: /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?![\w.])/y },
  { type: 'symbol', pattern: /<=|>=|!=|<>|[=<>(),+-]/y },
]

/** The closing quote of the string that opens at `start`, or -1. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return -1
}

function readString(text: string, start: number): Token {
  const end = closingQuote(text, start)
  if (end < 0) throw new FilterSyntaxError(start, says.want_quote(), says.the_end())
  const raw = text.slice(start, end + 1)
  try {
    return { type: 'string', text: raw, value: JSON.parse(raw) as string, start }
  } catch {
    throw new FilterSyntaxError(start, says.want_text(), raw.slice(0, 40))
  }
}

export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at] ?? ''
    if (/\s/.test(character)) {
      at += 1
      continue
    }
    const token = character === '"' ? readString(text, at) : readPlain(text, at)
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ type: 'end', text: '', start: text.length })
  return tokens
}

function readPlain(text: string, start: number): Token {
  for (const { type, pattern } of patterns) {
    pattern.lastIndex = start
    const found = pattern.exec(text)?.[0]
    if (found === undefined) continue
    return type === 'number'
      ? { type, text: found, value: Number(found), start }
      : { type, text: found, start }
  }
  const rest = /^\S{1,20}/.exec(text.slice(start))?.[0] ?? ''
  throw new FilterSyntaxError(start, says.want_token(), says.quoted({ text: rest }))
}

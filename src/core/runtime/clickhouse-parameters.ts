// {name:Type} in a statement, filled in as ClickHouse's own server does it: as _CAST('value', 'Type').
// The library's way of binding runs one statement at a time in the whole process, so one slow report would hold up
// everybody; filled in here, statements run side by side.

export class MissingParameter extends Error {
  constructor(name: string) {
    super(`Code: 456. DB::Exception: Substitution \`${name}\` is not set. (UNKNOWN_QUERY_PARAMETER)`)
    this.name = 'MissingParameter'
  }
}

/** Quoted text, comments and quoted names are skipped; a brace that is no parameter stays as it is. */
const pieces =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\{\s*([A-Za-z_]\w*)\s*:\s*([^{}'"]+?)\s*\}/g

export function fillParameters(statement: string, values: ReadonlyMap<string, string>): string {
  return statement.replace(pieces, (whole, name: string | undefined, type: string | undefined) => {
    if (name === undefined || type === undefined) return whole
    const value = values.get(name)
    if (value === undefined) throw new MissingParameter(name)
    return literal(value, type)
  })
}

function literal(value: string, type: string): string {
  if (type === 'Identifier') return value.split('.').map(quoteName).join('.')
  if (value === '\\N') return `_CAST(NULL, ${quoteText(type)})`
  if (type.startsWith('Map'))
    throw new Error(
      'Code: 48. DB::Exception: A map cannot be a parameter of the embedded ClickHouse; send two arrays. (NOT_IMPLEMENTED)',
    )
  // Arrays and tuples carry quoted text of their own; everything else arrives with tab-separated escapes.
  const composite = /^(?:Array|Tuple)\s*\(/.test(type)
  return `_CAST(${quoteText(composite ? value : unescapeTabSeparated(value))}, ${quoteText(type)})`
}

const quoteText = (text: string) =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`
const quoteName = (name: string) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', 0: '\0' }
const unescapeTabSeparated = (text: string) =>
  text.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char)
